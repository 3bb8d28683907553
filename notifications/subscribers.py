"""What is told of on the ground floor of the house, and how a notice finds its people."""

from django.db import transaction

from commons import clock
from commons.outbox import subscribes
from members.consent.enums import STANDING
from members.contact.models import ContactRequest, Message
from notifications import actions, tasks
from notifications.enums import Reason

LETTERS = {"email.replies", "email.digest", "email.list"}


@subscribes("notifications.announced")
def hand_over(*, notice: int) -> None:
    """Few are told at once, and that is most often everybody; many by a task of its own, in chunks."""
    if actions.tell_few(notice=notice, now=clock.now()):
        transaction.on_commit(lambda: tasks.tell_members.delay(notice=notice), robust=True)


@subscribes("contact.requested")
def tell_of_request(*, request: int) -> None:
    found = ContactRequest.objects.filter(pk=request).first()
    if found:
        news = actions.News(
            kind="contact.request",
            subject=f"contact.request:{found.pk}",
            actor=found.asker_id,
            directly={found.asked_id: Reason.REQUEST},
        )
        actions.announce(news, now=clock.now())


@subscribes("contact.message_sent")
def tell_of_message(*, message: int) -> None:
    found = Message.objects.select_related("conversation").filter(pk=message).first()
    if found:
        first, second = found.conversation.first_id, found.conversation.second_id
        news = actions.News(
            kind="contact.message",
            subject=f"contact.message:{found.pk}",
            actor=found.author_id,
            bundle=f"contact.conversation:{found.conversation_id}",
            directly={second if found.author_id == first else first: Reason.MESSAGE},
        )
        actions.announce(news, now=clock.now())


@subscribes("consent.changed")
def look_anew(*, member: int, purpose: str, state: str, **_payload: object) -> None:
    """Whoever says yes to letters need not wait for the next notice."""
    if purpose in LETTERS and state in STANDING:
        actions.look_anew(member=member, now=clock.now())
