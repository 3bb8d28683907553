"""Every write after an event. Whatever is written keeps the date, also if its series changes."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from commons import ratelimit
from commons.contributions import rendered
from commons.files import actions as files
from commons.files.actions import Gift
from commons.files.models import File
from events import queries as calendar
from events.actions import Full, keep_date
from events.after import notices, queries
from events.after.enums import MATERIALS_MOST, OUTCOMES_MOST, WriteUpKind
from events.after.models import Feedback, Material, Outcome, WriteUp, WriteUpRevision
from events.after.places import of_date
from events.models import Occurrence
from members.models import Member
from notifications import actions as notifications
from notifications.actions import News
from notifications.enums import Reason


class Overtaken(Exception):
    """Somebody else has written in the meantime. `theirs` is what stands there now."""

    def __init__(self, theirs: WriteUp) -> None:
        super().__init__(_("Somebody else changed this while you wrote. Both texts are here: take the best of each."))
        self.theirs = theirs


@transaction.atomic
def write_up(
    *, occurrence: Occurrence, kind: WriteUpKind, by: Member, source: str, version: int, now: datetime
) -> WriteUp:
    """Write the notes or the harvest of a date. What they said before stays readable in their history.

    Raises:
        Overtaken: `version` is not the one that stands there; nothing was changed.
    """
    _lock(occurrence)
    text = WriteUp.objects.filter(occurrence=occurrence, kind=kind).select_related("author").first()
    if text is None:
        text = WriteUp(occurrence=occurrence, kind=kind, author=by, created_at=now, version=0)
    if text.source == source:
        return text
    if text.version != version:
        raise Overtaken(text)
    if text.pk:
        WriteUpRevision.of(text, write_up=text, author=text.author, replaced_at=now, replaced_by=by).save()
        text.edited_at = now
    text.author, text.source, text.version = by, source, version + 1
    text.html = rendered(source, author=by.pk)
    text.save()
    return text


@transaction.atomic
def add_link(
    *, occurrence: Occurrence, by: Member, title: str, link: str, consent_asked: str = "", now: datetime
) -> Material:
    """Hand on a link; with the word whose consent was asked it is a recording. The same link stands once.

    Raises:
        Full: there is no room for more.
        RateLimited: too many for now.
    """
    _lock(occurrence)
    here = Material.objects.filter(occurrence=occurrence)
    if earlier := here.filter(link=link).first():
        return earlier
    if here.count() >= MATERIALS_MOST:
        raise Full(_("There are fifty links here already. Take one away first."))
    ratelimit.spend_or_refuse("events.after", key=str(by.pk), now=now)
    return Material.objects.create(
        occurrence=occurrence,
        title=title,
        link=link,
        is_recording=bool(consent_asked),
        consent_asked=consent_asked,
        given_by=by,
        given_at=now,
    )


@transaction.atomic
def add_file(*, occurrence: Occurrence, by: Member, gift: Gift, now: datetime) -> File:
    """Hand on a file; it is made ready in the background.

    Raises:
        RateLimited: too many files for now.
    """
    _lock(occurrence)
    return files.give(gift, owner=by, spot=of_date(occurrence), now=now)


def take_file_away(*, occurrence: Occurrence, file_id: int) -> None:
    files.forget(File.objects.at(*of_date(occurrence)).filter(pk=file_id))


def take_link_away(*, material: Material) -> None:
    Material.objects.filter(pk=material.pk).delete()


@transaction.atomic
def tell_outcome(*, occurrence: Occurrence, by: Member, words: str, thread: int | None, now: datetime) -> Outcome:
    """Say what came of a date. The same words stand once.

    Raises:
        Full: there is no room for more.
        RateLimited: too many for now.
    """
    _lock(occurrence)
    here = Outcome.objects.filter(occurrence=occurrence)
    if earlier := here.filter(words=words).first():
        return earlier
    if here.count() >= OUTCOMES_MOST:
        raise Full(_("Fifty things came of this already. Take one away first."))
    ratelimit.spend_or_refuse("events.after", key=str(by.pk), now=now)
    return Outcome.objects.create(occurrence=occurrence, words=words, thread=thread, told_by=by, told_at=now)


def take_outcome_away(*, outcome: Outcome) -> None:
    Outcome.objects.filter(pk=outcome.pk).delete()


def give_feedback(*, occurrence: Occurrence, by: Member, answers: dict[str, str], now: datetime) -> None:
    """Say how a date was, to its hosts only; saying it anew takes the place of what was said."""
    Feedback.objects.update_or_create(occurrence=occurrence, member=by, defaults={**answers, "given_at": now})


def tell_hosts_of_feedback(*, now: datetime) -> int:
    """Tell hosts that people said how it was: on the day after, and once a day for an event at most.

    So neither the moment nor the number says who it was. How many events were looked at.
    """
    found = queries.with_feedback(now=now)
    for event, day in found:
        hosts = dict.fromkeys(calendar.host_keys(event), Reason.EVENT)
        subject = f"{notices.FEEDBACK}:{event.pk}:{day:%Y%m%d}"
        notifications.announce(News(kind=notices.FEEDBACK, subject=subject, directly=hosts), now=now)
    return len(found)


def take_feedback_back(*, occurrence: Occurrence, by: Member) -> None:
    Feedback.objects.filter(occurrence=occurrence, member=by).delete()


def _lock(occurrence: Occurrence) -> None:
    Occurrence.objects.select_for_update(of=("self",)).get(pk=occurrence.pk)
    keep_date(occurrence=occurrence)
