"""Who hosts an event together."""

from django.contrib.auth.models import Permission
from django.db import transaction

from events.models import HOST, Event, EventUserPermission
from members.models import Member


@transaction.atomic
def add_host(*, event: Event, member: Member) -> None:
    """Let a member host the event with the others: change it, confirm it, cancel it."""
    permission = Permission.objects.get(content_type__app_label="events", codename=HOST)
    EventUserPermission.objects.get_or_create(content_object=event, user=member, permission=permission)


@transaction.atomic
def remove_host(*, event: Event, member: Member) -> None:
    """Somebody hosts it no more. Whoever began it stays."""
    EventUserPermission.objects.filter(content_object=event, user=member).delete()
