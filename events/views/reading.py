"""The page of an event."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commons import clock
from commons.access import public
from commons.requests import PersonRequest
from events import parts, publishing, queries, rules, wording
from events.models import Event, Occurrence, Reader
from members.consent import gate
from members.models import Member


@public
@require_safe
def event(request: PersonRequest, event_id: int, title: str) -> HttpResponse:  # noqa: ARG001 (only a name)
    """An event with its dates, on its own clock and the reader's. Visitors learn names only after a yes."""
    now = clock.now()
    found, hosts, zone = queries.event_page(event_id, reader=request.user)
    dates = queries.dates_of(found, key=request.GET.get("on", ""), now=now)
    shown, coming, before = dates
    told, is_host = parts.of(found, shown, reader=request.user, now=now), rules.is_host(request.user, found)
    context = {
        "event": found,
        "shown": shown,
        "coming": coming,
        "before": before,
        "later": queries.later_than(dates, found, now=now) if not found.is_cancelled else None,
        "again": wording.in_words(found.recurrence, first=found.first_wall),
        "zone": zone.key,
        "is_other_clock": shown and not found.is_all_day and _is_other_clock(shown, zone),
        "hosts": _named(hosts, request.user, now=now),
        "shows_address": found.place and found.place.shows_address_to(request.user),
        "can_change": rules.can_change(request.user, found),
        "is_off": shown.is_cancelled if shown else found.is_cancelled,
        "can_move": shown and rules.can_move(request.user, found, shown, now=now),
        "can_cancel_date": shown and rules.can_cancel_date(request.user, found, shown, now=now),
        "can_cancel": rules.can_cancel(request.user, found, dates.around, now=now),
        "can_confirm": rules.can_confirm(request.user, found, now=now),
        "can_publish": rules.can_publish(request.user, found) if found.is_draft else None,
        "can_invite": rules.can_invite(request.user, found),
        "talk": queries.talk_of(found, reader=request.user) if not found.is_draft else None,
        "can_talk": rules.can_talk(request.user, found),
        "parts": told,
        "online_link": found.online_link if is_host else parts.link_of(told),
        "is_host": is_host,
        "linked_data": _linked_data(found, shown) if found.is_public and shown and not found.is_draft else "",
        "here": request.get_full_path(),
    }
    return render(request, "events/event.html", context)


def _is_other_clock(shown: Occurrence, zone: ZoneInfo) -> bool:
    return shown.starts_at.astimezone(zone).utcoffset() != shown.local_start.utcoffset()


def _named(hosts: Sequence[Member], reader: Reader, *, now: datetime) -> Sequence[Member]:
    if isinstance(reader, Member):
        return hosts
    standing = gate.standing_events([host.pk for host in hosts], ["content.public"], now=now)["content.public"]
    return [host for host in hosts if host.pk in standing]


def _linked_data(found: Event, shown: Any) -> str:
    """JSON for machines, with nothing in it that could end the element it stands in."""
    told = json.dumps(publishing.linked_data(found, shown, base=settings.SITE_URL), ensure_ascii=False)
    return told.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
