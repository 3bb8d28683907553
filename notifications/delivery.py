"""Letters and digests: what goes to whom when. The inbox holds everything; mail carries what a person wants of it."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from members.consent import gate
from members.models import Member
from notifications import budget, letters, queries
from notifications.actions import delivering
from notifications.enums import (
    CLOSES_SOON,
    DIGEST_LINES,
    HOLD,
    LETTER_LINES,
    SETTINGS_LINK_DAYS,
    TRY_AGAIN,
    Carrier,
    Reason,
)
from notifications.kinds import Described
from notifications.models import Preferences, Telling
from notifications.queries import OWN_LETTERS, Line

log = logging.getLogger(__name__)

SALT = "notification settings"
PURPOSE, LIST_PURPOSE = "email.replies", "email.list"
type Send = Callable[..., None]
type TakeUp = Callable[..., Preferences | None]

LIST_REST = timedelta(minutes=1)  # between batches of posts


def send_due_letters(*, now: datetime) -> int:
    """Write to everybody whose time has come; how many were looked at."""
    return _each(queries.due_for_letters, delivering.take_up_letters, send_letters, now=now)


def send_due_digests(*, now: datetime) -> int:
    return _each(queries.due_for_digest, delivering.take_up_digest, send_digest, now=now)


def send_letters(preferences: Preferences, *, now: datetime) -> None:
    """One person's letter about what waits, within their budget; what is over it waits for a digest or for tomorrow."""
    _send_list(preferences, now=now)
    if preferences.digest_due_at and preferences.digest_due_at <= now:
        send_digest(preferences, now=now)  # else letters would take each day's budget, and digests never come
    wanted = budget.wanted_at_once(preferences, now - queries.last_here(preferences.member, now=now))
    waiting = list(queries.for_letters(preferences, wanted=wanted, now=now))
    found = _lines(budget.let_through(waiting, preferences, now), preferences.member, now=now)
    is_sent = not found or _send_letter(preferences, found, now=now)
    at = _next_look(preferences, wanted=wanted, now=now) if is_sent else now + budget.DAY
    delivering.look_again_for_letters(preferences, at=at)


def send_digest(preferences: Preferences, *, now: datetime) -> None:
    """One person's digest: what needs them first, then what closes soon, then the rest; what is left out is named."""
    member = preferences.member
    silence = now - queries.last_here(member, now=now)
    if not _may_write(preferences, now=now):
        delivering.look_again_for_digest(preferences, at=_digest_after(preferences, now=now))
        return
    delivering.look_again_for_digest(preferences, at=budget.next_digest(preferences, after=now))
    if budget.is_thinned(preferences, silence, now):
        return
    besides = [Reason.EVERY_POST, *(OWN_LETTERS if gate.allows(member, "email.messages", now=now) else ())]
    found = _ranked(_lines(queries.for_digest(preferences, besides=besides), member, now=now), now=now)
    shown, left_out = found[:DIGEST_LINES], found[DIGEST_LINES:]
    context = {
        "needed": [line for line in shown if line.is_needed],
        "rooms": _by_room([line for line in shown if not line.is_needed]),
        "left_out": queries.left_out_by_room(left_out),
        "is_away": budget.is_away(silence),
        "settings": settings_link(member),
    }
    with transaction.atomic():
        if found and _write(preferences, "digest_letter", "notifications/email/digest.txt", context=context, now=now):
            delivering.carry(_tellings(shown), by=Carrier.DIGEST, now=now)
            delivering.carry(_tellings(left_out), by=Carrier.LEFT_OUT, now=now)
            delivering.spend(preferences, now=now)
            delivering.note_digest(preferences, now=now)


def settings_link(member: Member) -> str:
    """A page that changes how this member is written to, and nothing else, without signing in."""
    token = signing.dumps(member.pk, salt=SALT)
    return settings.SITE_URL + reverse("notifications:by_letter", args=[token])


def holder(token: str) -> Member | None:
    """Whose settings a link from a letter may change."""
    try:
        key = signing.loads(token, salt=SALT, max_age=timedelta(days=SETTINGS_LINK_DAYS))
    except signing.BadSignature:
        return None
    return Member.objects.filter(pk=key, is_active=True).first()


def _each(due: Callable[..., list[int]], take_up: TakeUp, send: Send, *, now: datetime) -> int:
    """Batch by batch, each person once, and each letter in a transaction of its own."""
    seen: set[int] = set()
    while fresh := [key for key in due(now=now) if key not in seen]:
        for key in fresh:
            if taken := take_up(key, now=now):
                _send_or_wait(taken, send, now=now)
        seen.update(fresh)
    return len(seen)


