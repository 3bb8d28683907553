"""Letters that keep an account safe. They are not asked for: whoever has an account must learn of these."""

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse

from commons import letters
from members.models import Member
from members.security.enums import ANSWER_WITHIN
from members.security.models import SignIn

SALT = "was it you"


def new_device(sign_in: SignIn) -> None:
    link = settings.SITE_URL + reverse("security:was_it_you", args=[token(sign_in)])
    _post("security/email/new_device.txt", sign_in.member.email, member=sign_in.member, sign_in=sign_in, link=link)


def session_taken(member: Member) -> None:
    _post("security/email/session_taken.txt", member.email, member=member, link=_safety())


def change_put_off(member: Member, *, to: str) -> None:
    """To the address that we know, and to the one that it would have become."""
    for address in dict.fromkeys([member.email, to]):
        if _is_address(address):
            _post("security/email/change_put_off.txt", address, member=member, link=_safety())


def token(sign_in: SignIn) -> str:
    """What proves that somebody holds the letter about a sign-in."""
    return signing.dumps(sign_in.pk, salt=SALT)


def sign_in_of(letter: str) -> int | None:
    """Which sign-in a letter is about; None if the link is not ours or too old."""
    try:
        return int(signing.loads(letter, salt=SALT, max_age=ANSWER_WITHIN))
    except signing.BadSignature:
        return None


def _safety() -> str:
    return settings.SITE_URL + reverse("security:overview")


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _post(template: str, to: str, **context: object) -> None:
    if to:
        letters.post(template, to=to, context={**context, "site_name": settings.SITE_NAME})
