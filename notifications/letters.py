"""Writing letters that can be answered, ended with one press, and returned."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from commons import undeliverable
from members.consent import gate, letters
from members.consent.uses import SINKS
from members.models import Member
from notifications import envelopes, tokens
from notifications.actions import delivering
from notifications.kinds import Described


def write(
    member: Member,
    sink: str,
    template: str,
    *,
    context: Mapping[str, Any],
    now: datetime,
    about: Described | None = None,
) -> bool:
    """Send a letter if its purpose has a yes right now. False if it has none, or there is nowhere to send it.

    `about` is what it tells of, if it is one thing: such a letter stands in its thread, and can be answered.
    """
    purpose = SINKS[sink][0]
    if not member.email or not gate.allows(member, purpose, now=now) or undeliverable.is_stopped(member.email):
        return False
    is_of_list = sink == "list_letter" and about is not None and about.mailing is not None
    sent = delivering.write_down(
        member=member,
        purpose=purpose,
        place=about.answer_to if about else "",
        list_place=about.mailing.place if is_of_list and about and about.mailing else "",
        now=now,
    )
    words = {
        **context,
        "about": about,
        "is_answerable": bool(about and about.answer_to and tokens.address("r", sent)),
        "marker": envelopes.marker(),
    }
    return letters.send(
        member,
        sink,
        template,
        context=words,
        now=now,
        envelope=envelopes.envelope(sent, about),
        stop=envelopes.stop_link(sent),
    )
