from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from members.models import Member, UnclaimedAuthor


@admin.register(Member)
class MemberAdmin(UserAdmin):
    list_display = ["username", "display_name", "standing", "roles", "date_joined"]
    list_filter = ["standing"]
    search_fields = ["username", "display_name"]
    fieldsets = [
        (None, {"fields": ["username", "display_name", "email", "password", "language"]}),
        ("Community", {"fields": ["standing", "roles", "groups"]}),
        ("Access", {"fields": ["is_active", "is_superuser", "user_permissions"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "display_name", "email", "usable_password", "password1", "password2"]})
    ]


@admin.register(UnclaimedAuthor)
class UnclaimedAuthorAdmin(admin.ModelAdmin):
    list_display = ["display_name", "claimed_by", "claimed_at"]
    readonly_fields = ["address_hash"]
    raw_id_fields = ["claimed_by"]
