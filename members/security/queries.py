"""What the pages of safe accounts and the watch over sign-ins ask for."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Count, Q, QuerySet

from members.models import Member
from members.security.enums import (
    BURST,
    BURST_FAILURES,
    BURST_NAMES,
    BURST_TIMES_MEDIAN,
    MEDIAN_OVER,
    SHOWN,
    SLOW_FOR,
    AlertCode,
)
from members.security.models import Alert, Device, FailedSignIn, SafetyEvent, SignIn

MEDIAN = """
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY failures) FROM (
        SELECT count(failure.id) AS failures
        FROM generate_series(%(since)s, %(until)s - %(step)s::interval, %(step)s::interval) AS bucket
        LEFT JOIN security_failedsignin AS failure
            ON failure.happened_at >= bucket AND failure.happened_at < bucket + %(step)s::interval
        GROUP BY bucket
    ) AS buckets
"""


@dataclass
class Factors:
    """What a member can show besides a password."""

    passkeys: list[Authenticator] = field(default_factory=list)
    totp: Authenticator | None = None
    codes_left: int = 0

    def __bool__(self) -> bool:
        return bool(self.passkeys or self.totp)


def factors(member: Member) -> Factors:
    """One query."""
    found = Factors()
    for factor in Authenticator.objects.filter(user=member).order_by("created_at", "pk"):
        if factor.type == Authenticator.Type.WEBAUTHN:
            found.passkeys.append(factor)
        elif factor.type == Authenticator.Type.TOTP:
            found.totp = factor
        else:
            found.codes_left = len(factor.wrap().get_unused_codes())
    return found


def sessions(member: Member, *, now: datetime) -> QuerySet[UserSession]:
    """The sessions in which somebody is signed in as this member, the latest in use first."""
    living = Session.objects.filter(expire_date__gt=now).values("session_key")
    return UserSession.objects.filter(user=member, session_key__in=living).order_by("-last_seen_at", "-pk")


def recent_sign_ins(member: Member) -> QuerySet[SignIn]:
    return SignIn.objects.filter(member=member).select_related("device").order_by("-happened_at", "-pk")[:SHOWN]


def recent_events(member: Member) -> QuerySet[SafetyEvent]:
    return SafetyEvent.objects.filter(member=member).order_by("-happened_at", "-pk")[:SHOWN]


def alerts() -> tuple[list[Alert], list[Alert]]:
    """The open ones, and the latest that were closed."""
    rows = Alert.objects.select_related("member", "closed_by").order_by("-opened_at", "-pk")
    return list(rows.filter(closed_at=None)[:SHOWN]), list(rows.exclude(closed_at=None)[:SHOWN])


def knows_browser(login: str, device: str) -> bool:
    """Whether whoever has this name or address has signed in from this browser before."""
    person = Q(member__username=login.lower()) | Q(member__email__iexact=login)
    return bool(login) and Device.objects.filter(person, token_hash=device, trusted_from__isnull=False).exists()


def is_slowed_down(*, now: datetime) -> bool:
    """Whether passwords from unknown browsers are not taken just now."""
    alerts = Alert.objects.filter(code=AlertCode.CREDENTIAL_STUFFING, closed_at=None)
    return alerts.filter(last_seen_at__gt=now - SLOW_FOR).exists()


def is_stuffing(network: str, *, now: datetime) -> bool:
    """Many names from one network, or many more failures everywhere than is usual."""
    recent = FailedSignIn.objects.filter(happened_at__gt=now - BURST, happened_at__lte=now)
    counts: dict[str, Any] = recent.aggregate(
        names=Count("name_hash", filter=Q(network=network), distinct=True), failures=Count("pk")
    )
    if counts["names"] >= BURST_NAMES:
        return True
    return counts["failures"] > BURST_FAILURES and counts["failures"] > BURST_TIMES_MEDIAN * usual_failures(now=now)


def usual_failures(*, now: datetime) -> float:
    """The median of failures in ten minutes, over the seven days before this burst."""
    until = now - BURST
    parameters: dict[str, Any] = {"since": until - MEDIAN_OVER, "until": until, "step": BURST}
    with connection.cursor() as cursor:
        cursor.execute(MEDIAN, parameters)
        return float(cursor.fetchone()[0] or 0)
