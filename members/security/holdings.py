"""What keeping accounts safe holds about people."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commons.holdings import Erase, Holding, Retention, declare, tells_of_nobody
from members.security import actions
from members.security.enums import KEEP_SIGN_INS
from members.security.models import Alert, Device, SafetyEvent, SignIn

WHY_SIGN_INS = _("So that you and we notice a stranger.")

declare(
    Holding(
        model=Authenticator,
        title=_("Your second steps: passkeys, apps, recovery codes"),
        activity="security.auth_log",
        of=lambda member: Authenticator.objects.filter(user=member),
        personal={"user": "pd:Username", "data": "pd:Authenticating"},
        file="security/second-steps",
        export=("id", "type", "created_at", "last_used_at"),
        order=85,
    ),
    Holding(
        model=UserSession,
        title=_("The browsers in which you are signed in"),
        activity="security.auth_log",
        of=lambda member: UserSession.objects.filter(user=member),
        personal={
            "user": "pd:Username",
            "ip": "pd:Identifier",
            "session_key": "pd:Identifier",
            "user_agent": "pd:UserAgent",
            "data": "pd:UserAgent",
        },
        file="security/browsers",
        export=("id", "created_at", "last_seen_at", "user_agent"),
        order=75,
    ),
    Holding(
        model=SignIn,
        title=_("When and how you signed in"),
        activity="security.auth_log",
        of=lambda member: SignIn.objects.filter(member=member),
        personal={"member": "pd:Username", "network": "pd:Identifier"},
        file="security/sign-ins",
        export=("id", "happened_at", "method", "device__words", "network"),
        order=84,
        retention=(
            Retention(
                code="security.sign_ins",
                what=_("Sign-ins, browsers, and what happened to the safety of an account"),
                keep=KEEP_SIGN_INS,
                then=_("deleted"),
                why=WHY_SIGN_INS,
            ),
        ),
    ),
    Holding(
        model=Device,
        title=_("Browsers that we know as yours"),
        activity="security.auth_log",
        of=lambda member: Device.objects.filter(member=member),
        personal={"member": "pd:Username", "token_hash": "pd:Identifier", "words": "pd:UserAgent"},
        file="security/devices",
        export=("id", "words", "first_seen_at", "last_seen_at"),
        order=85,
    ),
    Holding(
        model=SafetyEvent,
        title=_("What happened to the safety of your account"),
        activity="security.auth_log",
        of=lambda member: SafetyEvent.objects.filter(member=member),
        personal={"member": "pd:Username"},
        file="security/events",
        export=("id", "code", "happened_at"),
        order=84,
    ),
    Holding(
        model=Alert,
        title=_("Warnings about your account, and those that you looked after"),
        activity="security.abuse_detection",
        of=lambda member: Alert.objects.filter(Q(member=member) | Q(closed_by=member)),
        personal={"member": "pd:Username", "closed_by": "pd:Username"},
        file="security/alerts",
        export=("id", "code", "opened_at", "closed_at"),
        erase=Erase(
            run=lambda leaver: actions.forget_alerts(member=leaver.member),
            left=lambda leaver: Alert.objects.filter(member=leaver.member).count(),
        ),
        order=84,
    ),
)
tells_of_nobody(
    "security.FailedSignIn", reason="keyed hashes that lead back to nobody, counted for eight days and then deleted"
)
