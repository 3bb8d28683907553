"""Members in /admin/: no personal data, but while a look at it is open; and each look leaves a line."""

from importlib import import_module
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from commons import clock
from members.admin import MemberAdmin as PlainMemberAdmin
from members.models import Member
from members.trust import actions, queries
from members.trust.enums import Scope
from members.trust.models import DataAccess

SHOWN = {Scope.ADDRESS: ["email"], Scope.ACCOUNT: ["email", "language", "last_login"]}
PERSONAL = ("allauth.account", "allauth.mfa", "allauth.usersessions")

for app in filter(apps.is_installed, PERSONAL):
    import_module(f"{app}.admin")
    for model in filter(admin.site.is_registered, apps.get_app_config(app.rpartition(".")[2]).get_models()):
        admin.site.unregister(model)

admin.site.unregister(Member)


@admin.register(Member)
class MemberAdmin(PlainMemberAdmin):
    """Standing and groups can be changed; roles are given on the site, passwords and addresses are the person's own."""

    fieldsets = [
        (None, {"fields": ["username", "display_name"]}),
        ("Community", {"fields": ["standing", "roles", "groups"]}),
        ("Access", {"fields": ["is_active"]}),
    ]
    readonly_fields = ["roles", "email", "language", "last_login"]

    def get_fieldsets(self, request: HttpRequest, obj: Member | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        access = self._open_access(request, obj)
        if access is None:
            return fieldsets
        until = _("Personal data, open until %(time)s") % {"time": f"{access.until:%H:%M} UTC"}
        return [*fieldsets, (until, {"fields": SHOWN[Scope(access.scope)]})]

    def get_readonly_fields(self, request: HttpRequest, obj: Member | None = None) -> Any:
        return super().get_readonly_fields(request, obj) if obj else ["roles"]

    def get_urls(self) -> Any:
        """Without the page to set a password: whoever could do that could become the person."""
        return [url for url in super().get_urls() if url.name != "auth_user_password_change"]

    def render_change_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page itself; what it shows of somebody's data is written down."""
        if access := self._open_access(request, kwargs.get("obj")):
            actions.note_view(access=access, fields=SHOWN[Scope(access.scope)], now=clock.now())
        return super().render_change_form(request, *args, **kwargs)

    def save_model(self, request: Any, obj: Member, form: Any, change: bool) -> None:  # noqa: FBT001 (Django's signature)
        if change and "display_name" in form.changed_data:
            name, obj.display_name = obj.display_name, form.initial["display_name"]
            obj.take_name(name)
        super().save_model(request, obj, form, change)
        if change and "standing" in form.changed_data:
            before = form.initial["standing"]
            actions.note_standing(member=obj, before=before, by=request.user, now=clock.now())

    def has_delete_permission(self, *_args: Any, **_kwargs: Any) -> bool:
        """People leave by themselves; deleting somebody here would tear what others wrote."""
        return False

    def _open_access(self, request: HttpRequest, member: Member | None) -> DataAccess | None:
        if member is None or not isinstance(request.user, Member):
            return None
        return queries.open_access(request.user, member, now=clock.now())
