"""Who may do what with people and their old letters."""

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from commons.access import Allowed, Denied, Verdict
from members.models import Member, UnclaimedAuthor

type Person = Member | AnonymousUser


def can_contribute(person: Person) -> Verdict:
    """What every room asks before anybody gives anything."""
    if not isinstance(person, Member):
        return Denied(_("Sign in to take part."))
    if not person.is_active:
        return Denied(_("This account is closed."))
    if person.is_suspended:
        return Denied(_("Your account is suspended, so you can read but not write for now."))
    return Allowed()


def can_claim(member: Member, author: UnclaimedAuthor) -> Verdict:
    if author.is_former:
        return Denied(_("This person was here and has left. Nobody can claim what they wrote."))
    if author.claimed_by_id is not None:
        return Denied(_("Somebody has already shown that these posts are theirs."))
    return can_contribute(member)
