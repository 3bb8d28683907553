"""What the members' pages ask for."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from members.models import Member, UnclaimedAuthor


def unclaimed_author(author_id: int) -> UnclaimedAuthor:
    return get_object_or_404(UnclaimedAuthor.objects.select_related("claimed_by"), pk=author_id)


def proved_addresses(member: Member) -> list[str]:
    """The addresses that a member has shown to be theirs."""
    return list(EmailAddress.objects.filter(user=member, verified=True).values_list("email", flat=True))


def session_keys(member: Member) -> list[str]:
    """The sessions in which somebody is signed in. Each session is opened, since Django does not say whose it is."""
    sessions = Session.objects.order_by("session_key").iterator(chunk_size=1000)
    return [one.session_key for one in sessions if one.get_decoded().get("_auth_user_id") == str(member.pk)]


def addresses_of(member: Member) -> list[str]:
    """Every address that a member has told us."""
    told = EmailAddress.objects.filter(user=member).order_by("pk").values_list("email", flat=True)
    return [address for address in dict.fromkeys([member.email, *told]) if address]


def names_alone(member: Member) -> list[str]:
    """Those of somebody's names that nobody else has, or had: a line with one of them is about this person."""
    names = member.all_names
    others = Member.objects.exclude(pk=member.pk).filter(Q(display_name__in=names) | Q(former_names__overlap=names))
    taken = {name for other in others.only("display_name", "former_names") for name in other.all_names}
    return [name for name in names if name not in taken]


def never_confirmed(*, before: datetime) -> QuerySet[Member]:
    """Sign-ups from before that moment whose address nobody has ever proved; nobody could sign in with them."""
    proved = EmailAddress.objects.filter(verified=True).values("user")
    told = EmailAddress.objects.filter(verified=False).values("user")
    return Member.objects.filter(date_joined__lt=before, last_login=None, pk__in=told).exclude(pk__in=proved)


def log_lines(member: Member) -> QuerySet[LogEntry]:
    """What the administration wrote down about somebody, or about what they did there."""
    about = Q(content_type__app_label="members", content_type__model="member", object_id=str(member.pk))
    names = [*names_alone(member), member.username, *addresses_of(member)]
    return LogEntry.objects.filter(Q(user=member) | about | Q(object_repr__in=names))
