"""Who sent a letter, as far as it can be believed."""

import re
from email.message import Message
from email.utils import getaddresses

from allauth.account.models import EmailAddress
from django.conf import settings

from members.models import Member

NOT_A_RESULT = re.compile(r'\([^()]*\)|"[^"]*"')


def addresses(letter: Message) -> list[str]:
    """Everybody whom it says it is from."""
    values = [str(value) for value in letter.get_all("from") or []]
    return [address.lower() for _name, address in getaddresses(values) if "@" in address]


def owns(member: Member, address: str) -> bool:
    """Whether the member has proved that this address is theirs."""
    return EmailAddress.objects.filter(user=member, email=address.lower(), verified=True).exists()


def owner(address: str) -> Member | None:
    found = EmailAddress.objects.filter(email=address.lower(), verified=True).select_related("user").first()
    return found.user if found else None


def dmarc(letter: Message) -> str:
    """What our own mail server found out (RFC 8601), in its topmost header; what anybody else claims is not read.

    Only the method at the head of a part counts: what follows it can be written by whoever sent the letter.
    """
    for value in letter.get_all("authentication-results") or []:
        server, *results = NOT_A_RESULT.sub("", str(value)).split(";")
        if settings.MAIL_AUTHENTICATOR and server.split()[:1] == [settings.MAIL_AUTHENTICATOR]:
            heads = (result.split()[0].lower().partition("=") for result in results if result.split())
            return next((found for method, _is, found in heads if method == "dmarc"), "")
    return ""


def is_proved(letter: Message) -> bool:
    """Whether the sender's own domain vouches for the letter."""
    return dmarc(letter) == "pass"


def is_forged(letter: Message) -> bool:
    return dmarc(letter) == "fail"
