"""What follows when a letter came in, or when an address takes none any more."""

from email import message_from_bytes
from email.policy import compat32

from django.db import transaction

from commons import clock
from commons.outbox import subscribes
from notifications import actions as notifications
from notifications.bridge import letters, reading, sealing, senders, tasks
from notifications.bridge.enums import Outcome
from notifications.bridge.models import Incoming
from notifications.enums import Reason


@subscribes("bridge.letter_received")
def hand_over(*, letter: int) -> None:
    """To a task of its own, so that a letter that cannot be read holds up nothing else."""
    transaction.on_commit(lambda: tasks.read.delay(incoming=letter), robust=True)


@subscribes("bridge.address_stopped")
def tell_of_stopped_address(*, member: int) -> None:
    """In the inbox, as it can't be told by letter."""
    now = clock.now()
    news = notifications.News(
        kind="bridge.address", subject=f"bridge.address:{member}:{now:%Y%m%d}", directly={member: Reason.REQUEST}
    )
    notifications.announce(news, now=now)


@subscribes("bridge.letter_settled")
def tell_of_letter(*, letter: int) -> None:
    """Its writer, where something is left for them to know or to do; tried again while no mail leaves."""
    incoming = Incoming.objects.select_related("member").filter(pk=letter).first()
    if incoming is None:  # its owner was erased, or its time was over
        return
    raw, now = sealing.unseal(incoming.sealed_letter), clock.now()
    read = reading.read(raw, now=now)
    to = next(iter(senders.addresses(message_from_bytes(raw, policy=compat32))), "")
    if incoming.outcome == Outcome.REFUSED:
        _say_in_inbox(incoming)
        letters.refuse(incoming, to=to, read=read, now=now)
    elif incoming.outcome == Outcome.ASKED:
        letters.ask_whether_theirs(incoming, to=to, read=read)
    elif incoming.outcome == Outcome.HANDED_ON:
        letters.hand_on(read)
    elif read.left_behind:
        letters.tell_of_files(incoming, to=to, read=read, now=now)


def _say_in_inbox(incoming: Incoming) -> None:
    news = notifications.News(
        kind="bridge.letter",
        subject=f"bridge.letter:{incoming.pk}",
        directly={incoming.member_id: Reason.REQUEST} if incoming.member_id else {},
    )
    notifications.announce(news, now=clock.now())
