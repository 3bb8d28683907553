"""What is held about people after an event, and what becomes of it."""

from django.utils.translation import gettext_lazy as _

from commons.holdings import Activity, Erase, Holding, Retention, declare
from events.after.actions import leaving
from events.after.enums import FEEDBACK_KEPT
from events.after.models import Feedback, Material, Outcome, WriteUp, WriteUpRevision

WRITE_UPS = Erase(run=leaving.hand_over_write_ups, left=lambda leaver: leaving.write_ups_of(leaver.member).count())
REVISIONS = Erase(run=leaving.hand_over_write_ups, left=lambda leaver: leaving.revisions_of(leaver.member).count())

declare(
    Activity(
        code="events.after",
        title=_("Tell what came of workshops and gatherings"),
        why=_("To keep what was said and made together, and to let hosts learn how it was."),
        basis=_("the agreement between you and the community (GDPR Art. 6(1)(b))"),
        recipients=_("members; a harvest also visitors, where everybody who wrote in it said yes; feedback: the hosts"),
    ),
    Holding(
        model=WriteUp,
        title=_("Notes and harvests that you wrote last"),
        activity="events.after",
        of=leaving.write_ups_of,
        personal={"author": "pd:Username", "source": "pd:Communication", "html": "pd:Communication"},
        plain={"content_note": "never filled", "language": "never filled", "submission": "never filled"},
        file="content/event-write-ups",
        export=("id", "occurrence_id", "kind", "source", "html", "created_at", "edited_at"),
        erase=WRITE_UPS,
        order=15,
    ),
    Holding(
        model=WriteUpRevision,
        title=_("Earlier notes and harvests that you wrote or changed"),
        activity="events.after",
        of=leaving.revisions_of,
        personal={"author": "pd:Username", "replaced_by": "pd:Username", "source": "pd:Communication"},
        plain={"content_note": "never filled"},
        file="content/event-write-ups-before",
        export=("id", "write_up__occurrence_id", "source", "replaced_at"),
        erase=REVISIONS,
        order=15,
    ),
    Holding(
        model=Material,
        title=_("Links that you handed on after an event"),
        activity="events.after",
        of=lambda member: Material.objects.filter(given_by=member),
        personal={
            "given_by": "pd:Username",
            "title": "pd:Communication",
            "link": "pd:Communication",
            "consent_asked": "pd:Communication",
        },
        file="content/event-links",
        export=("id", "occurrence_id", "title", "link", "is_recording", "consent_asked", "given_at"),
        erase=Erase(
            run=leaving.hand_over_materials,
            left=lambda leaver: Material.objects.filter(given_by=leaver.member).count(),
        ),
        order=15,
    ),
    Holding(
        model=Outcome,
        title=_("What you said came of an event"),
        activity="events.after",
        of=lambda member: Outcome.objects.filter(told_by=member),
        personal={"told_by": "pd:Username", "words": "pd:Communication"},
        file="content/event-outcomes",
        export=("id", "occurrence_id", "words", "thread", "told_at"),
        erase=Erase(
            run=leaving.hand_over_outcomes,
            left=lambda leaver: Outcome.objects.filter(told_by=leaver.member).count(),
        ),
        order=15,
    ),
    Holding(
        model=Feedback,
        title=_("How events were for you"),
        activity="events.after",
        of=lambda member: Feedback.objects.filter(member=member),
        personal={"member": "pd:Username", "good": "pd:Communication", "different": "pd:Communication"},
        file="content/event-feedback",
        export=("id", "occurrence_id", "liked", "took_part", "good", "different", "given_at"),
        retention=(
            Retention(
                code="events.feedback",
                what=_("How an event was for you"),
                keep=FEEDBACK_KEPT,
                then=_("deleted, counted from the end of the event"),
                why=_("So that hosts learn from it, and nobody is known by it later."),
                due=lambda before: Feedback.objects.filter(occurrence__ends_at__lt=before),
            ),
        ),
    ),
)
