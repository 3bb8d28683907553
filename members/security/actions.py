"""Every write that keeps accounts safe."""

from datetime import datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction

from commons.outbox import publish
from members.models import Member
from members.security import queries, traces
from members.security.enums import (
    KEEP_FAILURES,
    KEEP_SIGN_INS,
    TAKEOVER_WITHIN,
    TRUST_AFTER,
    AlertCode,
    Happening,
    Method,
)
from members.security.marks import Mark
from members.security.models import Alert, Device, FailedSignIn, SafetyEvent, SignIn


@transaction.atomic
def note_sign_in(
    *, member: Member, device: str, words: str, network: str, method: Method, is_strong: bool, now: datetime
) -> SignIn:
    """Remember a sign-in and its browser. The owner gets a letter if the browser is new and not their first."""
    has_others = Device.objects.filter(member=member).exists()
    trusted_from = now + TRUST_AFTER if has_others else now
    known, is_new = Device.objects.get_or_create(
        member=member,
        token_hash=device,
        defaults={"words": words, "first_seen_at": now, "last_seen_at": now, "trusted_from": trusted_from},
    )
    if not is_new:
        Device.objects.filter(pk=known.pk).update(last_seen_at=now, words=words)
    sign_in = SignIn.objects.create(
        member=member,
        device=known,
        network=network,
        method=method,
        is_strong=is_strong,
        is_new_device=is_new and has_others,
        happened_at=now,
    )
    if sign_in.is_new_device:
        publish("security.new_device", sign_in=sign_in.pk)
    return sign_in


@transaction.atomic
def note_failure(*, login: str, network: str, now: datetime) -> None:
    """Count a name and password that did not fit; tell administrators if somebody tries out many."""
    FailedSignIn.objects.create(name_hash=traces.name(login), network=network, happened_at=now)
    if queries.is_stuffing(network, now=now):
        raise_alert(code=AlertCode.CREDENTIAL_STUFFING, member=None, now=now)


@transaction.atomic
def raise_alert(*, code: AlertCode, member: Member | None, now: datetime) -> None:
    """Open an alert, or say of the open one that it goes on."""
    _alert, is_new = Alert.objects.get_or_create(
        code=code, member=member, closed_at=None, defaults={"opened_at": now, "last_seen_at": now}
    )
    if not is_new:
        Alert.objects.filter(code=code, member=member, closed_at=None).update(last_seen_at=now)


def close_alert(*, alert: Alert, by: Member, now: datetime) -> bool:
    """An administrator has seen to it. False if somebody else was first."""
    return bool(Alert.objects.filter(pk=alert.pk, closed_at=None).update(closed_at=now, closed_by=by))


def note(*, member: Member, code: Happening, now: datetime) -> None:
    """Write a line for "Keep your account safe"."""
    SafetyEvent.objects.create(member=member, code=code, happened_at=now)


@transaction.atomic
def put_off_change(*, member: Member, device: str, to: str, now: datetime) -> None:
    """A dangerous change was wanted from a new browser: tell the owner, once a day, at the old and the new address.

    Within an hour of the first sign-in there, administrators are told too.
    """
    Member.objects.select_for_update().get(pk=member.pk)
    since = now - TRUST_AFTER
    if not SafetyEvent.objects.filter(member=member, code=Happening.CHANGE_DELAYED, happened_at__gt=since).exists():
        note(member=member, code=Happening.CHANGE_DELAYED, now=now)
        publish("security.change_put_off", member=member.pk, to=to)
    if Device.objects.filter(member=member, token_hash=device, first_seen_at__gt=now - TAKEOVER_WITHIN).exists():
        raise_alert(code=AlertCode.TAKEOVER_PATTERN, member=member, now=now)


@transaction.atomic
def own(*, sign_in: SignIn, now: datetime) -> None:
    """ "It was me": from now on the browser is as good as the owner's others."""
    SignIn.objects.filter(pk=sign_in.pk).update(answered_at=now, was_owner=True)
    Device.objects.filter(pk=sign_in.device_id, trusted_from__gt=now).update(trusted_from=now)


