"""Where a thread is now: its summary and its stage, written by those who take part."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from commons.contributions import rendered
from forum.actions.drafts import discard_draft
from forum.enums import Change, Stage
from forum.models import Summary, SummaryRevision, Thread, ThreadChange
from members.models import Member


class Overtaken(Exception):
    """Somebody else has written in the meantime. `theirs` is what stands there now."""

    def __init__(self, theirs: Summary) -> None:
        super().__init__(_("Somebody else changed this while you wrote. Both texts are here: take the best of each."))
        self.theirs = theirs


@transaction.atomic
def write_summary(*, thread: Thread, by: Member, source: str, version: int, now: datetime) -> Summary:
    """Write where the thread is now. What it said before stays readable in its history.

    Raises:
        Overtaken: `version` is not the one that stands there; nothing was changed.
    """
    Thread.objects.select_for_update().get(pk=thread.pk)
    summary = Summary.objects.filter(thread=thread).select_related("author").first()
    if summary is None:
        summary = Summary(thread=thread, author=by, created_at=now, version=0)
    if summary.version != version:
        raise Overtaken(summary)
    if summary.source == source:
        return summary
    if summary.pk:
        SummaryRevision.of(summary, summary=summary, author=summary.author, replaced_at=now, replaced_by=by).save()
        summary.edited_at = now
    summary.author, summary.source, summary.version = by, source, version + 1
    summary.html = rendered(source, author=by.pk)
    summary.save()
    discard_draft(member=by, place=f"summary:{thread.pk}")
    return summary


@transaction.atomic
def set_stage(*, thread: Thread, by: Member, stage: Stage, reason: str, now: datetime) -> None:
    """Say where the thread stands; a line in its history says who did and why."""
    if Thread.objects.filter(pk=thread.pk).exclude(stage=stage).update(stage=stage):
        ThreadChange.objects.create(
            thread=thread, change=Change.STAGED, by=by, reason=reason, detail=str(stage.label), happened_at=now
        )
