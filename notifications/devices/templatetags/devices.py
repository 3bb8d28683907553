"""The reader's devices, on the page that says how they are told."""

from typing import Any

from django import template
from django.template import Context

from commons import clock
from members.models import Member
from notifications.devices import delivery, queries, sealing

register = template.Library()


@register.inclusion_tag("devices/own.html", takes_context=True)
def own_devices(context: Context) -> dict[str, Any]:
    reader: Member = context["user"]
    return {
        "csrf_token": context["csrf_token"],
        "user": reader,
        "is_wanted": delivery.is_wanted(reader, now=clock.now()),
        "devices": list(queries.devices_of(reader)),
        "site_key": sealing.public_key(),
    }
