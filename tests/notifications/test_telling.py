"""Whom a notice reaches, and whom not."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from commons import clock, outbox
from commons.models import Event
from forum import actions as forum
from forum.models import Category, Post
from members.contact import actions as contact
from members.models import Member
from notifications import actions, queries, tasks, waiting
from notifications.actions import telling
from notifications.enums import Level, Reason
from notifications.models import Notice, Telling
from notifications.tasks import tell_the_untold
from tests.cast import says_yes
from tests.conftest import _work_after_commit

NOW = clock.now()


def follow(member: Member, place: str, level: Level = Level.FOLLOWING) -> None:
    actions.follow(member=member, place=place, level=level, now=NOW)


def told(member: Member) -> list[str]:
    _work_after_commit()
    return list(Telling.objects.filter(member=member).order_by("notice").values_list("reason", flat=True))


def test_an_answer_reaches_whom_it_answers(
    table: Category, start: Callable[..., Post], answer: Callable[..., Post], ada: Member, cleo: Member
) -> None:
    answer(start(table))

    assert told(ada) == [Reason.REPLY]
    assert told(cleo) == []


def test_a_mention_reaches_only_whoever_allows_it(
    table: Category, start: Callable[..., Post], bo: Member, nia: Member
) -> None:
    says_yes(bo, "contact.mention")

    start(table, source="What do @bo and @nia think?")

    assert told(bo) == [Reason.MENTION]
    assert told(nia) == []


@pytest.mark.parametrize(
    ("place", "level", "expected"),
    [
        ("category", Level.FOLLOWING, [Reason.FOLLOWING, Reason.FOLLOWING]),
        ("thread", Level.FOLLOWING, [Reason.FOLLOWING]),
        ("branch", Level.FOLLOWING, []),
        ("category", Level.MUTED, []),
        ("category", Level.ONCE, [Reason.ONCE]),
        ("category", Level.EVERY_POST, [Reason.EVERY_POST, Reason.EVERY_POST]),
    ],
)
def test_followers_are_told_by_level(
    place: str,
    level: Level,
    expected: list[str],
    table: Category,
    start: Callable[..., Post],
    answer: Callable[..., Post],
    bo: Member,
) -> None:
    if place == "category":
        follow(bo, f"forum.category:{table.pk}", level)
    opening = start(table)
    _work_after_commit()
    if place == "thread":
        follow(bo, f"forum.thread:{opening.thread_id}", level)
    if place == "branch":
        follow(bo, "forum.branch:1", level)

    answer(opening)

    assert told(bo) == expected


def test_a_branch_can_be_followed(
    table: Category, start: Callable[..., Post], answer: Callable[..., Post], bo: Member
) -> None:
    opening = start(table)
    branch, beside = answer(opening), answer(opening, source="Beside")
    follow(bo, f"forum.branch:{branch.pk}")

    answer(answer(branch, source="Below"), source="Far below")
    answer(beside, source="Elsewhere")

    assert told(bo) == [Reason.FOLLOWING, Reason.FOLLOWING]


def test_the_narrower_word_counts(
    table: Category, start: Callable[..., Post], answer: Callable[..., Post], bo: Member, ada: Member
) -> None:
    opening = start(table)
    follow(bo, f"forum.category:{table.pk}")
    follow(bo, f"forum.thread:{opening.thread_id}", Level.MUTED)
    follow(ada, f"forum.thread:{opening.thread_id}", Level.MUTED)

    answer(opening)

    assert told(bo) == []
    assert told(ada) == [], "muted means nothing from here, answers too"


def test_once_is_told_again_after_reading(
    table: Category, start: Callable[..., Post], answer: Callable[..., Post], bo: Member
) -> None:
    opening = start(table)
    follow(bo, f"forum.thread:{opening.thread_id}", Level.ONCE)
    answer(opening, source="One")
    answer(opening, source="Two")
    assert told(bo) == [Reason.ONCE]

    actions.mark_read(member=bo, bundle=f"forum.thread:{opening.thread_id}", now=NOW)
    answer(opening, source="Three")

    assert told(bo) == [Reason.ONCE, Reason.ONCE]


def test_a_groups_room_reaches_its_group_alone(
    circle: Category, cleo: Member, ada: Member, bo: Member, start: Callable[..., Post]
) -> None:
    Group.objects.get(name="The circle").user_set.add(ada)
    for member in (cleo, bo):
        follow(member, f"forum.category:{circle.pk}")

    start(circle)

    assert told(cleo) == [Reason.FOLLOWING]
    assert told(bo) == []


def test_nothing_goes_between_people_kept_apart(
    table: Category, start: Callable[..., Post], answer: Callable[..., Post], ada: Member, cleo: Member
) -> None:
    opening = start(table)
    contact.want_no_contact(member=ada, other=cleo, surface="test", now=NOW)

    answer(opening)

    assert told(ada) == []


def test_following_by_taking_part_is_a_choice(
    table: Category, start: Callable[..., Post], answer: Callable[..., Post], ada: Member, cleo: Member
) -> None:
    actions.choose(member=cleo, choices={"follows_taking_part": True}, now=NOW)
    opening = start(table)

    answer(opening, by=cleo)
    _work_after_commit()

    assert queries.level(cleo, f"forum.thread:{opening.thread_id}") == Level.FOLLOWING
    assert queries.level(ada, f"forum.thread:{opening.thread_id}") == ""


def test_a_deleted_post_leaves_no_notice(
    table: Category, start: Callable[..., Post], answer: Callable[..., Post], ada: Member, cleo: Member
) -> None:
    reply = answer(start(table))
    assert told(ada) == [Reason.REPLY]

    forum.delete_post(post=reply, by=cleo, now=NOW)

    assert told(ada) == []


def test_a_notice_for_many_is_told_in_chunks_and_each_once(
    table: Category, ada: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "CHUNK", 3)
    place = f"forum.category:{table.pk}"
    people = [Member.objects.create_user(f"p{n}", f"p{n}@example.org", display_name=f"P{n}") for n in range(8)]
    for person in people:
        follow(person, place)
    notice = Notice.objects.create(
        kind="forum.post", subject="forum.post:1", bundle="b", places=[place], actor=ada, created_at=NOW
    )

    assert actions.tell(notice=notice.pk, now=NOW)
    assert Telling.objects.count() == 3
    actions.tell_all(notice=notice.pk, now=NOW)
    actions.tell_all(notice=notice.pk, now=NOW)

    _work_after_commit()
    assert Telling.objects.count() == 8
    assert all(waiting.something_waits(person) for person in people)


def test_few_are_told_with_the_event_itself_and_many_by_a_task(
    table: Category, ada: Member, bo: Member, cleo: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed_over: list[int] = []
    monkeypatch.setattr(telling, "FIRST_CHUNK", 2)
    monkeypatch.setattr(tasks.tell_members, "delay", lambda *, notice: handed_over.append(notice))
    place = f"forum.category:{table.pk}"

    def happen(number: int, *directly: Member) -> Notice:
        news = actions.News(
            kind="forum.post",
            subject=f"forum.post:{number}",
            places=[place],
            actor=ada.pk,
            directly={member.pk: Reason.MENTION for member in directly},
        )
        actions.announce(news, now=NOW)
        outbox.deliver_waiting()
        _work_after_commit()
        return Notice.objects.get(subject=news.subject)

    follow(bo, place)
    of_one = happen(1)
    follow(cleo, place)
    of_two = happen(2)
    meant_for_three = happen(3, ada, bo, cleo)

    assert of_one.told_at is not None
    assert of_two.told_at is None
    assert handed_over == [of_two.pk, meant_for_three.pk]
    assert Telling.objects.filter(notice=of_two).count() == 2
    assert not Telling.objects.filter(notice=meant_for_three).exists()
    actions.tell_all(notice=meant_for_three.pk, now=NOW)
    assert Telling.objects.filter(notice=meant_for_three).count() == 2  # all but whoever did it


def test_what_was_announced_is_announced_once(table: Category, ada: Member) -> None:
    news = actions.News(kind="forum.post", subject="forum.post:1", actor=ada.pk)
    for _ in range(2):
        actions.announce(news, now=NOW)

    assert Notice.objects.count() == 1
    assert Event.objects.filter(name="notifications.announced").count() == 1


def test_a_lost_task_is_taken_up(table: Category, ada: Member, bo: Member) -> None:
    Notice.objects.create(
        kind="forum.post",
        subject="forum.post:1",
        bundle="b",
        places=[f"forum.category:{table.pk}"],
        directly={str(bo.pk): Reason.REPLY},
        actor=ada,
        created_at=NOW - timedelta(minutes=1),
    )
    tell_the_untold()

    assert told(bo) == [Reason.REPLY]
    assert Notice.objects.get().directly == {}


def test_a_request_to_talk_reaches_the_inbox(ada: Member, bo: Member, as_bo: Client) -> None:
    says_yes(bo, "contact.requests")
    contact.ask(asker=ada, asked=bo, words="May I?", now=NOW)
    assert told(bo) == [Reason.REQUEST]

    page = as_bo.get("/inbox/").content.decode()

    assert "Ada would like to write with you" in page
    assert "May I?" not in page
