"""Leaving for good: asking, coming back, and the steps that a worker takes. Each may be begun again at any time."""

import contextlib
import hmac
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError, Q

from commons import holdings, keys
from commons.holdings import Erase, Holding, Leaver, Mode
from commons.outbox import publish
from members.consent import actions as consent
from members.models import Member
from members.rights import notices, queries
from members.rights.enums import LEASE, TIME_TO_RETURN
from members.rights.models import Erasure, ErasureChoice, ErasureReplay, LegalHold

ITEM_BYTES = 16


class NotErased(Exception):
    """A step was done, and yet something is left; the message names it. The worker tries again later."""


@transaction.atomic
def ask_for_erasure(*, member: Member, mode: Mode, at_once: bool, now: datetime) -> Erasure:
    """Close the account: from this moment nobody sees it and nothing is done with its data; the rest comes when due."""
    due = now if at_once else now + TIME_TO_RETURN
    defaults = {"mode": mode, "asked_at": now, "due_at": due, "taken_at": None, "done": []}
    erasure, _ = Erasure.objects.update_or_create(member=member, defaults=defaults)
    Member.objects.filter(pk=member.pk).update(is_active=False)
    consent.restrict(member=member, now=now)
    publish("rights.erasure_asked", erasure=erasure.pk)
    return erasure


@transaction.atomic
def come_back(*, erasure_id: int, now: datetime) -> bool:
    """Open the account again, as it was. False if it is too late."""
    waiting = Erasure.objects.select_for_update(of=("self",)).filter(pk=erasure_id, taken_at=None, due_at__gt=now)
    erasure = waiting.select_related("member").first()
    if erasure is None or erasure.member is None:
        return False
    Member.objects.filter(pk=erasure.member.pk).update(is_active=True)
    consent.lift_restriction(member=erasure.member)
    erasure.delete()
    return True


@transaction.atomic
def choose(*, member: Member, label: str, shown: Iterable[int], taken: Iterable[int]) -> None:
    """Remember which of the things on one page of a list shall lose their words."""
    theirs = ErasureChoice.objects.filter(member=member, holding=label)
    theirs.filter(item__in=list(shown)).delete()
    chosen = set(taken) & set(shown)
    ErasureChoice.objects.bulk_create(ErasureChoice(member=member, holding=label, item=item) for item in sorted(chosen))


def waiting_erasures(*, now: datetime) -> list[int]:
    """What is due and nobody works on, for the worker."""
    due = Erasure.objects.filter(_free(now), finished_at=None, due_at__lte=now)
    return list(due.order_by("due_at", "pk").values_list("pk", flat=True))


def erase(*, erasure_id: int, now: datetime) -> bool:
    """Do every step, then look again whether all is gone. False if it is not due, or a hold keeps some of it.

    Raises:
        NotErased: something is still there.
    """
    mine = Erasure.objects.filter(_free(now), pk=erasure_id, finished_at=None, due_at__lte=now)
    if not mine.update(taken_at=now):
        return False
    erasure = Erasure.objects.select_related("member").get(pk=erasure_id)
    if erasure.member:
        leaver = _leaver(erasure.member, Mode(erasure.mode), now=now)
        if not erasure.done:
            remember(leaver, _items(leaver))
            with contextlib.suppress(OSError):  # a letter that can't be sent stops no erasure
                notices.erasure_begins(leaver.member)
        _take_steps(leaver, erasure)
        if leaver.held:
            end = queries.holds_on(erasure.member, now=now).latest("until").until
            Erasure.objects.filter(pk=erasure.pk).update(taken_at=None, due_at=end)
            return False
    Erasure.objects.filter(pk=erasure.pk).update(finished_at=now)
    return True


@dataclass(frozen=True)
class Listed:
    """How somebody on the list was erased; `items` are those whose words they chose to take away."""

    mode: Mode
    erased_at: datetime
    items: frozenset[bytes] = frozenset()

    def removes(self, label: str, ids: Iterable[int]) -> set[int]:
        return {item for item in ids if _item(label, item) in self.items}


def replay(*, apply: bool, now: datetime) -> list[int]:
    """Erase again whoever is on the list and yet here: after a restore. The numbers of the accounts that it met."""
    listed = replay_list()
    met = []
    for member in Member.objects.order_by("pk").iterator(chunk_size=500):
        if found := listed.get(_person(member)):
            met.append(member.pk)
            if apply:
                _erase_again(member, found, now=now)
    return met


