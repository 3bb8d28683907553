"""What the welcome does when something happens elsewhere."""

from commons import clock
from commons.outbox import subscribes
from members.consent.enums import STANDING
from members.models import Member
from members.welcome import actions


@subscribes("forum.post_created")
def note_hello(
    *, author: int, thread: int, address: str, is_opening: bool, is_greeting: bool, **_payload: object
) -> None:
    """A newcomer's thread in the room for greetings is their hello; anybody else's reply there answers it."""
    if not is_opening:
        actions.note_answer(thread=thread, by=author, now=clock.now())
        return
    member = Member.objects.filter(pk=author).first()
    if is_greeting and member and member.is_newcomer:
        actions.note_hello(member=member, thread=thread, address=address, now=clock.now())


@subscribes("consent.changed")
def pair_or_part(*, member: int, purpose: str, state: str, **_payload: object) -> None:
    """A yes to a welcomer finds one; a yes taken back, on either side, ends the pairing."""
    if purpose not in {actions.BUDDY, actions.VOLUNTEER}:
        return
    now = clock.now()
    if state not in STANDING:
        actions.end_pairings_without_consent(member=member, purpose=purpose, now=now)
    actions.pair_all(now=now)


@subscribes("contact.ended")
def part(*, member: int, other: int) -> None:
    """Two people who want no contact are not a newcomer and their welcomer."""
    actions.part(one=member, other=other, now=clock.now())
