"""SQL that is written once: for other values, other people, other shapes."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat
from django.db.transaction import TransactionManagementError
from django.test import Client
from django.utils.safestring import mark_safe

from commons import clock, journal
from commons.models import Change, Event
from commons.prepared import Planned, Update, insert, insert_if_new, is_any_of, new_row, prepared, prepared_change
from members.enums import Role, Standing
from members.models import Member
from members.rules import Person

type Queries = Callable[[int], AbstractContextManager[Any]]

pytestmark = pytest.mark.django_db


def test_the_sql_is_written_once_for_all_values(ada: Member, bo: Member, django_assert_num_queries: Queries) -> None:
    built: list[object] = []

    @prepared
    def named(key: int, name: str, since: datetime, *, is_active: bool) -> QuerySet[Member]:
        built.append(key)
        return Member.objects.filter(pk=key, username=name, date_joined__gt=since, is_active=is_active).order_by("pk")

    since = clock.now() - timedelta(days=1)
    named(ada.pk, "ada", since, is_active=True)
    built.clear()
    with django_assert_num_queries(3):
        assert named(ada.pk, "ada", since, is_active=True) == [ada]
        assert named(bo.pk, "bo", since, is_active=True) == [bo]
        assert named(bo.pk, "ada", since, is_active=True) == []
    assert built == [ada.pk, bo.pk, bo.pk]  # by the comparison of tests/conftest.py alone

    assert named(bo.pk, "bo", since, is_active=False) == []
    assert len(built) == 5  # another shape: for itself, and for the comparison


def test_a_change_is_written_once_for_all_values(ada: Member, bo: Member, django_assert_num_queries: Queries) -> None:
    @prepared_change
    def greeted(who: Member, name: str, at: datetime) -> Update:
        names = {"display_name": Concat(Value(name), "display_name"), "last_login": at}
        return Member.objects.filter(pk=who.pk), names

    now, named = clock.now(), bo.display_name
    assert greeted.written(ada, "Dr ", now) is greeted.written(bo, "100% ", now)
    with django_assert_num_queries(2):
        assert greeted(bo, "100% ", now) == 1
        assert greeted(Member.of_kind(bo.kind, 0), "Dr ", now) == 0
    bo.refresh_from_db()
    ada.refresh_from_db()
    assert (bo.display_name, bo.last_login) == (f"100% {named}", now)
    assert ada.last_login != now


def test_a_change_that_fails_lets_nothing_around_it_be_stored(ada: Member, bo: Member) -> None:
    @prepared_change
    def rename(who: Member, name: str) -> Update:
        return Member.objects.filter(pk=who.pk), {"username": name}

    with transaction.atomic():
        with pytest.raises(IntegrityError):
            rename(bo, "ada")
        assert transaction.get_rollback()

    assert Member.objects.filter(username="bo").exists()


def test_a_change_of_some_rows_only_is_refused() -> None:
    @prepared_change
    def rename_first(name: str) -> Update:
        return Member.objects.order_by("pk")[:1], {"display_name": name}

    with pytest.raises(TypeError, match="sliced"):
        rename_first("Bo")


def test_a_key_that_no_row_can_have_changes_none() -> None:
    @prepared_change
    def rename(key: int, name: str) -> Update:
        return Member.objects.filter(pk=key), {"display_name": name}

    assert rename(2**80, "Bo") == 0


def test_a_new_row_is_stored_as_django_stores_it(django_assert_num_queries: Queries) -> None:
    values = {"name": "100% '\x41", "payload": {"a": [1, None, "é"]}, "created_at": clock.now()}
    saved = Event.objects.create(**values)
    with django_assert_num_queries(1):
        row = insert(Event(**values))

    assert row.pk > saved.pk
    stored, expected = (Event.objects.values().get(pk=one.pk) for one in (row, saved))
    assert stored | {"id": 0} == expected | {"id": 0}
    row.attempts = 3
    row.save()
    assert Event.objects.get(pk=row.pk).attempts == 3


def test_a_new_row_and_changes_are_stored_at_once(ada: Member, bo: Member, django_assert_num_queries: Queries) -> None:
    @prepared_change
    def rename(who: Member, name: str) -> Update:
        return Member.objects.filter(pk=who.pk), {"display_name": name}

    event = Event(name="100% new", payload={}, created_at=clock.now())
    with django_assert_num_queries(1):
        insert(event, rename.statement(ada, "100% Ada"), rename.statement(bo, "Bo %s"))

    assert Event.objects.get(pk=event.pk).name == "100% new"
    assert set(Member.objects.values_list("display_name", flat=True)) == {"100% Ada", "Bo %s"}


def test_where_a_row_cannot_be_stored_no_change_comes_along(ada: Member) -> None:
    @prepared_change
    def rename(who: Member, name: str) -> Update:
        return Member.objects.filter(pk=who.pk), {"display_name": name}

    with pytest.raises(IntegrityError), transaction.atomic():
        insert(Event(name=None, payload={}, created_at=clock.now()), rename.statement(ada, "Eva"))

    ada.refresh_from_db()
    assert ada.display_name != "Eva"


def test_a_row_that_is_there_already_is_left_as_it_is(ada: Member, django_assert_num_queries: Queries) -> None:
    def greeted(name: str) -> Member | None:
        return insert_if_new(UserSession(user=ada, ip="127.0.0.1", session_key="one", user_agent=name), "session_key")

    with django_assert_num_queries(2):
        first, second = greeted("first"), greeted("second")

    assert first is not None
    assert second is None
    assert list(UserSession.objects.values_list("pk", "user_agent")) == [(first.pk, "first")]


def test_a_row_that_cannot_be_stored_lets_nothing_around_it_be_stored() -> None:
    with transaction.atomic():
        with pytest.raises(IntegrityError):
            insert(Event(name=None, payload={}, created_at=clock.now()))
        assert transaction.get_rollback()


def test_a_row_of_which_the_database_fills_a_column_is_refused() -> None:
    with pytest.raises(TypeError, match="Change"):
        new_row(Change)


def test_any_number_of_keys_is_one_shape(ada: Member, bo: Member) -> None:
    @prepared
    def those(keys: tuple[int, ...]) -> QuerySet[Member]:
        return Member.objects.filter(is_any_of("pk", keys)).order_by("pk")

    for keys in ((ada.pk,), (ada.pk, bo.pk), ()):
        assert [member.pk for member in those(keys)] == sorted(keys)
    assert those.written((ada.pk,)) is those.written((ada.pk, bo.pk))


def test_none_is_another_question(ada: Member) -> None:
    @prepared
    def of(name: str | None) -> QuerySet[Member]:
        return Member.objects.filter(username=name).order_by("pk") if name else Member.objects.order_by("pk")[:1]

    assert of("nobody") == []
    assert of(None) != []


def test_people_of_a_kind_share_sql_and_others_never(ada: Member, bo: Member) -> None:
    @prepared
    def own(reader: Person) -> QuerySet[Member]:
        if not isinstance(reader, Member):
            return Member.objects.none()
        if reader.is_moderator:
            return Member.objects.order_by("pk")
        return Member.objects.filter(pk=reader.pk).order_by("pk")

    cleo = Member.of_kind(ada.kind, bo.pk)
    assert own.written(ada) is own.written(cleo)
    assert own(ada) == [ada]
    assert own(cleo) == [bo]

    cleo.roles, cleo.has_shown_second_factor = [Role.MODERATOR], True
    assert len(own(cleo)) == Member.objects.count()
    assert own(ada) == [ada]


def test_a_visitor_is_not_kept_with_their_request() -> None:
    visitor = AnonymousUser()

    @prepared
    def seen(reader: Person) -> QuerySet[Member]:
        kept.append(reader)
        return Member.objects.filter(is_active=True).order_by("pk")

    kept: list[object] = []
    seen(visitor)
    assert kept[0] is not visitor
    assert seen.written(visitor) is seen.written(AnonymousUser())


def test_what_may_be_anything_is_refused(ada: Member) -> None:
    @prepared
    def of(names: object) -> QuerySet[Member]:
        return Member.objects.filter(username=names).order_by("pk")

    for argument in (mark_safe("ada"), 1.5, ["ada"], object()):
        with pytest.raises(TypeError, match="neither a value nor one of few"):
            of(argument)


def test_what_is_planned_is_written_into_the_sql(ada: Member, bo: Member) -> None:
    @prepared
    def called(name: Planned, other: Planned, key: int) -> QuerySet[Member]:
        return Member.objects.filter(Q(username=_Written(name)) | Q(username=_Written(other)), pk__gt=key).order_by(
            "pk"
        )

    assert called(Planned("ada"), Planned("bo"), 0) == [ada, bo]
    assert called(Planned("blank 1"), Planned("ada"), 0) == [ada]
    for wild in ("'", "' OR true OR '", "%s", "%(key)s", "\\", "\\1", "é"):
        assert called(Planned(wild), Planned(wild), 0) == []
    with pytest.raises(TypeError, match="by its place"):
        called(name=Planned("ada"), other=Planned("bo"), key=0)
    assert "= 'ada'" in called.written(Planned(""), Planned(""), 0).sql_for((Planned("ada"), Planned("bo"), 0))


class _Written(Value):
    def as_sql(self, *_args: Any) -> tuple[str, tuple[()]]:
        return self.value.sql, ()


def test_a_number_that_no_key_can_be_finds_nothing_without_a_query(
    client: Client, django_assert_num_queries: Queries
) -> None:
    @prepared
    def of(key: int) -> QuerySet[Member]:
        return Member.objects.filter(pk=key).order_by("pk")

    with django_assert_num_queries(0):
        assert of(10**20) == []
    assert client.get(f"/forum/posts/{10**20}/").status_code == 404


def test_people_are_not_given_by_name(ada: Member) -> None:
    @prepared
    def own(*, reader: Person) -> QuerySet[Member]:
        return Member.objects.filter(pk=reader.pk).order_by("pk")

    with pytest.raises(TypeError, match="neither a value nor one of few"):
        own(reader=ada)


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_in_a_transaction_only(ada: Member) -> None:
    @prepared
    def locked(key: int) -> QuerySet[Member]:
        return Member.objects.select_for_update().filter(pk=key).order_by("pk")

    with transaction.atomic():
        assert locked(ada.pk) == [ada]
        written = locked.written(ada.pk)
    with pytest.raises(TransactionManagementError, match="rows can be locked"):
        written.rows((ada.pk,))


def test_what_the_journal_is_told_is_told_at_each_call(ada: Member) -> None:
    @prepared
    def told(key: int) -> QuerySet[Member]:
        journal.shows("a.subject")
        return Member.objects.filter(pk=key).order_by("pk")

    @prepared
    def told_until(key: int) -> QuerySet[Member]:
        journal.shows_until(clock.now() + timedelta(days=1), now=clock.now())
        return Member.objects.filter(pk=key).order_by("pk")

    with pytest.raises(TypeError, match="subjects alone"):
        told_until(ada.pk)
    for _ in range(2):
        with journal.showing(snapshot="", until=clock.now()) as shown:
            told(ada.pk)
        assert "a.subject" in shown.subjects


def test_who_looks_at_something_else_is_caught(ada: Member, bo: Member) -> None:
    @prepared
    def by_name(reader: Person) -> QuerySet[Member]:
        return Member.objects.filter(username=reader.username).order_by("pk")

    with pytest.raises(AssertionError):
        by_name(ada)

    @prepared
    def by_clock(key: int) -> QuerySet[Member]:
        return Member.objects.filter(pk=key, date_joined__lt=clock.now()).order_by("pk")

    with pytest.raises(AssertionError):
        by_clock(bo.pk)


def test_a_stand_in_has_the_powers_of_its_kind(ada: Member) -> None:
    ada.roles, ada.standing, ada.has_shown_second_factor = [Role.FACILITATOR], Standing.SUSPENDED, True
    stand_in = Member.of_kind(ada.kind, 7)
    assert (stand_in.pk, stand_in.kind) == (7, ada.kind)
    assert stand_in.is_suspended
    assert stand_in.acts_as(Role.FACILITATOR)
    assert not stand_in.is_moderator
