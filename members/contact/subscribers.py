"""Letters about contact: that somebody asked or wrote, never what."""

from commons import clock
from commons.outbox import subscribes
from members.consent import letters
from members.contact.models import ContactRequest, Message


@subscribes("contact.requested")
def tell_of_request(*, request: int) -> None:
    found = ContactRequest.objects.select_related("asker", "asked").filter(pk=request).first()
    if found:
        context = {"name": found.asker}
        letters.send(found.asked, "message_letter", "contact/email/requested.txt", context=context, now=clock.now())


@subscribes("contact.message_sent")
def tell_of_message(*, message: int) -> None:
    rows = Message.objects.select_related("author", "conversation__first", "conversation__second")
    if found := rows.filter(pk=message).first():
        context = {"name": found.author, "conversation": found.conversation}
        other = found.conversation.other_than(found.author)
        letters.send(other, "message_letter", "contact/email/message.txt", context=context, now=clock.now())
