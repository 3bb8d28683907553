"""Talks before joining, where the community chose that: every write, and the letters that belong to it."""

from datetime import datetime
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.urls import reverse

from commons import letters, ratelimit
from members import addresses
from members.models import Member
from members.welcome.actions import invite
from members.welcome.enums import ApplicationState
from members.welcome.models import Application, ApplicationMessage

type Site = str

SALT = "welcome application"


def talk_address(application: Application) -> str:
    """The path by which whoever applied comes back; the signed key in it is their only key."""
    return reverse("welcome:talk", args=[signing.dumps(application.pk, salt=SALT)])


def application_of(token: str) -> int | None:
    """Whose path this is; None if it is not ours."""
    try:
        return int(signing.loads(token, salt=SALT))
    except signing.BadSignature:
        return None


@transaction.atomic
def apply(*, name: str, email: str, words: str, submission: UUID, site: Site, now: datetime) -> None:
    """Begin a talk and send its link to the address. A form sent twice begins one talk.

    Raises:
        RateLimited: this address has begun too many today.
    """
    if ApplicationMessage.objects.filter(submission=submission).exists():
        return
    ratelimit.spend_or_refuse("welcome.apply", key=addresses.hashed(email).hex(), now=now)
    application = Application.objects.create(name=name, email=email, made_at=now, spoken_at=now)
    ApplicationMessage.objects.create(application=application, words=words, submission=submission, said_at=now)
    _write(application, "welcome/email/applied.txt", link=site + talk_address(application))


@transaction.atomic
def say(
    *, application: Application, by: Member | None, words: str, submission: UUID, site: Site, now: datetime
) -> None:
    """Go on with a talk; `by` is None for whoever applies. They are told by letter that somebody answered.

    Raises:
        RateLimited: too much for now.
    """
    ratelimit.spend_or_refuse("welcome.apply.message", key=f"{application.pk}:{by.pk if by else 0}", now=now)
    _message, is_new = ApplicationMessage.objects.get_or_create(
        submission=submission,
        defaults={"application": application, "author": by, "words": words, "said_at": now},
    )
    if not is_new:
        return
    Application.objects.filter(pk=application.pk).update(spoken_at=now)
    if by is not None:
        Application.objects.filter(pk=application.pk, first_answer_at=None).update(first_answer_at=now)
        _write(application, "welcome/email/answered.txt", link=site + talk_address(application))


@transaction.atomic
def ask_in(*, application: Application, by: Member, site: Site, now: datetime) -> bool:
    """Say yes: an invitation goes to the address. False if it was decided in the meantime."""
    if not _decide(application, ApplicationState.ACCEPTED, by=by, now=now):
        return False
    code = invite(by=by, note=application.name, uses_max=1, now=now)
    _write(application, "welcome/email/asked_in.txt", link=site + reverse("welcome:come_in", args=[code]))
    return True


@transaction.atomic
def decline(*, application: Application, by: Member, reason: str, now: datetime) -> bool:
    """Say no, with the reason. False if it was decided in the meantime."""
    if not _decide(application, ApplicationState.DECLINED, by=by, now=now):
        return False
    letters.post(
        "welcome/email/declined.txt", to=application.email, context={"application": application, "reason": reason}
    )
    return True


@transaction.atomic
def withdraw(*, application: Application, now: datetime) -> bool:
    """Whoever applies takes it back."""
    return _decide(application, ApplicationState.WITHDRAWN, by=None, now=now)


def _decide(application: Application, state: ApplicationState, *, by: Member | None, now: datetime) -> bool:
    talking = Application.objects.filter(pk=application.pk, state=ApplicationState.TALKING)
    return bool(talking.update(state=state, decided_at=now, decided_by=by))


def _write(application: Application, template: str, *, link: str) -> None:
    letters.post(template, to=application.email, context={"application": application, "link": link})
