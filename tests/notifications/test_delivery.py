"""What leaves the site, when, and within whose budget."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from forum.models import Category, Post
from members.models import Member
from notifications import actions, delivery, kinds
from notifications.enums import NEEDED, Carrier, Digest, LettersFor, Reason
from notifications.kinds import Described, Kind
from notifications.models import Notice, Preferences, Telling
from tests.cast import says_no, says_yes
from tests.conftest import _work_after_commit

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)  # a Tuesday
LATER = NOON + timedelta(minutes=11)


@pytest.fixture(autouse=True)
def _a_kind_for_tests() -> None:
    def describe(notices: list[Notice], _reader: Member) -> dict[int, Described]:
        return {
            one.pk: Described(f"Title {one.subject}", f"/{one.subject}/", "Words", "Ada", "Room") for one in notices
        }

    kinds.register(Kind("test.kind", describe))


@pytest.fixture
def reader(bo: Member) -> Member:
    """Bo, who said yes to letters and to the digest a moment ago, and is here often."""
    bo.last_login = NOON
    bo.save()
    return says_yes(bo, "email.replies", "email.digest", now=NOON)


def choose(member: Member, **choices: object) -> None:
    given = {"quiet_from": None, "quiet_until": None, **choices}
    actions.choose(member=member, choices=given, now=NOON)


def happens(
    member: Member,
    *,
    reason: Reason = Reason.REPLY,
    at: datetime = NOON,
    n: int = 0,
    room: str = "b",
    places: Sequence[str] = (),
) -> None:
    number = Notice.objects.count() + n
    notice = Notice.objects.create(
        kind="test.kind",
        subject=f"x:{number}",
        bundle=f"{room}:{number}",
        places=list(places),
        created_at=at,
        told_at=at,
    )
    Telling.objects.create(member=member, notice=notice, reason=reason, is_needed=reason in NEEDED, told_at=at)
    Preferences.objects.filter(member=member).update(letter_due_at=at + timedelta(minutes=10))


def letters() -> list[str]:
    return [letter.body for letter in mail.outbox]


def test_a_letter_waits_ten_minutes_and_goes_once(reader: Member) -> None:
    choose(reader, letters_for=LettersFor.NEEDED)
    happens(reader)

    delivery.send_due_letters(now=NOON + timedelta(minutes=9))
    assert letters() == []
    delivery.send_due_letters(now=LATER)
    delivery.send_due_letters(now=LATER + timedelta(hours=1))

    (body,) = letters()
    assert "Title x:0" in body
    assert Telling.objects.get().carried_by == Carrier.LETTER


def test_what_was_read_here_is_not_mailed(reader: Member) -> None:
    choose(reader, letters_for=LettersFor.ALL)
    happens(reader)

    actions.mark_read(member=reader, subjects=["x:0"], now=NOON)
    delivery.send_due_letters(now=LATER)

    assert letters() == []


def test_several_go_in_one_letter(reader: Member) -> None:
    choose(reader, letters_for=LettersFor.ALL)
    for _n in range(12):
        happens(reader, reason=Reason.FOLLOWING)

    delivery.send_due_letters(now=LATER)

    (body,) = letters()
    assert body.count("Title") == 10
    assert "2 more in your inbox" in body


@pytest.mark.parametrize(
    ("letters_for", "reason", "goes"),
    [
        (LettersFor.NOTHING, Reason.REPLY, False),
        (LettersFor.NEEDED, Reason.REPLY, True),
        (LettersFor.NEEDED, Reason.FOLLOWING, False),
        (LettersFor.ALL, Reason.FOLLOWING, True),
        (LettersFor.ALL, Reason.MESSAGE, False),
    ],
)
def test_only_what_was_chosen_is_mailed(letters_for: LettersFor, reason: Reason, goes: bool, reader: Member) -> None:
    choose(reader, letters_for=letters_for)
    happens(reader, reason=reason)

    delivery.send_due_letters(now=LATER)

    assert bool(letters()) is goes


def test_consent_taken_back_stops_what_was_queued(reader: Member) -> None:
    choose(reader, letters_for=LettersFor.ALL, digest=Digest.DAILY)
    happens(reader)

    says_no(reader, "email.replies", "email.digest", now=NOON + timedelta(minutes=5))
    delivery.send_due_letters(now=LATER)
    delivery.send_due_digests(now=NOON + timedelta(days=1))
    assert letters() == []

    with time_machine.travel(LATER, tick=False):
        says_yes(reader, "email.replies", now=LATER)
        _work_after_commit()
    delivery.send_due_letters(now=LATER + timedelta(minutes=1))
    assert len(letters()) == 1, "nothing was lost"


def test_quiet_hours_move_a_letter_to_the_morning(reader: Member) -> None:
    choose(reader, letters_for=LettersFor.ALL, quiet_from=time(11), quiet_until=time(18))
    happens(reader)

    delivery.send_due_letters(now=LATER)
    assert letters() == []
    delivery.send_due_letters(now=NOON.replace(hour=18, minute=1))

    assert len(letters()) == 1


def test_somebody_who_needs_me_comes_through_if_i_said_so(reader: Member) -> None:
    choose(reader, letters_for=LettersFor.ALL, quiet_from=time(11), quiet_until=time(18), always_if_needed=True)
    happens(reader, reason=Reason.MENTION)
    happens(reader, reason=Reason.FOLLOWING)

    delivery.send_due_letters(now=LATER)

    (body,) = letters()
    assert "Title x:0" in body
    assert "Title x:1" not in body


def test_at_most_one_letter_a_day(reader: Member) -> None:
    choose(reader, letters_for=LettersFor.ALL, mails_a_day=1)
    happens(reader)
    delivery.send_due_letters(now=LATER)
    happens(reader, at=LATER)

    delivery.send_due_letters(now=LATER + timedelta(minutes=11))
    assert len(letters()) == 1
    delivery.send_due_letters(now=NOON + timedelta(days=1))

    assert len(letters()) == 2


def test_a_pause_stops_all_and_loses_nothing(reader: Member) -> None:
    choose(reader, letters_for=LettersFor.ALL)
    actions.pause(member=reader, until=NOON + timedelta(days=3), now=NOON)
    happens(reader)

    delivery.send_due_letters(now=LATER)
    assert letters() == []
    delivery.send_due_letters(now=NOON + timedelta(days=3, minutes=1))

    assert len(letters()) == 1


def test_a_digest_says_first_what_needs_me_and_names_what_it_left_out(reader: Member) -> None:
    choose(reader, digest=Digest.DAILY)
    for _n in range(25):
        happens(reader, reason=Reason.FOLLOWING)
    happens(reader, reason=Reason.REPLY)

    delivery.send_due_digests(now=NOON + timedelta(days=1))

    (body,) = letters()
    assert body.index("MEANT FOR YOU") < body.index("Title x:25") < body.index("ROOM") < body.index("LEFT OUT")
    assert re.search(r"Room: 6 things", body)
    assert Telling.objects.filter(carried_by=Carrier.DIGEST).count() == 20
    assert Telling.objects.filter(carried_by=Carrier.LEFT_OUT).count() == 6


def test_an_empty_digest_is_not_sent(reader: Member) -> None:
    choose(reader, digest=Digest.DAILY)

    delivery.send_due_digests(now=NOON + timedelta(days=1))

    assert letters() == []
    assert Preferences.objects.get().digest_due_at == NOON.replace(hour=8) + timedelta(days=2)


@time_machine.travel(NOON, tick=False)  # quiet hours would hold it
def test_a_room_is_read_by_mail_post_by_post(
    table: Category, start: Callable[..., Post], answer: Callable[..., Post], bo: Member
) -> None:
    says_yes(bo, "email.list")
    actions.follow(member=bo, place=f"forum.category:{table.pk}", level="list", now=NOON)
    answer(start(table, source="Who cooks?"), source="I do.")
    _work_after_commit()

    delivery.send_due_letters(now=NOON + timedelta(minutes=11))

    assert ["Who cooks?" in body for body in letters()] == [True, False]
    assert "I do." in letters()[1]


@time_machine.travel(NOON, tick=False)  # quiet hours would hold it
def test_whoever_reads_by_mail_gets_the_answers_to_themselves_too(
    table: Category, start: Callable[..., Post], answer: Callable[..., Post], bo: Member
) -> None:
    says_yes(bo, "email.list")
    actions.follow(member=bo, place=f"forum.category:{table.pk}", level="list", now=NOON)
    answer(start(table, by=bo, source="Who cooks?"), source="I do.")
    _work_after_commit()

    delivery.send_due_letters(now=NOON + timedelta(minutes=11))

    (body,) = letters()
    assert "I do." in body
    assert Telling.objects.get(member=bo).is_needed


def test_settings_open_from_a_letter_and_change_nothing_by_looking(reader: Member, client: Client) -> None:
    choose(reader, letters_for=LettersFor.ALL)
    happens(reader)
    delivery.send_due_letters(now=LATER)
    address = re.search(r"http://[^/]+(/told/\S+)", letters()[0])[1]

    page = client.get(address)
    client.post(address, {"letters_for": "nothing", "digest": "weekly", "digest_at": "08:00", "zone": "Europe/Berlin"})

    assert page.status_code == 200
    changed = Preferences.objects.get()
    assert (changed.letters_for, changed.digest, changed.zone) == ("nothing", "weekly", "Europe/Berlin")
    assert client.get("/told/nonsense/").status_code == 404
    assert client.get("/inbox/").status_code == 302, "the link opens nothing else"
