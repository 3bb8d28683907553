"""What the members' pages ask for."""

from allauth.account.models import EmailAddress
from django.shortcuts import get_object_or_404

from members.models import Member, UnclaimedAuthor


def unclaimed_author(author_id: int) -> UnclaimedAuthor:
    return get_object_or_404(UnclaimedAuthor.objects.select_related("claimed_by"), pk=author_id)


def proved_addresses(member: Member) -> list[str]:
    """The addresses that a member has shown to be theirs."""
    return list(EmailAddress.objects.filter(user=member, verified=True).values_list("email", flat=True))