def replay_list() -> dict[bytes, Listed]:
    """Everybody on the list: that of the database, and that of the file, which a restore does not touch."""
    rows = ErasureReplay.objects.order_by("pk").values_list("person", "mode", "erased_at", "items")
    listed = {
        bytes(person): Listed(Mode(mode), at, frozenset(bytes(one) for one in items))
        for person, mode, at, items in rows
    }
    path = Path(settings.ERASURE_LOG)
    for line in path.read_text().splitlines() if path.exists() else ():
        at, person, mode, *items = line.split()
        found = Listed(Mode(mode), datetime.fromisoformat(at), frozenset(bytes.fromhex(one) for one in items))
        listed[bytes.fromhex(person)] = found
    return listed


def remember(leaver: Leaver, items: list[bytes]) -> None:
    """Write down, in a file that a restore does not touch and in the database, whom to forget. Hashes only."""
    person = _person(leaver.member)
    line = " ".join([leaver.now.isoformat(), person.hex(), leaver.mode, *(one.hex() for one in items)])
    path = Path(settings.ERASURE_LOG)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.write(f"{line}\n")
        file.flush()
        os.fsync(file.fileno())
    defaults = {"mode": leaver.mode, "erased_at": leaver.now, "items": items}
    ErasureReplay.objects.update_or_create(person=person, defaults=defaults)


def end_holds(*, member: Member, now: datetime) -> None:
    """Holds whose time is over go with the person they were about; those that they set on others stay, without them."""
    LegalHold.objects.filter(member=member, until__lte=now).delete()
    LegalHold.objects.filter(reviewer=member).update(reviewer=None)


def _take_steps(leaver: Leaver, erasure: Erasure | None = None) -> None:
    """Every step with its check, then every check once more, so that nothing slipped in behind."""
    steps = [(one, one.step) for one in holdings.holdings() if one.step and one.label not in leaver.held]
    taken = [(one, step) for one, step in steps if _take(one, step, leaver, erasure)]
    for one, step in taken:
        _check(one, step, leaver)


def _take(holding: Holding, step: Erase, leaver: Leaver, erasure: Erasure | None) -> bool:
    """Do one step. False if something that is held hangs on what it would delete; it waits for the hold to end."""
    try:
        step.run(leaver)
    except ProtectedError:
        if not leaver.held:
            raise
        return False
    _check(holding, step, leaver)
    if erasure and holding.label not in erasure.done:
        erasure.done.append(holding.label)
        Erasure.objects.filter(pk=erasure.pk).update(done=erasure.done)
    return True


def _check(holding: Holding, step: Erase, leaver: Leaver) -> None:
    if left := step.left(leaver):
        raise NotErased(f"{holding.label}: {left} left")


def _leaver(member: Member, mode: Mode, *, now: datetime) -> Leaver:
    def removes(label: str, ids: Iterable[int]) -> set[int]:
        if mode == Mode.SELECTIVE:
            return set(ids) & queries.chosen(member, label)
        return set(ids) if mode == Mode.REMOVE_TEXT else set()

    held = frozenset(queries.held_labels(member, now=now))
    return Leaver(member=member, mode=mode, now=now, removes=removes, held=held)


def _erase_again(member: Member, listed: Listed, *, now: datetime) -> None:
    """Open or closed in what was restored: it is erased as it was then, at once."""
    Member.objects.filter(pk=member.pk).update(is_active=False)
    leaver = _leaver(member, listed.mode, now=now)
    if listed.mode == Mode.SELECTIVE:
        leaver = replace(leaver, removes=listed.removes)
    defaults = {"mode": listed.mode, "erased_at": listed.erased_at, "items": sorted(listed.items)}
    ErasureReplay.objects.get_or_create(person=_person(member), defaults=defaults)
    _take_steps(leaver)


def _person(member: Member) -> bytes:
    """A keyed hash of the number, which can be given anew after a restore, and of the moment of joining."""
    return _hash(f"{member.pk} {member.date_joined.isoformat()}")


def _items(leaver: Leaver) -> list[bytes]:
    if leaver.mode != Mode.SELECTIVE:
        return []
    choices = ErasureChoice.objects.filter(member=leaver.member).order_by("pk").values_list("holding", "item")
    return [_item(label, item) for label, item in choices]


def _item(label: str, item: int) -> bytes:
    return _hash(f"{label} {item}")[:ITEM_BYTES]


def _hash(told: str) -> bytes:
    return hmac.digest(keys.derived("erasure replay"), told.encode(), "sha256")


def _free(now: datetime) -> Q:
    return Q(taken_at=None) | Q(taken_at__lt=now - LEASE)
