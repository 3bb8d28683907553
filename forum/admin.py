from django.conf import settings
from django.contrib import admin
from guardian.admin import GuardedModelAdmin

from forum import mirrors
from forum.models import Category, Mirror


@admin.register(Category)
class CategoryAdmin(GuardedModelAdmin):
    """Names, order and audience of the categories; "Object permissions" says who moderates and who sees."""

    list_display = ["name", "slug", "position", "visibility", "thread_count", "post_count"]
    list_editable = ["position"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Mirror)
class MirrorAdmin(admin.ModelAdmin):
    """Old lists that are copied here. The address is what the old list has to send its letters to."""

    list_display = ["list_name", "category", "is_running", "address", "last_letter_at"]
    list_select_related = ["category"]
    readonly_fields = ["address", "last_letter_at"]

    @admin.display
    def address(self, mirror: Mirror) -> str:
        return f"{mirrors.local_part(mirror)}@{settings.MAIL_DOMAIN}" if mirror.pk and settings.MAIL_DOMAIN else "–"
