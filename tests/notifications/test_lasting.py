"""Nothing is lost, nothing is told twice, and nothing comes at a bad time, on days when several things meet."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from forum.models import Category, Post
from members.contact import actions as contact
from members.models import Member
from notifications import actions, delivery
from notifications.enums import Carrier, Digest, LettersFor, Level, Reason
from notifications.models import Notice, Preferences, Telling
from tests.cast import says_yes
from tests.notifications.test_delivery import LATER, NOON, _a_kind_for_tests, choose, happens, letters, reader

__all__ = ["_a_kind_for_tests", "reader"]

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def carried(by: Carrier | str) -> int:
    return Telling.objects.filter(carried_by=by).count()


def test_what_a_letter_does_not_show_comes_with_the_digest(reader: Member) -> None:
    choose(reader, letters_for=LettersFor.ALL, digest=Digest.DAILY)
    for _n in range(12):
        happens(reader, reason=Reason.FOLLOWING)

    delivery.send_due_letters(now=LATER)

    assert (carried(Carrier.LETTER), carried("")) == (10, 2)


def test_what_a_letter_does_not_show_is_left_out_where_there_is_no_digest(reader: Member) -> None:
    choose(reader, letters_for=LettersFor.ALL)
    for _n in range(12):
        happens(reader, reason=Reason.FOLLOWING)

    delivery.send_due_letters(now=LATER)

    assert (carried(Carrier.LETTER), carried(Carrier.LEFT_OUT)) == (10, 2)


def test_what_is_meant_for_me_is_never_left_out_of_letters(reader: Member) -> None:
    choose(reader, letters_for=LettersFor.ALL)
    for _n in range(12):
        happens(reader)

    delivery.send_due_letters(now=LATER)
    delivery.send_due_letters(now=LATER + 11 * MINUTE)

    assert carried(Carrier.LETTER) == 12
    assert [body.count("Title") for body in letters()] == [10, 2]


def test_letters_do_not_eat_the_budget_of_the_digest(reader: Member) -> None:
    """At most one mail a day, and every day somebody answers."""
    choose(reader, letters_for=LettersFor.NEEDED, digest=Digest.DAILY, mails_a_day=1)
    for day in range(4):
        now = NOON + day * DAY
        happens(reader, at=now)
        happens(reader, at=now, reason=Reason.FOLLOWING)
        for hour in range(24):
            delivery.send_due_letters(now=now + hour * HOUR)
            delivery.send_due_digests(now=now + hour * HOUR + MINUTE)

    assert carried(Carrier.DIGEST) >= 6
    assert len(letters()) <= 5


def test_one_that_is_held_is_not_forgotten_beside_one_that_waits(reader: Member) -> None:
    choose(reader, letters_for=LettersFor.ALL, quiet_from=time(11), quiet_until=time(18), always_if_needed=True)
    happens(reader, at=NOON, reason=Reason.FOLLOWING)
    happens(reader, at=NOON + 5 * MINUTE)
    Preferences.objects.update(letter_due_at=NOON + 10 * MINUTE)

    delivery.send_due_letters(now=NOON + 11 * MINUTE)
    delivery.send_due_letters(now=NOON + 16 * MINUTE)

    assert len(letters()) == 1


def test_a_pause_of_digests_ends_at_their_usual_hour(reader: Member) -> None:
    choose(reader, digest=Digest.DAILY)
    happens(reader)
    actions.pause(member=reader, until=datetime(2026, 3, 10, tzinfo=UTC), now=NOON)

    for hour in range(10 * 24):
        delivery.send_due_digests(now=NOON + hour * HOUR)
        if letters():
            break

    assert NOON + hour * HOUR == datetime(2026, 3, 10, 8, tzinfo=UTC)


def test_more_people_than_one_batch_are_served_at_once(reader: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    people = [
        says_yes(Member.objects.create_user(f"m{n}", f"m{n}@example.org"), "email.replies", now=NOON) for n in range(5)
    ]
    monkeypatch.setattr("notifications.queries.BATCH", 2)
    for person in people:
        choose(person, letters_for=LettersFor.ALL)
        happens(person)

    delivery.send_due_letters(now=LATER)

    assert len(letters()) == 5


def follow_by_mail(member: Member, posts: int, *, at: datetime = NOON) -> None:
    says_yes(member, "email.list", now=NOON)
    choose(member)
    for _n in range(posts):
        happens(member, reason=Reason.EVERY_POST, at=at)


def test_a_room_read_by_mail_is_quiet_in_quiet_hours_and_comes_after(reader: Member) -> None:
    follow_by_mail(reader, 2)
    actions.choose(member=reader, choices={"quiet_from": time(11), "quiet_until": time(18)}, now=NOON)

    delivery.send_due_letters(now=LATER)
    assert letters() == []
    delivery.send_due_letters(now=NOON.replace(hour=18))

    assert len(letters()) == 2


def test_a_room_read_by_mail_goes_on_after_a_pause(reader: Member) -> None:
    follow_by_mail(reader, 1)
    actions.pause(member=reader, until=NOON + DAY, now=NOON)

    delivery.send_due_letters(now=LATER)
    delivery.send_due_letters(now=NOON + DAY)

    assert len(letters()) == 1


def test_a_room_read_by_mail_catches_up_in_batches(reader: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notifications.queries.BATCH", 2)
    follow_by_mail(reader, 5)

    for minutes in range(11, 20):
        delivery.send_due_letters(now=NOON + minutes * MINUTE)

    assert len(letters()) == 5


class AwayAfterTwo(EmailBackend):
    """A mail server that goes away in the middle, once."""

    sent = 0

    def send_messages(self, messages: list) -> int:
        AwayAfterTwo.sent += 1
        if AwayAfterTwo.sent == 3:
            raise ConnectionRefusedError
        return super().send_messages(messages)


def test_a_mail_server_that_goes_away_makes_nothing_come_twice(reader: Member, settings: object) -> None:
    AwayAfterTwo.sent = 0
    settings.MAILERS = {"default": {"BACKEND": f"{__name__}.AwayAfterTwo"}}  # type: ignore[attr-defined] # pytest-django's wrapper takes any setting
    follow_by_mail(reader, 4)

    delivery.send_due_letters(now=LATER)
    assert len(mail.outbox) == 2
    delivery.send_due_letters(now=LATER + 20 * MINUTE)

    assert len(letters()) == len(set(letters())) == 4


def test_somebody_with_whom_there_is_no_contact_any_more_is_in_no_letter(reader: Member, ada: Member) -> None:
    choose(reader, letters_for=LettersFor.ALL, digest=Digest.DAILY)
    happens(reader)
    Notice.objects.update(actor=ada)

    contact.want_no_contact(member=reader, other=ada, surface="/", now=NOON)
    delivery.send_due_letters(now=LATER)
    delivery.send_due_digests(now=NOON + DAY)

    assert letters() == []


def test_a_digest_ranks_what_closes_soon_and_says_when(reader: Member) -> None:
    choose(reader, digest=Digest.DAILY, zone="Pacific/Auckland")
    for _n in range(25):
        happens(reader, reason=Reason.FOLLOWING)
    Notice.objects.filter(subject="x:0").update(closes_at=datetime(2026, 3, 5, 20, tzinfo=UTC))

    delivery.send_due_digests(now=NOON + DAY)

    (body,) = letters()
    assert body.index("Title x:0") < body.index("Title x:24")
    assert "closes on 6 March 2026" in body, "by the reader's own calendar"


def test_a_message_that_had_a_letter_of_its_own_is_not_in_the_digest_too(reader: Member) -> None:
    choose(reader, digest=Digest.DAILY)
    happens(reader, reason=Reason.MESSAGE)
    says_yes(reader, "email.messages", now=NOON)

    delivery.send_due_digests(now=NOON + DAY)

    assert letters() == []


def test_digests_come_back_with_whoever_comes_back(reader: Member) -> None:
    """Seven months away, then here again: the digest is due the next day."""
    choose(reader, digest=Digest.DAILY)
    away = NOON + 210 * DAY
    for day in (209, 210):
        delivery.send_due_digests(now=NOON + day * DAY)
    happens(reader, at=away)

    Member.objects.filter(pk=reader.pk).update(last_login=away)
    delivery.send_due_digests(now=away + DAY)

    assert len(letters()) == 1


def test_whoever_writes_by_mail_is_here(reader: Member, table: Category, start: Callable[..., Post]) -> None:
    says_yes(reader, "email.replies", now=NOON + 39 * DAY)
    start(table, by=reader, at=NOON + 39 * DAY)
    actions.follow(member=reader, place=f"forum.category:{table.pk}", level=Level.FOLLOWING, now=NOON)
    choose(reader, letters_for=LettersFor.ALL)
    happens(reader, reason=Reason.FOLLOWING, at=NOON + 40 * DAY)

    delivery.send_due_letters(now=NOON + 40 * DAY + 11 * MINUTE)

    assert len(letters()) == 1


def test_an_address_that_takes_nothing_is_looked_at_once_a_day(reader: Member) -> None:
    Member.objects.filter(pk=reader.pk).update(email="")
    choose(reader, letters_for=LettersFor.ALL)
    happens(reader)

    delivery.send_due_letters(now=LATER)

    assert Preferences.objects.get().letter_due_at == LATER + DAY
