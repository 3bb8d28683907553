"""From something that happened to a line in everybody's inbox: one statement for each chunk of members."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from commons.outbox import publish
from commons.prepared import Update, insert_if_new, prepared, prepared_change
from notifications import kinds
from notifications.enums import CHUNK, FIRST_CHUNK, HOLD, PUSH_HOLD, LettersFor, Level, PushFor, Reason
from notifications.models import Notice

_TELL = """
WITH wanted AS ({wanted}), told AS (
    INSERT INTO notifications_telling
        (member_id, notice_id, reason, is_needed, told_at, carried_by)
    SELECT wanted.member_id, %s, wanted.reason, wanted.is_needed, %s, ''
    FROM wanted JOIN members_member AS member ON member.id = wanted.member_id
    WHERE member.is_active AND member.id IS DISTINCT FROM %s {audience}
      AND NOT EXISTS (
        SELECT FROM contact_nocontact AS apart
        WHERE (apart.member_id = member.id AND apart.other_id = %s)
           OR (apart.other_id = member.id AND apart.member_id = %s))
    ORDER BY wanted.member_id
    ON CONFLICT DO NOTHING
    RETURNING member_id, reason, is_needed
), due AS (
    UPDATE notifications_preferences AS chosen
    SET letter_due_at = CASE WHEN wants.letter
            THEN LEAST(COALESCE(chosen.letter_due_at, 'infinity'), %s) ELSE chosen.letter_due_at END,
        push_due_at = CASE WHEN wants.push
            THEN LEAST(COALESCE(chosen.push_due_at, 'infinity'), %s) ELSE chosen.push_due_at END
    FROM (
        SELECT told.member_id,
            letters_for = %s OR reason = %s OR (letters_for = %s AND is_needed) AS letter,
            push_for = %s OR (push_for = %s AND is_needed) AS push
        FROM told JOIN notifications_preferences USING (member_id)
    ) AS wants
    WHERE chosen.member_id = wants.member_id AND (wants.letter OR wants.push)
)
SELECT max(member_id), count(*) FROM wanted
"""
_DIRECTLY = """
    SELECT named.member_id, CASE WHEN said.level = %s THEN said.level ELSE named.reason END AS reason,
        true AS is_needed, ''::text AS place
    FROM unnest(%s::bigint[], %s::text[]) AS named (member_id, reason)
    LEFT JOIN LATERAL (
        SELECT level FROM notifications_follow
        WHERE member_id = named.member_id AND place = ANY(%s::text[])
        ORDER BY array_position(%s::text[], place::text) DESC LIMIT 1
    ) AS said ON true
    WHERE said.level IS DISTINCT FROM %s
"""
_FOLLOWERS = """
    SELECT member_id, level AS reason, false AS is_needed, place FROM (
        SELECT DISTINCT ON (member_id) member_id, level, place
        FROM notifications_follow
        WHERE place = ANY(%s::text[]) AND member_id > %s
        ORDER BY member_id, array_position(%s::text[], place::text) DESC
        LIMIT %s
    ) AS said
"""
_NOT_TOLD_ALREADY = """
      AND wanted.reason <> %s
      AND (wanted.reason <> %s OR NOT EXISTS (
        SELECT FROM notifications_telling AS before
        JOIN notifications_notice AS earlier ON earlier.id = before.notice_id
        WHERE before.member_id = member.id AND before.read_at IS NULL AND before.notice_id <> %s
          AND wanted.place = ANY(earlier.places)))
