"""Letters that nobody wrote: answers of machines, other lists, our own letters come round again (RFC 3834)."""

import re
from email.message import Message

from commons.mail import decoding

BULK = {"bulk", "junk", "auto_reply"}
ROBOTS = re.compile(
    r"(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|listserv|majordomo)(?:[-+.@]|$)", re.IGNORECASE
)
AWAY = re.compile(
    r"\s*(?:auto(?:matic(?:ally)?)?[ -]?(?:reply|response)|automatische antwort|abwesenheits"
    r"|out of (?:the )?office(?=\s*(?:$|[:–(-]))"
    r"|réponse automatique|respuesta automática|risposta automatica|automatisch antwoord|autosvar"
    r"|odpowiedź automatyczna|vacation (?:reply|response)|i am on (?:vacation|holiday)\b)",
    re.IGNORECASE,
)
MARKS = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply-from", "x-vacation", "x-mailer-daemon")


def why_nobody_wrote(letter: Message, *, return_path: str, instance: str, is_from_list: bool = False) -> str:
    """Why a letter is taken for a machine's; empty if a person wrote it. A mirror expects a list's marks."""
    precedence = _first(letter, "precedence")
    signs = {
        "one of our own letters": is_ours(letter, instance=instance),
        "a null return path": return_path.strip() in ("", "<>"),
        "Auto-Submitted": _first(letter, "auto-submitted") not in ("", "no"),
        "Precedence": precedence in BULK or (precedence == "list" and not is_from_list),
        "marks of an automatic answer": any(letter.get(name) for name in MARKS),
        "a letter of a list": bool(letter.get("list-id")) and not is_from_list,
        "an address of a machine": bool(ROBOTS.match(_sender(letter))),
        "an automatic answer": bool(AWAY.match(decoding.header_text(str(letter.get("subject") or "").encode()))),
    }
    return next((why for why, is_so in signs.items() if is_so), "")


def is_ours(letter: Message, *, instance: str) -> bool:
    """One of our own letters, come round again."""
    return instance in _all(letter, "x-commons-instance")


def _first(letter: Message, name: str) -> str:
    return str(letter.get(name) or "").split(";")[0].strip().lower()


def _all(letter: Message, name: str) -> list[str]:
    return [str(value).strip() for value in letter.get_all(name) or []]


def _sender(letter: Message) -> str:
    found = re.search(r"[\w.+-]+@", str(letter.get("from") or ""))
    return found[0] if found else ""
