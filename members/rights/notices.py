"""Service mail about data rights: what somebody asked for a moment ago, and answers to complaints."""

import hmac
from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse

from commons import keys, letters
from members.models import Member
from members.rights.enums import TIME_TO_RETURN
from members.rights.models import Complaint, Erasure, Export

SALT = "come back"


def export_asked(member: Member, export: Export) -> None:
    page, safety = _address("rights:data"), _safety_of(member)
    _post("rights/email/export_asked.txt", member.email, member=member, export=export, page=page, safety=safety)


def export_ready(member: Member) -> None:
    _post("rights/email/export_ready.txt", member.email, member=member, page=_address("rights:data"))


def erasure_asked(member: Member, erasure: Erasure) -> None:
    """Says that somebody leaves, with the link that leads back."""
    page = _address("rights:come_back", return_token(erasure))
    _post("rights/email/erasure_asked.txt", member.email, member=member, erasure=erasure, page=page)


def erasure_begins(member: Member) -> None:
    _post("rights/email/erasure_begins.txt", member.email, member=member, page=_address("rights:complaint"))


def complaint_received(complaint: Complaint) -> None:
    """Never carries the words of the complaint: anybody can type anybody's address."""
    _post("rights/email/complaint_received.txt", complaint.email, complaint=complaint)


def complaint_answered(complaint: Complaint) -> None:
    _post("rights/email/complaint_answered.txt", complaint.email, complaint=complaint)


def bucket(address: str) -> str:
    """The name of an address in the table of limits: a keyed hash, which leads back to nobody."""
    return hmac.digest(keys.derived("complaint limit"), address.strip().lower().encode(), "sha256")[:16].hex()


def return_token(erasure: Erasure) -> str:
    """What proves, without signing in, that somebody holds the letter about their leaving."""
    return signing.dumps({"erasure": erasure.pk}, salt=SALT)


def erasure_of(token: str) -> int | None:
    """The erasure that a link can still end; None if the link is not ours or too old."""
    try:
        return int(signing.loads(token, salt=SALT, max_age=TIME_TO_RETURN)["erasure"])
    except signing.BadSignature:
        return None


def _safety_of(member: Member) -> str:
    """Where they can shut out whoever else is signed in as they are; not everybody has a password."""
    return _address("account_change_password" if member.has_usable_password() else "security:sessions")


def _address(name: str, *arguments: Any) -> str:
    return settings.SITE_URL + reverse(name, args=arguments)


def _post(template: str, to: str, **context: Any) -> None:
    words = {**context, "site_name": settings.SITE_NAME, "contact": settings.CONTROLLER_CONTACT}
    if to:
        letters.post(template, to=to, context=words)
