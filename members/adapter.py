"""allauth, told how Commons does it."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter

from members.models import Member


class AccountAdapter(DefaultAccountAdapter):
    def clean_username(self, username: str, shallow: bool = False) -> str:  # noqa: FBT001, FBT002 (allauth's signature)
        return super().clean_username(username.lower(), shallow=shallow)

    def save_user(self, request: Any, user: Member, form: Any, commit: bool = True) -> Member:  # noqa: FBT001, FBT002 (allauth's signature)
        user.display_name = form.cleaned_data["display_name"]
        return super().save_user(request, user, form, commit=commit)
