"""What the calendar holds about people, and what becomes of it."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from commons.holdings import Activity, Erase, Holding, Retention, declare
from events.actions import leaving
from events.models import Event, EventUserPermission, FeedKey, Occurrence, Place

DRAFT_LIFETIME = timedelta(days=365)

declare(
    Activity(
        code="events.calendar",
        title=_("Invite to workshops and gatherings"),
        why=_("To show what members invite to, where and when, and who hosts it."),
        basis=_("the agreement between you and the community (GDPR Art. 6(1)(b))"),
        recipients=_("members; for public events everybody, and the calendars that they use"),
    ),
    Holding(
        model=Event,
        title=_("Events that you began"),
        activity="events.calendar",
        of=leaving.events_of,
        personal={
            "author": "pd:Username",
            "title": "pd:Communication",
            "source": "pd:Communication",
            "html": "pd:Communication",
            "content_note": "pd:Communication",
            "online_link": "pd:Communication",
            "cancel_reason": "pd:Communication",
            "language": "pd:Language",
        },
        plain={
            "uid": "a random name of the event in calendars",
            "submission": "a random key of one form",
            "time_zone": "the clock of the place where it is",
        },
        file="content/events",
        export=(
            "id",
            "title",
            "kind",
            "source",
            "language",
            "visibility",
            "attendance",
            "place__name",
            "online_link",
            "time_zone",
            "first_date",
            "start_time",
            "created_at",
            "published_at",
            "cancelled_at",
            "cancel_reason",
        ),
        erase=Erase(run=leaving.hand_over_events, left=lambda leaver: leaving.events_of(leaver.member).count()),
        order=10,
        choosable=True,
        retention=(
            Retention(
                code="events.drafts",
                what=_("Drafts of events"),
                keep=DRAFT_LIFETIME,
                then=_("deleted, when nobody has touched them for so long"),
                why=_("They are for you to finish; after a year they are forgotten."),
                due=lambda before: Event.objects.filter(published_at=None, changed_at__lt=before),
            ),
        ),
    ),
    Holding(
        model=Occurrence,
        title=_("Dates of events that you began"),
        activity="events.calendar",
        of=leaving.dates_of,
        personal={"note": "pd:Communication", "title": "pd:Communication", "cancel_reason": "pd:Communication"},
        plain={"key": "where the rule of the event puts it"},
        file="content/event-dates",
        export=("id", "event_id", "title", "starts_at", "ends_at", "note", "cancelled_at", "cancel_reason"),
        erase=Erase(run=leaving.hand_over_events, left=lambda leaver: leaving.dates_of(leaver.member).count()),
        order=10,
        held_with="events.Event",
    ),
    Holding(
        model=Place,
        title=_("Places that you told of"),
        activity="events.calendar",
        of=lambda member: Place.objects.filter(told_by=member),
        personal={
            "told_by": "pd:Username",
            "name": "pd:Location",
            "area": "pd:Location",
            "address": "pd:Location",
            "directions": "pd:Location",
        },
        file="content/places",
        export=("id", "name", "area", "address", "address_for", "directions"),
        erase=Erase(run=leaving.forget_places, left=lambda leaver: Place.objects.filter(told_by=leaver.member).count()),
    ),
    Holding(
        model=EventUserPermission,
        title=_("Events that you host with others"),
        activity="events.calendar",
        of=lambda member: EventUserPermission.objects.filter(user=member),
        personal={"user": "pd:Username"},
        file="content/hosted-events",
        export=("id", "content_object__title", "permission__codename"),
    ),
    Holding(
        model=FeedKey,
        title=_("Your secret calendar address"),
        activity="events.calendar",
        of=lambda member: FeedKey.objects.filter(member=member),
        personal={"member": "pd:Username"},
        plain={"fingerprint": "a one-way fingerprint of a random secret"},
        file="account/calendar-address",
        export=("made_at",),
    ),
)
