"""Letters and digests: what goes to whom when. The inbox holds everything; mail carries what a person wants of it."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse

from commons.letters import NotSent
from members.consent import gate
from members.models import Member
from notifications import budget, letters, queries
from notifications.actions import delivering
from notifications.enums import CLOSES_SOON, DIGEST_LINES, HOLD, LETTER_LINES, SETTINGS_LINK_DAYS, TRY_AGAIN, Carrier
from notifications.models import Preferences, Telling
from notifications.queries import Line

log = logging.getLogger(__name__)

SALT = "notification settings"
PURPOSE = "email.replies"


def send_due_letters(*, now: datetime) -> int:
    """Write to everybody whose time has come; how many were looked at."""
    return _each(queries.due_for_letters(now=now), send_letters, now=now)


def send_due_digests(*, now: datetime) -> int:
    return _each(queries.due_for_digest(now=now), send_digest, now=now)


def send_letters(preferences: Preferences, *, now: datetime) -> None:
    """One person's letter about what waits, within their budget; what is over it waits for a digest or for tomorrow."""
    member = preferences.member
    _send_list(member, preferences, now=now)
    waiting = list(queries.for_letters(preferences, now=now))
    sendable = waiting if _may_write(preferences, now=now) else _urgent(waiting, preferences, now=now)
    if found := _lines(sendable, member, now=now):
        context = {"lines": found[:LETTER_LINES], "more": len(found) - LETTER_LINES, "settings": settings_link(member)}
        about = found[0].newest if len(found) == 1 else None
        if letters.write(
            member, "notice_letter", "notifications/email/letter.txt", about=about, context=context, now=now
        ):
            delivering.carry(_tellings(found), by=Carrier.LETTER, now=now)
            delivering.spend(preferences, now=now)
    delivering.look_again_for_letters(preferences, at=_next_look(preferences, now=now))


def send_digest(preferences: Preferences, *, now: datetime) -> None:
    """One person's digest: what needs them first, then what closes soon, then the rest; what is left out is named."""
    member = preferences.member
    silence = now - queries.last_here(member)
    if not _may_write(preferences, now=now):
        delivering.look_again_for_digest(preferences, at=budget.first_open(preferences, now))
        return
    found = _ranked(_lines(queries.for_digest(preferences), member, now=now), now=now)
    shown, left_out = found[:DIGEST_LINES], found[DIGEST_LINES:]
    context = {
        "needed": [line for line in shown if line.is_needed],
        "rooms": _by_room([line for line in shown if not line.is_needed]),
        "left_out": queries.left_out_by_room(left_out),
        "is_away": budget.is_away(silence),
        "settings": settings_link(member),
    }
    if found and letters.write(member, "digest_letter", "notifications/email/digest.txt", context=context, now=now):
        delivering.carry(_tellings(shown), by=Carrier.DIGEST, now=now)
        delivering.carry(_tellings(left_out), by=Carrier.LEFT_OUT, now=now)
        delivering.spend(preferences, now=now)
    delivering.look_again_for_digest(preferences, at=budget.next_digest(preferences, after=now, silence=silence))


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


def _each(keys: list[int], send: Any, *, now: datetime) -> int:
    for key in keys:
        with transaction.atomic():
            rows = Preferences.objects.select_for_update(skip_locked=True, of=("self",)).select_related("member")
            if found := rows.filter(pk=key).first():
                _send_or_wait(found, send, now=now)
    return len(keys)


def _send_or_wait(preferences: Preferences, send: Any, *, now: datetime) -> None:
    """A mail server that takes no letter keeps nobody else from theirs; this one is tried again in a while."""
    try:
        with transaction.atomic():
            send(preferences, now=now)
    except NotSent:
        log.warning("a letter could not be handed over; it is tried again", exc_info=True)
        delivering.try_again(preferences, at=now + TRY_AGAIN)


def _send_list(member: Member, preferences: Preferences, *, now: datetime) -> None:
    """Each post of what somebody reads by mail, as a letter of its own."""
    if budget.is_paused(preferences, now):
        return
    for telling in queries.for_list(preferences):
        for line in _lines([telling], member, now=now):
            context = {"post": line.newest, "settings": settings_link(member)}
            if letters.write(
                member, "list_letter", "notifications/email/post.txt", about=line.newest, context=context, now=now
            ):
                delivering.carry([telling], by=Carrier.LETTER, now=now)


def _lines(tellings: Iterable[Telling], member: Member, *, now: datetime) -> list[Line]:
    """As lines; what is gone, or may no longer be seen, waits no more."""
    waiting = list(tellings)
    found = queries.lines(waiting, member)
    there = {telling.notice_id for telling in _tellings(found)}
    delivering.drop([telling for telling in waiting if telling.notice_id not in there], now=now)
    return found


def _may_write(preferences: Preferences, *, now: datetime) -> bool:
    return budget.first_open(preferences, now) <= now


def _urgent(waiting: list[Telling], preferences: Preferences, *, now: datetime) -> list[Telling]:
    """What goes out although the budget says no, by the person's own wish; a pause holds back all."""
    if not preferences.always_if_needed or budget.is_paused(preferences, now):
        return []
    return [telling for telling in waiting if telling.is_needed]


def _next_look(preferences: Preferences, *, now: datetime) -> datetime | None:
    """When to look again: what is held now is due after its ten minutes, what the budget holds when it opens.

    Without a yes to such letters never; a yes looks anew.
    """
    if not gate.allows(preferences.member, PURPOSE, now=now):
        return None
    if queries.for_letters(preferences, now=now).exists():
        return max(budget.first_open(preferences, now), now + HOLD)
    held = (
        queries.for_letters(preferences, now=now + HOLD).order_by("told_at").values_list("told_at", flat=True).first()
    )
    return held + HOLD if held else None


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
