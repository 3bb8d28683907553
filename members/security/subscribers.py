"""What happens to an account's safety when allauth says that something changed, and the letters about it."""

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.signals import email_changed, password_changed, password_reset, password_set, user_logged_in
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset, authenticator_used
from allauth.usersessions.models import UserSession
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.http import HttpRequest

from commons import clock
from commons.outbox import subscribes
from members.models import Member
from members.security import actions, browsers, devices, letters, queries, traces, watch
from members.security.enums import Happening, Method
from members.security.marks import Mark
from members.security.models import SignIn

NOWHERE = "0.0.0.0"  # noqa: S104 (stands where allauth would keep an address)


@receiver(pre_save, sender=UserSession)
def keep_no_address(instance: UserSession, **_kwargs: Any) -> None:
    """Of where a session began, only a keyed hash is kept; of its browser, a few words."""
    if instance.ip == NOWHERE:
        return
    instance.data = {**instance.data, "network": traces.network_of(instance.ip)}
    instance.ip = NOWHERE
    instance.user_agent = browsers.words(instance.user_agent)


@receiver(user_logged_in)
def remember_sign_in(request: HttpRequest, user: Member, **_kwargs: Any) -> None:
    now = clock.now()
    records = get_authentication_records(request, user)
    strong_at = max((record["at"] for record in records if record["method"] == "mfa"), default=0.0)
    sign_in = actions.note_sign_in(
        member=user,
        device=traces.device(devices.token_to_keep(request)),
        words=browsers.words(request.META.get("HTTP_USER_AGENT", "")),
        network=traces.network(request),
        method=_method(records),
        is_strong=bool(strong_at),
        now=now,
    )
    is_known = sign_in.device.trusted_from is not None and sign_in.device.trusted_from <= now
    watch.begin(request, user, is_known=is_known, strong_at=strong_at, now=now)


@receiver(authenticator_used)
def remember_second_factor(request: HttpRequest, **_kwargs: Any) -> None:
    _show_second_factor(request)


@receiver(authenticator_added)
def note_added(request: HttpRequest, user: Member, authenticator: Authenticator, **_kwargs: Any) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        return
    _show_second_factor(request)
    actions.note(member=user, code=Happening.FACTOR_ADDED, now=clock.now())


@receiver(authenticator_removed)
def note_removed(request: HttpRequest, user: Member, authenticator: Authenticator, **_kwargs: Any) -> None:
    """Without any second factor left, no session of this member has shown one."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        return
    actions.note(member=user, code=Happening.FACTOR_REMOVED, now=clock.now())
    if queries.factors(user):
        return
    if mark := Mark.of(request.session):
        mark.strong_at = 0.0
        mark.keep(request.session)
    actions.end_sessions(member=user, but=request.session.session_key or "")


@receiver(authenticator_reset)
def note_codes(user: Member, **_kwargs: Any) -> None:
    actions.note(member=user, code=Happening.CODES_MADE, now=clock.now())


@receiver([password_changed, password_set, password_reset])
def note_password(request: HttpRequest, user: Member, **_kwargs: Any) -> None:
    """Django ends every other session with the password; this takes them off the list too."""
    actions.end_sessions(member=user, but=request.session.session_key or "")
    actions.note(member=user, code=Happening.PASSWORD_CHANGED, now=clock.now())


@receiver(email_changed)
def note_email(user: Member, **_kwargs: Any) -> None:
    actions.note(member=user, code=Happening.EMAIL_CHANGED, now=clock.now())


@subscribes("security.new_device", is_urgent=True)
def tell_of_new_device(*, sign_in: int) -> None:
    row = SignIn.objects.select_related("member", "device").filter(pk=sign_in).first()
    if row is not None:
        letters.new_device(row)


@subscribes("security.session_taken", is_urgent=True)
def tell_of_taken_session(*, member: int) -> None:
    letters.session_taken(Member.objects.get(pk=member))


@subscribes("security.change_put_off", is_urgent=True)
def tell_of_delay(*, member: int, to: str) -> None:
    letters.change_put_off(Member.objects.get(pk=member), to=to)


def _show_second_factor(request: HttpRequest) -> None:
    """Of a session that is under way; at sign-in the records of allauth tell it."""
    if mark := Mark.of(request.session):
        mark.strong_at = clock.now().timestamp()
        mark.keep(request.session)


def _method(records: list[dict[str, Any]]) -> Method:
    if any(record.get("passwordless") for record in records):
        return Method.PASSKEY
    known = {"password": Method.PASSWORD, "code": Method.CODE}
    return next((known[record["method"]] for record in records if record["method"] in known), Method.OTHER)
