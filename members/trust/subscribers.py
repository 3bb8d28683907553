"""What trust does when something happens elsewhere."""

from datetime import datetime

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from commons import clock
from commons.outbox import subscribes
from members.models import Member
from members.trust import actions, letters, queries
from members.trust.enums import SESSION_KEY
from members.trust.models import DataAccess


@subscribes("forum.post_created")
def note_post(*, author: int, written_at: str, **_payload: object) -> None:
    """A newcomer's post is a step towards being a member."""
    actions.note_post(author=author, written_at=datetime.fromisoformat(written_at), now=clock.now())


@subscribes("forum.post_removed")
def note_removal(*, post: int, author: int) -> None:
    """A newcomer whose post was removed takes part a little longer first."""
    actions.note_removal(author=author, post=post, now=clock.now())


@subscribes("trust.glass_broken", is_urgent=True)
def write_to_those_concerned(*, access: int, member: int) -> None:
    opened = DataAccess.objects.with_people().filter(pk=access).first()
    to = Member.objects.filter(pk=member, is_active=True).first()
    if opened and to:
        letters.emergency(opened, to=to)


@receiver(user_logged_in)
def tell_with_the_first_page(request: HttpRequest, user: Member, **_kwargs: object) -> None:
    """Whoever signs in and has something to hear is told at once; the others are looked after in two minutes."""
    request.session[SESSION_KEY] = "" if queries.untold(user) else clock.now().isoformat()
