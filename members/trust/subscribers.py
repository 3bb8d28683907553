"""What trust does when something happens elsewhere."""

from datetime import datetime

from commons import clock
from commons.outbox import subscribes
from members.models import Member
from members.trust import actions, letters
from members.trust.models import DataAccess


@subscribes("forum.post_created")
def note_post(*, author: int, written_at: str, **_payload: object) -> None:
    """A newcomer's post is a step towards being a member."""
    actions.note_post(author=author, written_at=datetime.fromisoformat(written_at), now=clock.now())


@subscribes("forum.post_removed")
def note_removal(*, post: int, author: int) -> None:
    """A newcomer whose post was removed takes part a little longer first."""
    actions.note_removal(author=author, post=post, now=clock.now())


@subscribes("trust.glass_broken")
def write_to_those_concerned(*, access: int, member: int) -> None:
    opened = DataAccess.objects.with_people().filter(pk=access).first()
    to = Member.objects.filter(pk=member, is_active=True).first()
    if opened and to:
        letters.emergency(opened, to=to)
