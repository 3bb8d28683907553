"""Proving an address: a code goes there once; the session remembers its hash, never the address."""

import hmac
import time
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.utils.crypto import get_random_string

from commons import letters
from members import addresses, queries
from members.models import Member, UnclaimedAuthor

SESSION_KEY = "claim"
CODE_LENGTH = 8
CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ23456789"
CODE_SECONDS = 15 * 60
ATTEMPTS = 3


def is_already_proved(member: Member, author: UnclaimedAuthor) -> bool:
    """Whether the author's address is one that the member has shown to be theirs."""
    return any(is_address_of(author, address) for address in queries.proved_addresses(member))


def is_address_of(author: UnclaimedAuthor, address: str) -> bool:
    return hmac.compare_digest(addresses.hashed(address), bytes(author.address_hash))


def ask(session: Any, *, author: UnclaimedAuthor, address: str) -> None:
    """Send a code if the address is the author's. The answer to the reader is the same if it is not."""
    code = get_random_string(CODE_LENGTH, CODE_LETTERS)
    if is_address_of(author, address):
        letters.post("members/email/claim_code.txt", to=address, context={"code": code, "author": author})
    session[SESSION_KEY] = {
        "author": author.pk,
        "code": make_password(code),
        "until": time.time() + CODE_SECONDS,
        "attempts": ATTEMPTS,
    }


def is_waiting(session: Any, *, author: UnclaimedAuthor) -> bool:
    claim = session.get(SESSION_KEY)
    return bool(claim) and claim["author"] == author.pk and claim["until"] > time.time() and claim["attempts"] > 0


def is_proved(session: Any, *, author: UnclaimedAuthor, code: str) -> bool:
    """Whether this is the code that was sent; a few tries, then it is worth nothing."""
    if not is_waiting(session, author=author):
        return False
    claim = session[SESSION_KEY]
    if check_password(code.strip().upper(), claim["code"]):
        del session[SESSION_KEY]
        return True
    session[SESSION_KEY] = {**claim, "attempts": claim["attempts"] - 1}
    return False
