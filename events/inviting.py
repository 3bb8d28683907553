"""An event in the words of a mail. It names nobody, and no address or link that is not for everybody."""

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from commons.markup import plain_text
from events import wording
from events.models import Event, Occurrence

WORDS_MAX = 1500


def invitation(event: Event, shown: Occurrence | None) -> str:
    """Plain text to paste into a mail: what, when, where, and the address with the rest."""
    parts = [
        shown.name if shown else event.title,
        "\n".join(filter(None, [when(event, shown), again(event), *where(event)])),
        plain_text(event.html, limit=WORDS_MAX),
        address_of(event, shown),
    ]
    return "\n\n".join(filter(None, parts))


def when(event: Event, shown: Occurrence | None) -> str:
    """A date on the event's own clock."""
    if shown is None:
        return date_format(event.first_date, "l j F Y")
    start, end = shown.local_start, shown.local_end
    if event.is_all_day:
        days = [date_format(day, "l j F Y") for day in dict.fromkeys((start.date(), shown.last_day.date()))]
        return " – ".join(days)
    until = date_format(end, "H:i" if end.date() == start.date() else "l j F, H:i")
    return f"{date_format(start, 'l j F Y, H:i')} – {until} ({event.time_zone})"


def again(event: Event) -> str:
    """How it repeats, as a sentence begins."""
    said = wording.in_words(event.recurrence, first=event.first_wall)
    return said[:1].upper() + said[1:]


def where(event: Event) -> list[str]:
    """The place as everybody may know it, and that one can take part online."""
    found = []
    if event.is_somewhere and event.place:
        found.append(", ".join(filter(None, [str(event.place), event.place.open_address])))
    if event.is_online:
        found.append(_("You can take part online. The link is on the page of the event."))
    return found


def address_of(event: Event, shown: Occurrence | None) -> str:
    return settings.SITE_URL + (shown.get_absolute_url() if shown else event.get_absolute_url())
