"""What a browser hands over, and how its owner calls it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commons import net
from notifications.devices import sealing
from notifications.devices.actions import Subscription
from notifications.devices.enums import ENDPOINT_MAX_LENGTH, NAME_MAX_LENGTH
from notifications.devices.posting import ERRAND

STRANGE = _("This browser answered in a way that we do not understand, so nothing was added. Please try another one.")
KEY_MAX_LENGTH = 120


class SubscriptionForm(forms.Form):
    """As the Push API names the parts: where to, the browser's key, and a secret between the two."""

    endpoint = forms.CharField(max_length=ENDPOINT_MAX_LENGTH)
    p256dh = forms.CharField(max_length=KEY_MAX_LENGTH)
    auth = forms.CharField(max_length=KEY_MAX_LENGTH)

    def clean_endpoint(self) -> str:
        try:
            net.check(self.cleaned_data["endpoint"], errand=ERRAND)
        except net.NotAllowed as refused:
            raise forms.ValidationError(str(refused.reason), code="not_allowed") from None
        return self.cleaned_data["endpoint"]

    def clean_p256dh(self) -> bytes:
        raw = _decoded(self.cleaned_data["p256dh"])
        if not sealing.is_point(raw):
            raise forms.ValidationError(STRANGE, code="no_point")
        return raw

    def clean_auth(self) -> bytes:
        raw = _decoded(self.cleaned_data["auth"])
        if len(raw) != sealing.SECRET_BYTES:
            raise forms.ValidationError(STRANGE, code="no_secret")
        return raw

    @property
    def subscription(self) -> Subscription:
        found: dict[str, Any] = self.cleaned_data
        return Subscription(endpoint=found["endpoint"], public_key=found["p256dh"], secret=found["auth"])


class NameForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=NAME_MAX_LENGTH)


def _decoded(text: str) -> bytes:
    try:
        return sealing.decode(text)
    except ValueError:
        raise forms.ValidationError(STRANGE, code="no_base64") from None
