"""Who sent a letter, as far as it can be believed."""

import re
from email.message import Message
from email.utils import getaddresses

from allauth.account.models import EmailAddress
from django.conf import settings

from members.models import Member

RESULT = re.compile(r"\b(dmarc|dkim|spf)\s*=\s*([a-z]+)", re.IGNORECASE)


def addresses(letter: Message) -> list[str]:
    """Everybody whom it says it is from."""
    values = [str(value) for value in letter.get_all("from") or []]
    return [address.lower() for _name, address in getaddresses(values) if "@" in address]


def owns(member: Member, address: str) -> bool:
    """Whether the member has proved that this address is theirs."""
    return EmailAddress.objects.filter(user=member, email__iexact=address, verified=True).exists()


def owner(address: str) -> Member | None:
    found = EmailAddress.objects.filter(email__iexact=address, verified=True).select_related("user").first()
    return found.user if found else None


def results(letter: Message) -> dict[str, str]:
    """What our own mail server found out (RFC 8601). What anybody else claims is not read."""
    found: dict[str, str] = {}
    for value in letter.get_all("authentication-results") or []:
        server, _semicolon, rest = str(value).partition(";")
        if settings.MAIL_AUTHENTICATOR and server.split()[:1] == [settings.MAIL_AUTHENTICATOR]:
            found.update({method.lower(): result.lower() for method, result in RESULT.findall(rest)})
    return found


def is_proved(letter: Message) -> bool:
    """Whether the sender's own domain vouches for the letter."""
    return results(letter).get("dmarc") == "pass"


def is_forged(letter: Message) -> bool:
    return results(letter).get("dmarc") == "fail"