@transaction.atomic
def disown(*, sign_in: SignIn, now: datetime) -> None:
    """ "It was not me": end every session and take the password away, so that a new one has to be chosen by mail.

    The browser is not trusted again, whatever it knows.
    """
    member = Member.objects.select_for_update().get(pk=sign_in.member_id)
    SignIn.objects.filter(pk=sign_in.pk).update(answered_at=now, was_owner=False)
    Device.objects.filter(pk=sign_in.device_id).update(trusted_from=None)
    member.set_unusable_password()
    member.save(update_fields=["password"])
    end_sessions(member=member)
    note(member=member, code=Happening.DISOWNED, now=now)


@transaction.atomic
def end_sessions(*, member: Member, but: str = "") -> int:
    """End the sessions of a member, but for the one with that key; how many."""
    return _end(UserSession.objects.filter(user=member).exclude(session_key=but))


@transaction.atomic
def end_other_sessions(*, member: Member, but: str, now: datetime) -> int:
    """A member signs out everywhere else; how many sessions that was."""
    count = end_sessions(member=member, but=but)
    note(member=member, code=Happening.SESSION_ENDED, now=now)
    return count


@transaction.atomic
def end_session(*, member: Member, session: int, now: datetime) -> int:
    """A member ends one of their sessions; how many that was."""
    if count := _end(UserSession.objects.filter(user=member, pk=session)):
        note(member=member, code=Happening.SESSION_ENDED, now=now)
    return count


@transaction.atomic
def end_taken_session(*, session: Any, now: datetime) -> None:
    """End a session that came from another browser, and tell its owner."""
    member = Member.objects.filter(pk=session[SESSION_KEY]).first()
    drop_session(session=session)
    if member is not None:
        note(member=member, code=Happening.SESSION_TAKEN, now=now)
        publish("security.session_taken", member=member.pk)


def drop_session(*, session: Any) -> None:
    """End the session of this request."""
    UserSession.objects.filter(session_key=session.session_key).delete()
    session.flush()


def touch(*, session: Any, mark: Mark, now: datetime) -> None:
    """Remember, once an hour, that a session is in use; that also puts off its end."""
    mark.seen = now.timestamp()
    mark.keep(session)
    UserSession.objects.filter(session_key=session.session_key).update(last_seen_at=now)


def note_turn(*, session: Any, mark: Mark, is_away: bool, now: datetime) -> None:
    """Remember at once that a session changed sides, for whoever asks next."""
    mark.turned(now, is_away=is_away).keep(session)
    session.save()


@transaction.atomic
def forget_old(*, now: datetime) -> None:
    """Delete what is older than it may become: sign-ins, browsers, what happened, failures, sessions that are over."""
    SignIn.objects.filter(happened_at__lt=now - KEEP_SIGN_INS).delete()
    SafetyEvent.objects.filter(happened_at__lt=now - KEEP_SIGN_INS).delete()
    Device.objects.filter(last_seen_at__lt=now - KEEP_SIGN_INS).delete()
    FailedSignIn.objects.filter(happened_at__lt=now - KEEP_FAILURES).delete()
    Alert.objects.filter(closed_at__lt=now - KEEP_SIGN_INS).delete()
    Session.objects.filter(expire_date__lt=now).delete()
    over = UserSession.objects.exclude(session_key__in=Session.objects.values("session_key"))
    over.filter(created_at__lt=now - timedelta(hours=1)).delete()


@transaction.atomic
def forget_alerts(*, member: Member) -> None:
    """Delete the warnings about a member, and who it was that looked after others."""
    Alert.objects.filter(member=member).delete()
    Alert.objects.filter(closed_by=member).update(closed_by=None)


def _end(sessions: Any) -> int:
    keys = list(sessions.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    sessions.delete()
    return len(keys)
