"""Writing down what has left the site, and when to look again."""

from collections.abc import Iterable
from datetime import date, datetime

from commons import undeliverable
from members.models import Member
from notifications import budget
from notifications.enums import TRY_AGAIN, Carrier
from notifications.models import Preferences, SentLetter, Telling, TellingQuerySet


def carry(tellings: Iterable[Telling], *, by: Carrier, now: datetime) -> None:
    """These have gone out, in this way; nothing else carries them again."""
    _rows(tellings).update(carried_by=by, carried_at=now)


def drop(tellings: Iterable[Telling], *, now: datetime) -> None:
    """These can no longer be shown; they wait for nobody."""
    _rows(tellings).update(read_at=now)


def spend(preferences: Preferences, *, now: datetime) -> None:
    """One mail of today's."""
    preferences.sent_on, preferences.sent_count = _counted(
        preferences.sent_on, preferences.sent_count, today=budget.local_day(preferences, now)
    )
    preferences.save(update_fields=["sent_on", "sent_count"])


def note_digest(preferences: Preferences, *, now: datetime) -> None:
    """When the last digest went out: whoever is away gets fewer."""
    preferences.digest_sent_at = now
    preferences.save(update_fields=["digest_sent_at"])


def note_pushed(tellings: Iterable[Telling], *, now: datetime) -> None:
    """These were handed to somebody's devices; nothing hands them there again."""
    keys = {telling.notice_id: telling.member_id for telling in tellings}
    rows = Telling.objects.filter(member__in=set(keys.values()), notice__in=list(keys), pushed_at=None)
    rows.update(pushed_at=now)


def spend_on_devices(preferences: Preferences, *, now: datetime) -> None:
    """One ring of today's."""
    preferences.pushed_on, preferences.pushed_count = _counted(
        preferences.pushed_on, preferences.pushed_count, today=budget.local_day(preferences, now)
    )
    preferences.save(update_fields=["pushed_on", "pushed_count"])


def look_again_for_pushes(preferences: Preferences, *, at: datetime | None) -> None:
    preferences.push_due_at = at
    preferences.save(update_fields=["push_due_at"])


def take_up_letters(member: int, *, now: datetime) -> Preferences | None:
    """Whoever is due, for one worker alone. One that ends over it leaves them to the next, in a quarter of an hour."""
    due = Preferences.objects.filter(pk=member, letter_due_at__lte=now)
    return _taken_up(member) if due.update(letter_due_at=now + TRY_AGAIN) else None


def take_up_digest(member: int, *, now: datetime) -> Preferences | None:
    due = Preferences.objects.filter(pk=member, digest_due_at__lte=now)
    return _taken_up(member) if due.update(digest_due_at=now + TRY_AGAIN) else None


def look_again_for_letters(preferences: Preferences, *, at: datetime | None) -> None:
    """Unless somebody was told of something meanwhile, and is due sooner."""
    row = Preferences.objects.filter(pk=preferences.pk)
    if not row.filter(letter_due_at=preferences.letter_due_at).update(letter_due_at=at) and at:
        row.filter(letter_due_at__gt=at).update(letter_due_at=at)
    preferences.letter_due_at = at


def look_again_for_digest(preferences: Preferences, *, at: datetime | None) -> None:
    preferences.digest_due_at = at
    preferences.save(update_fields=["digest_due_at"])


def write_down(*, member: Member, purpose: str, place: str, list_place: str, now: datetime) -> SentLetter:
    """A letter leaves: what its tokens stand for."""
    return SentLetter.objects.create(
        member=member,
        purpose=purpose,
        place=place,
        list_place=list_place,
        address_hash=undeliverable.hashed(member.email),
        sent_at=now,
    )


def try_again(preferences: Preferences, *, at: datetime) -> None:
    """Whatever was due is due a little later."""
    preferences.letter_due_at = preferences.letter_due_at and max(preferences.letter_due_at, at)
    preferences.digest_due_at = preferences.digest_due_at and max(preferences.digest_due_at, at)
    preferences.save(update_fields=["letter_due_at", "digest_due_at"])


def _taken_up(member: int) -> Preferences:
    return Preferences.objects.select_related("member").get(pk=member)


def _counted(day: date | None, count: int, *, today: date) -> tuple[date, int]:
    """One more on this day. Whoever has gone west meanwhile goes on counting the day that they had."""
    return (day, count + 1) if day and day >= today else (today, 1)


def _rows(tellings: Iterable[Telling]) -> TellingQuerySet:
    """Those of one member that still wait."""
    keys = {telling.notice_id: telling.member_id for telling in tellings}
    return Telling.objects.filter(member__in=set(keys.values()), notice__in=list(keys)).waiting()
