from typing import Any

from django.contrib import admin

from members.people.models import Topic
from members.people.queries import normalised


@admin.register(Topic)
class TopicAdmin(admin.ModelAdmin):
    """Where the community's suggestions are chosen."""

    list_display = ["name", "is_suggested"]
    list_filter = ["is_suggested"]
    search_fields = ["name"]
    readonly_fields = ["normalised"]

    def save_model(self, request: Any, obj: Topic, form: Any, change: bool) -> None:  # noqa: FBT001 (Django's signature)
        obj.normalised = normalised(obj.name)
        super().save_model(request, obj, form, change)
