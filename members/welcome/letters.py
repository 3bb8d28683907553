"""Letters of the welcome; each only with a yes to such letters, checked when it is sent."""

from datetime import datetime

from django.conf import settings
from django.core import signing
from django.urls import reverse

from members.consent import letters
from members.enums import Role
from members.models import Member
from members.welcome import actions, queries
from members.welcome.enums import Feeling
from members.welcome.models import CheckIn, Hello

SALT = "welcome check-in"
LINK_DAYS = 60
SINK = "welcome_letter"


def send_due_check_ins(*, now: datetime) -> int:
    """Ask everybody whose time has come how it is going; how many were asked by letter."""
    return sum(_send_check_in(check_in, now=now) for check_in in queries.due_check_ins(now=now)[:200])


def nudge(*, now: datetime) -> int:
    """Tell welcomers of newcomers whom nobody has answered for twelve hours, and organisers after a day."""
    told = sum(_nudge(hello, now=now) for hello in queries.to_nudge(now=now)[:200])
    return told + sum(_call(hello, now=now) for hello in queries.to_call(now=now)[:200])


def token(check_in: CheckIn, answer: Feeling) -> str:
    """A link in a letter that answers one question for one person."""
    return signing.dumps({"check_in": check_in.pk, "answer": answer}, salt=SALT)


def meant(link: str) -> tuple[int, Feeling] | None:
    """What such a link says; None if it is not ours or too old."""
    try:
        said = signing.loads(link, salt=SALT, max_age=LINK_DAYS * 24 * 3600)
    except signing.BadSignature:
        return None
    return said["check_in"], Feeling(said["answer"])


def _send_check_in(check_in: CheckIn, *, now: datetime) -> bool:
    if not actions.claim_check_in(check_in=check_in, now=now):
        return False
    links = [
        (feeling.label, settings.SITE_URL + reverse("welcome:answer_by_letter", args=[token(check_in, feeling)]))
        for feeling in Feeling
    ]
    context = {"check_in": check_in, "links": links}
    return letters.send(check_in.member, SINK, "welcome/email/check_in.txt", context=context, now=now)


def _nudge(hello: Hello, *, now: datetime) -> bool:
    pairing = queries.pairing_of(hello.member, now=now)
    if not actions.claim_nudge(hello=hello, now=now) or pairing is None:
        return False
    return _tell(pairing.welcomer, hello, now=now)


def _call(hello: Hello, *, now: datetime) -> int:
    if not actions.claim_call(hello=hello, now=now):
        return 0
    organisers = Member.objects.filter(roles__contains=[Role.ORGANISER], is_active=True).order_by("pk")
    return sum(_tell(organiser, hello, now=now) for organiser in organisers)


def _tell(member: Member, hello: Hello, *, now: datetime) -> bool:
    return letters.send(member, SINK, "welcome/email/waiting.txt", context={"hello": hello}, now=now)
