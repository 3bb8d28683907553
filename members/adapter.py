"""allauth, told how Commons does it."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils.text import slugify

from members.enums import INVITATION_KEY, Joining
from members.models import Member


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whoever was invited may always come in; what else is open, the community has chosen."""
        return settings.JOINING == Joining.OPEN or INVITATION_KEY in request.session

    def populate_username(self, request: HttpRequest, user: Member) -> None:  # noqa: ARG002 (allauth's signature)
        """A username made of the name that others see; never of the address, which is nobody's business."""
        user.username = user.username or self.generate_unique_username([slugify(user.display_name), "member"])

    def clean_username(self, username: str, shallow: bool = False) -> str:  # noqa: FBT001, FBT002 (allauth's signature)
        return super().clean_username(username.lower(), shallow=shallow)

    def save_user(self, request: Any, user: Member, form: Any, commit: bool = True) -> Member:  # noqa: FBT001, FBT002 (allauth's signature)
        user.display_name = form.cleaned_data["display_name"]
        return super().save_user(request, user, form, commit=commit)
