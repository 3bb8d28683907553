"""allauth, told how Commons keeps accounts safe."""

from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from commons import clock, keys, qr, ratelimit
from members.adapter import AccountAdapter as PlainAccountAdapter
from members.models import Member
from members.security import actions, devices, queries, traces

SEALS = "second factors"


class AccountAdapter(PlainAccountAdapter):
    """Guesses are slowed down for each browser, so that nobody can lock somebody else out."""

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        now, device = clock.now(), traces.device(devices.token(request))
        if queries.knows_browser(_login(credentials), device):
            if not ratelimit.spend("security.known_browser", key=device, now=now):
                raise self.validation_error("too_many_login_attempts")
            return
        if queries.is_slowed_down(now=now):
            raise ValidationError(
                _(
                    "Somebody is trying out passwords here, so just now we take none from a browser that we do not "
                    "know. Let us mail you a code, or use a passkey."
                )
            )
        super().pre_authenticate(request, **credentials)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        actions.note_failure(login=_login(credentials), network=traces.network(request), now=clock.now())
        super().authentication_failed(request, **credentials)


class MFAAdapter(DefaultMFAAdapter):
    """Secrets are encrypted, labels say no address, and names are ours."""

    def get_totp_label(self, user: Member) -> str:
        return user.username

    def get_totp_issuer(self) -> str:
        return settings.SITE_NAME

    def build_totp_svg(self, url: str) -> str:
        return qr.svg(url)

    def encrypt(self, text: str) -> str:
        return keys.box(SEALS).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return keys.box(SEALS).decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user: Member, type: Authenticator.Type) -> str:  # noqa: A002 (allauth's signature)
        count = Authenticator.objects.filter(user=user, type=type).count()
        return _("Passkey %(number)s") % {"number": count + 1} if count else _("Passkey")

    def _get_site_name(self) -> str:
        return settings.SITE_NAME

    def _get_user_identifier(self, user: Member) -> str:
        return user.username


def _login(credentials: dict[str, Any]) -> str:
    return str(credentials.get("email") or credentials.get("username") or "")
