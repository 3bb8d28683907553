"""Whether something waits for a member, for the head of every page: read along with their session, at no query more."""

from django.db import DEFAULT_DB_ALIAS

from commons import journal
from members.models import Member
from members.security.sessions import reads_besides
from notifications.models import Telling

NAME = "something_waits"
SQL = f"EXISTS (SELECT FROM {Telling._meta.db_table} WHERE member_id = member.id AND read_at IS NULL)"


def register() -> None:
    reads_besides(NAME, SQL)


def something_waits(member: Member) -> bool:
    """One query, after something was read in this same answer, and for whoever came without a session of their own."""
    if member.besides is None:
        journal.shows_for_now()
        return _is_asked(member)
    if NAME not in member.besides:
        member.besides[NAME] = _is_asked(member)
    return member.besides[NAME]


def forget(member: Member) -> None:
    """What came along with their session is over, as something was read; it is asked again if a page shows it."""
    if member.besides is not None:
        member.besides.pop(NAME, None)


def _is_asked(member: Member) -> bool:
    """Of the database itself: a replica may not have seen what was just read."""
    return Telling.objects.using(DEFAULT_DB_ALIAS).filter(member=member).unread().exists()