"""


type Chunk = tuple[int | None, int]
"""The key of the last member who wants a notice, of those who were looked at, and how many there were."""
type Audience = tuple[str, list[Any]]
"""A condition on members, in SQL, and what stands in its places."""


@dataclass(frozen=True)
class News:
    """Something that happened, as its room hands it over. `directly` names whom it is meant for, and why."""

    kind: str
    subject: str
    places: Sequence[str] = ()
    actor: int | None = None
    bundle: str = ""
    directly: Mapping[int, Reason] = field(default_factory=dict)
    closes_at: datetime | None = None


def announce(news: News, *, now: datetime) -> None:
    """Write down that something happened, once; the worker tells whoever is concerned or follows a place."""
    notice = Notice(
        kind=news.kind,
        subject=news.subject,
        places=list(news.places),
        actor_id=news.actor,
        bundle=news.bundle or news.subject,
        directly={str(member): reason for member, reason in news.directly.items()},
        closes_at=news.closes_at,
        created_at=now,
    )
    with transaction.atomic(savepoint=False):
        if insert_if_new(notice, "kind", "subject"):
            publish("notifications.announced", notice=notice.pk)


def retract(*, subjects: Iterable[str]) -> None:
    """What these notices told of is gone, and so are they, from every inbox."""
    Notice.objects.filter(subject__in=list(subjects)).delete()


def tell(*, notice: int, now: datetime) -> bool:
    """Tell the next chunk of members of a notice; False once all know.

    How far it came is written with the lines themselves, so that a worker that is killed tells nobody twice.
    """
    with transaction.atomic(savepoint=False):
        found = _to_tell.first(notice)
        return found is not None and _tell_next(found, most=CHUNK, now=now)


def tell_few(*, notice: int, now: datetime) -> bool:
    """Tell those whom a notice is meant for and the first who follow, unless these are many; False once all know."""
    with transaction.atomic(savepoint=False):
        found = _to_tell.first(notice)
        if found is None:
            return False
        return len(found.directly) > FIRST_CHUNK or _tell_next(found, most=FIRST_CHUNK, now=now)


def tell_all(*, notice: int, now: datetime) -> None:
    while tell(notice=notice, now=now):
        pass


@prepared
def _to_tell(notice: int) -> QuerySet[Notice]:
    """The notice, if no other worker has taken it, and not all know of it."""
    return Notice.objects.select_for_update(skip_locked=True).filter(pk=notice, told_at=None)


def _tell_next(notice: Notice, *, most: int, now: datetime) -> bool:
    audience = _audience(notice)
    if not notice.reached and notice.directly:
        _tell_those_concerned(notice, audience, now=now)
    last, count = _tell_followers(notice, audience, most=most, now=now) if notice.places else (None, 0)
    if is_over := count < most:
        _all_know(notice.pk, last or notice.reached, now)
    else:
        _some_know(notice.pk, last or notice.reached)
    return not is_over


@prepared_change
def _all_know(notice: int, reached: int, now: datetime) -> Update:
    return Notice.objects.filter(pk=notice), {"reached": reached, "told_at": now, "directly": {}}


@prepared_change
def _some_know(notice: int, reached: int) -> Update:
    return Notice.objects.filter(pk=notice), {"reached": reached}


def _tell_those_concerned(notice: Notice, audience: Audience, *, now: datetime) -> None:
    members, reasons = list(map(int, notice.directly)), list(notice.directly.values())
    values = [Level.EVERY_POST, members, reasons, notice.places, notice.places, Level.MUTED]
    _write(notice, _DIRECTLY, values, audience=audience, now=now)


def _tell_followers(notice: Notice, audience: Audience, *, most: int, now: datetime) -> Chunk:
    where, bound = audience
    audience = where + _NOT_TOLD_ALREADY, [*bound, Level.MUTED, Level.ONCE, notice.pk]
    values = [notice.places, notice.reached, notice.places, most]
    return _write(notice, _FOLLOWERS, values, audience=audience, now=now)


def _write(notice: Notice, wanted: str, parameters: list[Any], *, audience: Audience, now: datetime) -> Chunk:
    """One statement: who wants it, may see it and is not kept apart from whoever did it."""
    where, bound = audience
    actor = notice.actor_id
    values = [*parameters, notice.pk, now, actor, *bound, actor, actor, now + HOLD, now + PUSH_HOLD]
    values += [LettersFor.ALL, Reason.EVERY_POST, LettersFor.NEEDED, PushFor.ALL, PushFor.NEEDED]
    with connection.cursor() as cursor:
        cursor.execute(_TELL.format(wanted=wanted, audience=where), values)
        return cursor.fetchone()


def _audience(notice: Notice) -> Audience:
    keys = kinds.kind(notice.kind).audience(notice)
    if keys is None:
        return "", []
    sql, parameters = keys.query.sql_with_params()
    return f" AND member.id IN ({sql})", list(parameters)
