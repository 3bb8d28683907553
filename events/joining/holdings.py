"""What joining holds about people, and what becomes of it: little, and not for long."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from commons.holdings import Activity, Holding, Retention, Rows, declare, tells_of_nobody
from events.joining import actions, sealing
from events.joining.enums import ANSWERS_KEPT_AFTER, ERASED_AFTER, Keep, State
from events.joining.models import Answer, Guest, MediaChoice, PassedNeeds, Rsvp
from members.queries import addresses_of


def answers_due(days: int) -> Callable[[datetime], Rows]:
    """Answers to questions that said they are kept for so many days, of dates that ended before."""
    return lambda before: Answer.objects.filter(question__keep_days=days, rsvp__occurrence__ends_at__lt=before)


declare(
    Activity(
        code="events.joining",
        title=_("Know who comes to an event"),
        why=_(
            "To give everybody a place who said that they come, to tell them when something changes, and to prepare."
        ),
        basis=_(
            "what you asked for by joining (GDPR Art. 6(1)(b)); pictures, recordings and being listed only with your "
            "consent; access needs only with your explicit consent (Art. 9(2)(a))"
        ),
        subjects=_("members, and guests of public events"),
        recipients=_("the hosts of the event; the others who come, if you said so"),
    ),
    Holding(
        model=Rsvp,
        title=_("What you said to dates of events"),
        activity="events.joining",
        of=lambda member: Rsvp.objects.filter(member=member),
        personal={"member": "pd:Username"},
        file="events/answers",
        export=(
            "id",
            "occurrence__event__title",
            "occurrence__starts_at",
            "state",
            "needs_kept",
            "is_seen",
            "answered_at",
            "wants_days",
            "wants_hours",
        ),
        retention=(
            Retention(
                code="joining.refusals",
                what=_("That somebody does not come, or let an offer pass"),
                keep=ERASED_AFTER,
                then=_("deleted"),
                why=_("After the event it is of no use."),
                due=lambda before: Rsvp.objects.filter(
                    state__in=(State.NO, State.PASSED, State.DECLINED, State.WAITING, State.ASKED),
                    media_choices=None,
                    occurrence__ends_at__lt=before,
                ),
            ),
            Retention(
                code="joining.kept_places",
                what=_("That somebody needed a place that was kept"),
                keep=ERASED_AFTER,
                then=_("deleted; that they came stays"),
                why=_("It can tell of somebody's health or purse."),
                is_fixed=True,
                due=lambda before: Rsvp.objects.filter(needs_kept=True, occurrence__ends_at__lt=before),
                forget=lambda before: actions.forget_kept_places(before=before),
            ),
            Retention(
                code="joining.answers",
                what=_("Who came, and what could be made of them"),
                keep=ANSWERS_KEPT_AFTER,
                then=_("deleted"),
                why=_("As long as pictures and recordings are likely to be around, so that your word on them counts."),
                due=lambda before: Rsvp.objects.filter(occurrence__ends_at__lt=before),
            ),
        ),
    ),
    Holding(
        model=Answer,
        title=_("What you answered to hosts of events"),
        activity="events.joining",
        of=lambda member: Answer.objects.filter(rsvp__member=member),
        personal={"words": "pd:Communication"},
        file="events/answers-to-questions",
        export=("id", "question__words", "question__why", "words"),
        retention=tuple(
            Retention(
                code=f"joining.questions.{days}",
                what=format_lazy(_("Answers to questions of hosts who need them for {days}"), days=label),
                keep=timedelta(days=days),
                then=_("deleted"),
                why=_("The hosts said so when they asked."),
                is_fixed=True,
                due=answers_due(days),
            )
            for days, label in Keep.choices
        ),
    ),
    Holding(
        model=PassedNeeds,
        title=_("Access needs that you passed on to hosts"),
        activity="events.joining",
        of=lambda member: PassedNeeds.objects.filter(rsvp__member=member),
        personal={"sealed_words": "pd:Disability"},
        file="events/access-needs",
        export=("rsvp__occurrence__event__title", "sealed_words", "passed_at"),
        reads={"sealed_words": sealing.unseal},
        retention=(
            Retention(
                code="joining.needs",
                what=_("Access needs that were passed on for an event"),
                keep=ERASED_AFTER,
                then=_("deleted"),
                why=_("The hosts need them to prepare, and for nothing else."),
                is_fixed=True,
                due=lambda before: PassedNeeds.objects.filter(rsvp__occurrence__ends_at__lt=before),
            ),
        ),
    ),
    Holding(
        model=MediaChoice,
        title=_("What may be made of you at events"),
        activity="events.joining",
        of=lambda member: MediaChoice.objects.filter(rsvp__member=member),
        personal={},
        file="events/pictures-and-recordings",
        export=("id", "rsvp__occurrence__event__title", "part", "level", "said_at", "settled_at"),
    ),
    Holding(
        model=Guest,
        title=_("When you came as a guest"),
        activity="events.joining",
        of=lambda member: Guest.objects.filter(email__in=addresses_of(member)),
        personal={"name": "pd:Name", "email": "pd:EmailAddress"},
        file="events/as-a-guest",
        export=("id", "occurrence__event__title", "name", "email", "made_at"),
        retention=(
            Retention(
                code="joining.guests",
                what=_("Guests of events, with all that they said"),
                keep=ERASED_AFTER,
                then=_("deleted"),
                why=_("They came once; we need not know them."),
                is_fixed=True,
                due=lambda before: Guest.objects.filter(occurrence__ends_at__lt=before),
            ),
        ),
    ),
)
tells_of_nobody("joining.Terms", reason="how many can come to an event, and for whom places are kept")
tells_of_nobody("joining.Question", reason="what the hosts of an event ask everybody who joins")
