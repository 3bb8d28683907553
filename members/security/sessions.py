"""The session engine: Django's own, in the database, but whose session it is comes along with it in one query, and
with it whether a page that is kept for them is still true.

Every page of a member asks for both first; SQL that is written once costs less than the query that Django makes anew.
"""

from copy import deepcopy
from functools import cache, lru_cache
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from commons import journal
from members.models import Member

REMEMBERED_LONGEST = 4000
"""Characters of a session that is read once; longer ones hold what somebody typed."""


_besides: dict[str, str] = {}


def reads_besides(name: str, sql: str) -> None:
    """Have a truth about whoever comes read along with their session, for a higher room; `sql` is over `member`."""
    _besides[name] = sql
    _with_owner.cache_clear()


class SessionStore(DatabaseSessions):
    owner: Member | None = None
    """Who has signed in with it, as the database knew them when it was read."""
    snapshot = ""
    """Of the journal, when it was read."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def decode(self, session_data: str | bytes) -> dict[str, Any]:
        if len(session_data) > REMEMBERED_LONGEST:
            return super().decode(session_data)
        return deepcopy(_decoded(session_data))

    def _get_session_from_db(self) -> Session | None:
        along = journal.asked_along()
        asked = {"session": self.session_key, "at": timezone.now(), **(along.parameters if along else {})}
        row = journal.row(_with_owner(asks_along=along is not None), asked)
        if row is None:
            self._session_key = None
            return None
        self.snapshot, is_another, data, *told = row
        besides, values = told[: len(_besides)], told[len(_besides) :]
        if along:
            along.answer = self.snapshot, is_another
        if values[0] is not None:
            self.owner = Member.from_db(connection.alias, _fields(), values, fetch_mode=settings.FETCH_MODE)
            self.owner.besides = dict(zip(_besides, besides, strict=True))
        return Session(session_key=self.session_key or "", session_data=data)


@lru_cache(maxsize=2000)
def _decoded(session_data: str | bytes) -> dict[str, Any]:
    return super(SessionStore, SessionStore()).decode(session_data)


def owner_of(session: Any) -> Member | None:
    """Whose session it is, without a query more; None where `django.contrib.auth` must look closer."""
    owner: Member | None = getattr(session, "owner", None)
    if owner is None or not owner.is_active or session.get(SESSION_KEY) != str(owner.pk):
        return None
    given = session.get(HASH_SESSION_KEY, "")
    return owner if constant_time_compare(given, owner.get_session_auth_hash()) else None


@cache
def _fields() -> list[str]:
    return [field.attname for field in Member._meta.concrete_fields]


@cache
def _with_owner(*, asks_along: bool) -> str:
    sessions, kept, members = Session._meta.db_table, UserSession._meta.db_table, Member._meta.db_table
    columns = ", ".join([*_besides.values(), *(f"member.{field.column}" for field in Member._meta.concrete_fields)])
    return f"""
        SELECT {journal.NOW}, {journal.IS_ANOTHER if asks_along else "NULL"}, session.session_data, {columns}
        FROM {sessions} session
        LEFT JOIN {kept} kept USING (session_key) LEFT JOIN {members} member ON member.id = kept.user_id
        WHERE session.session_key = %(session)s AND session.expire_date > %(at)s
    """  # noqa: S608 (names of our own tables)
