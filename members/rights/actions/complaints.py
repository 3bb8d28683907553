"""Complaints about personal data: taking them in, answering them."""

from datetime import datetime

from django.db import transaction

from commons import ratelimit
from commons.outbox import publish
from members.models import Member
from members.rights import notices
from members.rights.models import Complaint


@transaction.atomic
def complain(*, member: Member | None, name: str, email: str, text: str, network: str, now: datetime) -> Complaint:
    """Write a complaint down; its number goes out by mail at once.

    Raises:
        RateLimited: too many from one place, or in the name of one address.
    """
    ratelimit.spend_or_refuse("rights.complaint", key=network, now=now)
    ratelimit.spend_or_refuse("rights.complaint.address", key=notices.bucket(email), now=now)
    complaint = Complaint.objects.create(member=member, name=name, email=email, text=text, made_at=now)
    publish("rights.complaint_made", complaint=str(complaint.pk))
    return complaint


def acknowledge(*, complaint: Complaint, now: datetime) -> None:
    """Send the number and the day by which there is an answer."""
    notices.complaint_received(complaint)
    Complaint.objects.filter(pk=complaint.pk).update(acknowledged_at=now)


@transaction.atomic
def answer_complaint(*, complaint: Complaint, by: Member, answer: str, now: datetime) -> bool:
    """Send the answer and close the complaint. False if somebody else was first."""
    waiting = Complaint.objects.filter(pk=complaint.pk, answered_at=None)
    if not waiting.update(answer=answer, answered_at=now, answered_by=by):
        return False
    publish("rights.complaint_answered", complaint=str(complaint.pk))
    return True
