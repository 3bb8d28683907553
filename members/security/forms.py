"""What somebody types to be let in."""

from allauth.account.forms import RequestLoginCodeForm
from allauth.account.internal.userkit import filter_users_by_email
from allauth.core import context
from django import forms
from django.utils.translation import gettext as _

from commons import clock, ratelimit
from members.security import devices, queries, traces


class RequestCode(RequestLoginCodeForm):
    """From a known browser a code can be had whatever others ask for, so that nobody can be locked out."""

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        device = traces.device(devices.token(context.request))
        if not queries.knows_browser(email, device):
            return super().clean_email()
        if not ratelimit.spend("security.known_browser", key=device, now=clock.now()):
            raise forms.ValidationError(_("You asked for many codes. Please wait a few minutes."))
        users = filter_users_by_email(email, is_active=True, prefer_verified=True, for_login=True)
        self._user = users[0] if users else None
        return email
