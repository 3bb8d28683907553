"""What is told on devices, and when: one more way for the tellings of the inbox, within the same budget."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from members.consent import gate, uses
from members.models import Member
from notifications import budget
from notifications import queries as tellings
from notifications.actions import delivering
from notifications.devices import actions, posting, queries, words
from notifications.devices.enums import FIRST_REST, LONGEST_REST, TOLD_FOR, TRIES_MAX
from notifications.devices.models import Device, Push
from notifications.enums import PUSH_HOLD, STOPS_AFTER
from notifications.models import Preferences, Telling, preferences_of
from notifications.queries import Line

PURPOSE, SINK = "push.notify", "push"


def hand_out_due(*, now: datetime) -> int:
    """For everybody whose time has come, make one message of what waits; how many people were looked at."""
    due = tellings.due_for_pushes(now=now)
    for key in due:
        with transaction.atomic():
            rows = Preferences.objects.select_for_update(skip_locked=True, of=("self",)).select_related("member")
            if found := rows.filter(pk=key).first():
                hand_out(found, now=now)
    return len(due)


def hand_out(preferences: Preferences, *, now: datetime) -> None:
    """One person's message for each of their devices; what is over the budget waits."""
    member = preferences.member
    since = queries.there_since(member)
    if since is None or not gate.allows(member, PURPOSE, now=now):
        delivering.look_again_for_pushes(preferences, at=None)
        return
    waiting = tellings.for_pushes(preferences, since=since, now=now)
    wanted = _for_whoever_is_here(waiting, member, now=now)
    sendable = budget.let_through(wanted, preferences, now, on_devices=True)
    if found := tellings.lines(sendable, member):
        actions.queue(devices=queries.devices_of(member), notices=_notices(found), now=now)
        delivering.spend_on_devices(preferences, now=now)
    delivering.note_pushed(sendable, now=now)
    delivering.look_again_for_pushes(preferences, at=_next_look(preferences, since=since, now=now))


def send(push: int, *, now: datetime) -> None:
    """Hand a message to its device, if there is still something to say and still a yes; never twice."""
    claimed = actions.claim(push=push, now=now)
    if claimed is None:
        return
    device, member = claimed.device, claimed.device.member
    preferences = preferences_of(member)
    found = tellings.lines(queries.still_unread(member, claimed.notices), member)
    if claimed.notices and not found:
        return
    if _rests(preferences, found, now=now):
        actions.put_back(push=claimed, at=budget.after_rest(preferences, now), tries=claimed.tries)
    elif member.is_active and uses.use(member, SINK, now=now):
        _post(claimed, device, found, preferences, now=now)


def _post(push: Push, device: Device, lines: list[Line], preferences: Preferences, *, now: datetime) -> None:
    said = words.of_lines(lines, with_words=preferences.push_words) if lines else words.of_test()
    is_urgent = not lines or any(line.is_needed for line in lines)
    outcome = posting.post(device, said, about=said["tag"], is_urgent=is_urgent, now=now)
    if outcome.is_told:
        actions.note_told(device=device, now=now)
    elif outcome.is_gone:
        actions.remove(device=device)
    elif outcome.is_later:
        _try_again(push, outcome.rest, now=now)


def _try_again(push: Push, rest: timedelta, *, now: datetime) -> None:
    """After a longer rest each time; what is a day old waits in the inbox alone."""
    at = now + max(rest, min(FIRST_REST * 4**push.tries, LONGEST_REST))
    if push.tries < TRIES_MAX and at < push.made_at + TOLD_FOR:
        actions.put_back(push=push, at=at, tries=push.tries + 1)


def _for_whoever_is_here(waiting: QuerySet[Telling], member: Member, *, now: datetime) -> list[Telling]:
    """After a month's silence a device rings for what needs its owner alone, after half a year for nothing."""
    found = list(waiting)
    silence = now - tellings.last_here(member, now=now) if found else timedelta(0)
    if silence > STOPS_AFTER:
        return []
    return [telling for telling in found if telling.is_needed or not budget.is_away(silence)]


def _rests(preferences: Preferences, lines: list[Line], *, now: datetime) -> bool:
    """Whether a message that was put back comes at a bad time. A test that was just asked for never does."""
    if not lines:
        return False
    is_let_through = all(
        line.is_needed and (preferences.always_if_needed or budget.is_over_by_morning(preferences, line.closes_at, now))
        for line in lines
    )
    return budget.is_paused(preferences, now) or (budget.is_quiet(preferences, now) and not is_let_through)


def _next_look(preferences: Preferences, *, since: datetime, now: datetime) -> datetime | None:
    """When what is left over may go out; what is held now is due a moment later."""
    held = tellings.for_pushes(preferences, since=since, now=now + PUSH_HOLD).filter(told_at__gt=now - PUSH_HOLD)
    if held.exists():
        return now + PUSH_HOLD
    if tellings.for_pushes(preferences, since=since, now=now).exists():
        return max(budget.first_open(preferences, now, on_devices=True), now + PUSH_HOLD)
    return None


def _notices(lines: list[Line]) -> list[int]:
    return [telling.notice_id for line in lines for telling in line.tellings]


def is_wanted(member: Member, *, now: datetime) -> bool:
    """Whether the member said yes to being told on devices."""
    return bool(gate.allows(member, PURPOSE, now=now))
