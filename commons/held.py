"""What the ground floor holds about people."""

from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commons.holdings import Activity, Holding, Retention, Rows, declare, tells_of_nobody
from commons.models import Event, RateLimit, Undeliverable
from commons.outbox import KEEP_HANDLED
from commons.undeliverable import FORGOTTEN_AFTER, hashed

PARTS = ("member", "author", "other", "by")
"""Under which names the payload of an event can name a member."""


def heard_by_all(before: datetime) -> Rows:
    return Event.objects.filter(handled_at__lt=before)


def empty_buckets(before: datetime) -> Rows:
    return RateLimit.objects.filter(full_at__lt=before)


def events_about(member: Any) -> Rows:
    """Events that name a member, in whatever part they had."""
    parts = [Q(**{f"payload__{part}": member.pk}) for part in PARTS]
    return Event.objects.filter(reduce(or_, parts))


def buckets_of(member: Any) -> Rows:
    return RateLimit.objects.filter(Q(key=str(member.pk)) | Q(key__endswith=f":{member.pk}"))


declare(
    Activity(
        code="operation",
        title=_("Keep the site running"),
        why=_("To do what follows from a change exactly once, even when a part of the machine was away."),
        basis=_("legitimate interest: a site that works (GDPR Art. 6(1)(f))"),
    ),
    Holding(
        model=Event,
        title=_("What happened and is still to be told to other parts of the site"),
        activity="operation",
        of=events_about,
        personal={"payload": "pd:Identifier"},
        plain={"name": "the kind of event"},
        file="account/events",
        export=("id", "name", "payload", "created_at"),
        order=90,
        retention=(
            Retention(
                code="operation.events",
                what=_("Events that every part of the site has heard"),
                keep=KEEP_HANDLED,
                then=_("deleted"),
                why=_("They hold numbers of rows, and help to find a fault."),
                due=heard_by_all,
            ),
        ),
    ),
    Holding(
        model=RateLimit,
        title=_("How often you did something of late"),
        activity="security.abuse_detection",
        of=buckets_of,
        personal={"key": "pd:Identifier"},
        plain={"action": "the name of what is counted"},
        file="account/limits",
        export=("action", "full_at"),
        order=90,
        retention=(
            Retention(
                code="operation.limits",
                what=_("Counts of how often somebody did something"),
                keep=timedelta(0),
                then=_("deleted, the night after they have run empty"),
                why=_("They slow down floods, for at most a day."),
                due=empty_buckets,
            ),
        ),
    ),
    Holding(
        model=Undeliverable,
        title=_("That letters to you came back"),
        activity="notifications",
        of=lambda member: Undeliverable.objects.filter(address_hash=hashed(member.email)),
        personal={"address_hash": "pd:EmailAddress"},
        file="account/letters-that-came-back",
        export=("score", "returned_at"),
        order=-10,
    ),
    Retention(
        code="operation.undeliverable",
        what=_("That letters to an address came back; as a keyed hash, not the address"),
        keep=FORGOTTEN_AFTER,
        then=_("deleted, and letters are tried again"),
        why=_("Letters that nobody gets cost a community its good name with mail servers."),
        due=lambda before: Undeliverable.objects.filter(returned_at__lt=before),
    ),
    Retention(
        code="operation.logs",
        what=_("Logs of the machine"),
        keep=timedelta(0),
        words=_("50 MB for each program"),
        then=_("overwritten; they hold no visitor's address"),
        why=_("Whoever runs the machine looks there for faults."),
    ),
    Retention(
        code="operation.backups",
        what=_("Backups"),
        keep=timedelta(days=35),
        then=_("overwritten by whoever runs the machine; after a restore, every erasure is done again"),
        why=_("So that nothing of the community is lost in an accident."),
    ),
)

tells_of_nobody("commons.Delivery", reason="which parts of the site have heard an event that another failed on")
tells_of_nobody("commons.Change", reason="which rows were written within a day, by their keys")
tells_of_nobody("commons.Heartbeat", reason="when the worker last lived")
tells_of_nobody(
    "auth.Permission",
    "auth.Group",
    "contenttypes.ContentType",
    reason="names of things that can be done, and of groups",
)
tells_of_nobody("guardian.GroupObjectPermission", reason="what a group may do, not who is in it")
