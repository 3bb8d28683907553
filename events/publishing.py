"""An event in the words of schema.org, for search engines and other machines."""

from typing import Any

from django.conf import settings

from commons.markup import plain_text
from events.enums import Attendance
from events.models import Event, Occurrence

WORDS_SHOWN = 300
MODES = {
    Attendance.IN_PERSON: "OfflineEventAttendanceMode",
    Attendance.ONLINE: "OnlineEventAttendanceMode",
    Attendance.HYBRID: "MixedEventAttendanceMode",
}
SCHEMA = "https://schema.org"


def linked_data(event: Event, occurrence: Occurrence, *, base: str) -> dict[str, Any]:
    """One date as JSON-LD. It names no person, and no address or link that is not for everybody."""
    address = f"{base}{occurrence.get_absolute_url()}"
    start, end = occurrence.local_start, occurrence.local_end
    told: dict[str, Any] = {
        "@context": SCHEMA,
        "@type": "Event",
        "name": occurrence.name,
        "description": plain_text(event.html, limit=WORDS_SHOWN),
        "startDate": start.date().isoformat() if event.is_all_day else start.isoformat(),
        "endDate": occurrence.last_day.date().isoformat() if event.is_all_day else end.isoformat(),
        "eventAttendanceMode": f"{SCHEMA}/{MODES[Attendance(event.attendance)]}",
        "eventStatus": f"{SCHEMA}/{'EventCancelled' if occurrence.is_cancelled else 'EventScheduled'}",
        "location": _locations(event, address),
        "organizer": {"@type": "Organization", "name": settings.SITE_NAME, "url": base},
        "isAccessibleForFree": True,
        "url": address,
    }
    if event.language:
        told["inLanguage"] = event.language
    return told


def _locations(event: Event, address: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    if event.place and event.is_somewhere:
        where = event.place.open_address or event.place.area or event.place.name
        found.append({"@type": "Place", "name": event.place.name, "address": where})
    if event.is_online:
        found.append({"@type": "VirtualLocation", "url": address})
    return found
