"""What follows when somebody asked for a copy, leaves, or complains: letters, and work for the worker."""

from django.db import transaction

from commons import clock
from commons.outbox import subscribes
from members.rights import actions, notices, tasks
from members.rights.models import Complaint, Erasure, Export


@subscribes("rights.export_asked")
def tell_of_export(*, export: str) -> None:
    if found := Export.objects.filter(pk=export).select_related("member").first():
        notices.export_asked(found.member, found)


@subscribes("rights.export_asked")
def make_export(*, export: str) -> None:
    transaction.on_commit(lambda: tasks.make_export.delay(export=export))


@subscribes("rights.erasure_asked")
def tell_of_erasure(*, erasure: int) -> None:
    found = Erasure.objects.filter(pk=erasure).select_related("member").first()
    if found and found.member and found.due_at > clock.now():
        notices.erasure_asked(found.member, found)


@subscribes("rights.erasure_asked")
def erase(*, erasure: int) -> None:
    transaction.on_commit(lambda: tasks.erase.delay(erasure=erasure))


@subscribes("rights.complaint_made")
def acknowledge(*, complaint: str) -> None:
    if found := Complaint.objects.filter(pk=complaint).first():
        actions.acknowledge(complaint=found, now=clock.now())


@subscribes("rights.complaint_answered")
def send_answer(*, complaint: str) -> None:
    if found := Complaint.objects.filter(pk=complaint).first():
        notices.complaint_answered(found)
