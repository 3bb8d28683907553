from django.contrib import admin
from guardian.admin import GuardedModelAdmin

from forum.models import Category


@admin.register(Category)
class CategoryAdmin(GuardedModelAdmin):
    """Names, order and audience of the categories; "Object permissions" says who moderates and who sees."""

    list_display = ["name", "slug", "position", "visibility", "thread_count", "post_count"]
    list_editable = ["position"]
    prepopulated_fields = {"slug": ["name"]}