def _send_or_wait(preferences: Preferences, send: Send, *, now: datetime) -> None:
    """Whatever goes wrong with one letter keeps nobody else from theirs; this one is tried again in a while.

    What went out before it is not taken back: it is written down letter by letter.
    """
    try:
        send(preferences, now=now)
    except Exception:
        log.exception("a letter could not be sent; it is tried again")
        delivering.try_again(preferences, at=now + TRY_AGAIN)


def _send_list(preferences: Preferences, *, now: datetime) -> None:
    """Each post of what somebody reads by mail, as a letter of its own; not counted, but never in quiet hours."""
    if budget.rests(preferences, now):
        return
    for telling in queries.for_list(preferences):
        for line in _lines([telling], preferences.member, now=now):
            context = {"post": line.newest, "settings": settings_link(preferences.member)}
            with transaction.atomic():
                if _write(
                    preferences,
                    "list_letter",
                    "notifications/email/post.txt",
                    context=context,
                    now=now,
                    about=line.newest,
                ):
                    delivering.carry([telling], by=Carrier.LETTER, now=now)


def _send_letter(preferences: Preferences, lines: list[Line], *, now: datetime) -> bool:
    """What is meant for them is never left out: it comes with the next letter, and the rest with the digest, if any."""
    shown, rest = lines[:LETTER_LINES], lines[LETTER_LINES:]
    left_out = [] if preferences.days else [line for line in rest if not line.is_needed]
    more = len(_tellings(rest))
    context = {"lines": shown, "more": more, "settings": settings_link(preferences.member)}
    about = shown[0].newest if len(lines) == 1 and not shown[0].others else None
    with transaction.atomic():
        if not _write(
            preferences, "notice_letter", "notifications/email/letter.txt", context=context, now=now, about=about
        ):
            return False
        delivering.carry(_tellings(shown), by=Carrier.LETTER, now=now)
        delivering.carry(_tellings(left_out), by=Carrier.LEFT_OUT, now=now)
        delivering.spend(preferences, now=now)
    return True


def _write(
    preferences: Preferences,
    sink: str,
    template: str,
    *,
    context: dict[str, Any],
    now: datetime,
    about: Described | None = None,
) -> bool:
    """Dates in a letter are those of where its reader is."""
    with timezone.override(ZoneInfo(preferences.zone)):
        return letters.write(preferences.member, sink, template, about=about, context=context, now=now)


def _lines(tellings: Iterable[Telling], member: Member, *, now: datetime) -> list[Line]:
    """As lines; what is gone, or may no longer be seen, waits no more."""
    waiting = list(tellings)
    found = queries.lines(waiting, member)
    there = {telling.notice_id for telling in _tellings(found)}
    delivering.drop([telling for telling in waiting if telling.notice_id not in there], now=now)
    return found


def _may_write(preferences: Preferences, *, now: datetime) -> bool:
    return budget.first_open(preferences, now) <= now


def _next_look(preferences: Preferences, *, wanted: str, now: datetime) -> datetime | None:
    """When to look again: what is held now is due after its ten minutes, what the budget holds when it opens.

    Without a yes to such letters never; a yes looks anew.
    """
    looks = []
    opens = max(budget.first_open(preferences, now), now + HOLD)
    if gate.allows(preferences.member, PURPOSE, now=now):
        held = queries.for_letters(preferences, wanted=wanted, now=now + HOLD).filter(told_at__gt=now - HOLD)
        looks += [told_at + HOLD for told_at in held.order_by("told_at").values_list("told_at", flat=True)[:1]]
        looks += [opens] if queries.for_letters(preferences, wanted=wanted, now=now).exists() else []
    if gate.allows(preferences.member, LIST_PURPOSE, now=now) and queries.for_list(preferences).exists():
        looks.append(max(budget.after_rest(preferences, now), now + LIST_REST))
    return min(looks, default=None)


def _digest_after(preferences: Preferences, *, now: datetime) -> datetime | None:
    """What a pause held back comes at its usual hour; what the budget held back, as soon as there is room."""
    if budget.is_paused(preferences, now) and preferences.paused_until:
        return budget.next_digest(preferences, after=preferences.paused_until)
    return budget.first_open(preferences, now)


def _ranked(lines: list[Line], *, now: datetime) -> list[Line]:
    return sorted(lines, key=lambda line: (not line.is_needed, not _closes_soon(line, now=now)))


def _closes_soon(line: Line, *, now: datetime) -> bool:
    return line.closes_at is not None and now < line.closes_at < now + CLOSES_SOON


def _by_room(lines: list[Line]) -> dict[str, list[Line]]:
    rooms: dict[str, list[Line]] = {}
    for line in lines:
        rooms.setdefault(line.newest.room, []).append(line)
    return rooms


def _tellings(lines: list[Line]) -> list[Telling]:
    return [telling for line in lines for telling in line.tellings]
