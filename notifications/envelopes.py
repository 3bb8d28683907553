"""The headers of a letter, by which other people's programs thread it, file it, end it and send it back.

RFC 2369 and 2919 (lists), 3834 (letters of machines), 5322 (threading), 8058 (ending it with one press).
"""

import re
from email.headerregistry import Address
from email.utils import parseaddr
from uuid import UUID, uuid5

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from commons import keys
from commons.letters import Envelope
from notifications import tokens
from notifications.kinds import Described, MailingList
from notifications.models import SentLetter

REFERENCES_MAX = 8
MARK = "##-##"
NUMBER_MAX = 19  # digits of a key
NOT_IN_AN_ID = re.compile(r"[^a-z0-9.-]+")
NAMESPACE = UUID("7e6f0d2c-7a0e-4a1d-9d0b-2f6c1f6f4c11")


def envelope(letter: SentLetter, about: Described | None) -> Envelope:
    """How this letter travels; `about` is the one thing that it tells of, if it is one."""
    headers = {
        "Message-ID": message_id(about.key if about and about.key else f"letter.{letter.pk}"),
        **_threading(about),
        **_ending(letter),
        "Auto-Submitted": "auto-generated",
        "Precedence": "list",
        "X-Auto-Response-Suppress": "All",
        "X-Commons-Instance": instance(),
        "Feedback-ID": f"{letter.purpose}:commons",
    }
    if about and about.who:
        headers["From"] = str(
            Address(f"{' '.join(about.who.split())} via {settings.SITE_NAME}", addr_spec=_own_address())
        )
    if about and about.answer_to and (answer := tokens.address("r", letter)):
        headers["Reply-To"] = answer
    if about and about.mailing:
        headers.update(_list(about.mailing, about))
    return Envelope(headers=headers, return_path=tokens.address("b", letter))


def message_id(key: str) -> str:
    """The Message-ID of a lasting key; one that came with a letter is kept."""
    return key if key.startswith("<") else f"<{NOT_IN_AN_ID.sub('.', key.lower())}@{host()}>"


def key_of(message_id: str) -> str:
    """The lasting key that one of our own Message-IDs was made of; empty if it is not ours."""
    local, _at, domain = message_id.strip("<>").rpartition("@")
    head, _dot, number = local.rpartition(".")
    return f"{head}:{number}" if domain == host() and number.isdecimal() and len(number) < NUMBER_MAX else ""


def marker() -> str:
    """The line above which an answer is written; the two signs make it easy to find in any language."""
    return f"{MARK} {_('Write your answer above this line')} {MARK}"


def stop_link(letter: SentLetter) -> str:
    return settings.SITE_URL + reverse("notifications:end", args=[tokens.token("u", letter)])


def instance() -> str:
    """A lasting name of this site, by which it knows its own letters when they come back round."""
    return str(uuid5(NAMESPACE, keys.derived("instance").hex()))


def host() -> str:
    return settings.MAIL_DOMAIN or _own_address().rpartition("@")[2]


def list_address(key: str) -> str:
    return f"{key}@{settings.MAIL_DOMAIN}"


def _threading(about: Described | None) -> dict[str, str]:
    if about is None or not about.answers:
        return {}
    above = [message_id(key) for key in about.answers][-REFERENCES_MAX:]
    return {"In-Reply-To": above[-1], "References": " ".join(above)}


def _ending(letter: SentLetter) -> dict[str, str]:
    by_mail = tokens.address("u", letter)
    ways = [f"<{stop_link(letter)}>", *([f"<mailto:{by_mail}?subject=unsubscribe>"] if by_mail else [])]
    return {"List-Unsubscribe": ", ".join(ways), "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _list(mailing: MailingList, about: Described) -> dict[str, str]:
    named = f'"{mailing.name}" ' if mailing.name.isascii() and '"' not in mailing.name else ""
    post = f"<mailto:{list_address(mailing.key)}>" if mailing.takes_letters and settings.MAIL_DOMAIN else "NO"
    return {
        "List-ID": f"{named}<{mailing.key}.{host()}>",
        "List-Post": post,
        "List-Help": f"<{settings.SITE_URL}{reverse('notifications:preferences')}>",
        "List-Subscribe": f"<{settings.SITE_URL}{mailing.archive}>",
        "List-Archive": f"<{settings.SITE_URL}{about.address}>",
        "List-Owner": f"<mailto:{settings.CONTROLLER_CONTACT}>",
    }


def _own_address() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
