"""What becomes of what somebody told of an event, when they leave: it stays without them, or goes with their words."""

from django.db import models
from django.db.models import Q

from commons.holdings import Leaver
from events.after.models import Material, Outcome, WriteUp, WriteUpRevision
from members.models import Member


def write_ups_of(member: Member) -> models.QuerySet[WriteUp]:
    return WriteUp.objects.filter(author=member)


def revisions_of(member: Member) -> models.QuerySet[WriteUpRevision]:
    return WriteUpRevision.objects.filter(Q(author=member) | Q(replaced_by=member))


def hand_over_write_ups(leaver: Leaver) -> None:
    """What was co-written stays the event's; where words shall go, every text that they wrote of it goes."""
    _forget_words(write_ups_of(leaver.member), leaver)
    _forget_words(WriteUpRevision.objects.filter(author=leaver.member), leaver)
    write_ups_of(leaver.member).update(author=None)
    WriteUpRevision.objects.filter(author=leaver.member).update(author=None)
    WriteUpRevision.objects.filter(replaced_by=leaver.member).update(replaced_by=None)


def hand_over_materials(leaver: Leaver) -> None:
    mine = Material.objects.filter(given_by=leaver.member)
    _forget_words(mine, leaver)
    mine.update(given_by=None)


def hand_over_outcomes(leaver: Leaver) -> None:
    mine = Outcome.objects.filter(told_by=leaver.member)
    _forget_words(mine, leaver)
    mine.update(told_by=None)


def _forget_words(mine: models.QuerySet, leaver: Leaver) -> None:
    gone = leaver.removes(mine.model._meta.label, mine.order_by("pk").values_list("pk", flat=True))
    mine.filter(pk__in=gone).delete()
