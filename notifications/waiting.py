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
    """One query, for whoever did not come with a session of their own."""
    if member.besides is not None:
        return member.besides[NAME]
    journal.shows_for_now()
    return _is_asked(member)


def settle(member: Member) -> None:
    """For the page that comes in the same answer as what was read."""
    if member.besides is not None:
        member.besides[NAME] = _is_asked(member)


def _is_asked(member: Member) -> bool:
    """Of the database itself: a replica may not have seen what was just read."""
    return Telling.objects.using(DEFAULT_DB_ALIAS).filter(member=member).unread().exists()
