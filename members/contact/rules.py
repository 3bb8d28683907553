"""Who may ask whom, and who may write. The sentences never tell that somebody said no to somebody."""

from datetime import datetime

from django.utils.translation import gettext as _

from commons.access import Denied, Verdict
from members.consent import gate
from members.contact.enums import ASK_AGAIN_AFTER
from members.contact.models import ContactRequest, Conversation
from members.models import Member
from members.rules import can_contribute


def can_ask(asker: Member, asked: Member, *, last: ContactRequest | None, is_blocked: bool, now: datetime) -> Verdict:
    """`last` is the asker's latest request to `asked`; a block looks like a person who takes no requests."""
    if asker.pk == asked.pk:
        return Denied(_("This is your own page."))
    if is_blocked or not asked.is_active or not gate.allows(asked, "contact.requests", now=now):
        return Denied(_("%(name)s does not take requests at the moment.") % {"name": asked})
    if last and now - last.asked_at < ASK_AGAIN_AFTER:
        return Denied(_("You asked not long ago. You can ask again after three months."))
    return can_contribute(asker)


def can_write(author: Member, conversation: Conversation, *, other: Member, is_blocked: bool, now: datetime) -> Verdict:
    """Only while the yes of both stands."""
    both = (gate.allows(person, "contact.messages", now=now, scope=conversation.scope) for person in (author, other))
    if is_blocked or not other.is_active or not all(both):
        return Denied(_("This conversation is closed. What was written stays readable for you both."))
    return can_contribute(author)
