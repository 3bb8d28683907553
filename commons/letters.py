"""The only place that sends mail. Text first; the first line of the template is the subject.

`post` knows nothing of consent: what is not asked for goes through `members.consent.letters`. The few
who may call it for service (codes, security, what somebody asked for a moment ago) are listed in
tests/architecture/test_consent.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.header import Header
from email.policy import EmailPolicy, default
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused
from typing import Any

from anymail.exceptions import AnymailError
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import TemplateDoesNotExist
from django.template.loader import get_template, render_to_string

from commons import clock, undeliverable

FOR_MACHINES = {"message-id", "in-reply-to", "references", "reply-to", "return-path", "feedback-id", "auto-submitted"}
SUBJECT_LINE = 75  # characters; RFC 2047
LINE_MAX = 990  # octets; RFC 5322 allows 998
KNOW_RETURN_PATHS = {"amazon_ses", "mailgun", "mailjet", "mandrill", "postal", "sparkpost"}
PERMANENT = 500
NOBODY = "<>"
"""The envelope sender of what must never be answered or come back (RFC 3834, 3464)."""


class NotSent(Exception):
    """The mail server or service took no letter; it may later."""


class Returned(Exception):
    """The mail server refused this letter for good; it is noted against its address."""


@dataclass(frozen=True)
class Envelope:
    """How a letter travels. `return_path` is where it comes back to if it cannot be delivered."""

    headers: Mapping[str, str] = field(default_factory=dict)
    return_path: str = ""


class UnbrokenPolicy(EmailPolicy):
    """Writes headers that machines read as they are.

    Python folds what has no space by RFC 2047-encoding it, and then one-click unsubscribing and threading
    break in other people's programs. A subject it folds with spaces that nobody typed.
    """

    def fold(self, name: str, value: str) -> str:
        if name.lower() == "subject" and not value.isascii():
            words = Header(value, "utf-8", maxlinelen=SUBJECT_LINE, header_name=name)
            return f"{name}: {words.encode(linesep=self.linesep)}{self.linesep}"
        is_for_machines = name.lower() in FOR_MACHINES or name.lower().startswith(("list-", "x-"))
        if is_for_machines and value.isascii():
            return f"{name}: {value}{self.linesep}"
        return super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("utf-8" if self.utf8 else "ascii", "surrogateescape")


class Letter(EmailMultiAlternatives):
    envelope_sender: str | None = None
    """What django-anymail calls the return path."""

    def message(self, *, policy: Any = default) -> Any:
        return super().message(policy=UnbrokenPolicy(linesep=policy.linesep, utf8=policy.utf8))


def post(template: str, *, to: str, context: Mapping[str, Any], envelope: Envelope | None = None) -> None:
    """Send one letter, made from a text template, and from the HTML template of the same name if there is one.

    Raises:
        NotSent: the mail server did not take it now.
        Returned: it never will.
        ValueError: a header is too long for one line, or says two lines.
    """
    words, travels = dict(context), envelope or Envelope()
    subject, body = render_to_string(template, words).split("\n", 1)
    letter = Letter(" ".join(subject.split()), body.lstrip(), None, [to], headers=_headers(travels))
    if html := _html(template, {**words, "subject": " ".join(subject.split())}):
        letter.attach_alternative(html, "text/html")
    _route(letter, travels)
    _hand_over(letter, to=to)


def _route(letter: Letter, travels: Envelope) -> None:
    """Where it comes back to. Services know a return path of ours only here and there; theirs finds us by webhook."""
    if settings.MAIL_SERVICE:
        letter.from_email = letter.extra_headers.pop("From")
        is_known = settings.MAIL_SERVICE in KNOW_RETURN_PATHS and travels.return_path != NOBODY
        letter.envelope_sender = travels.return_path or None if is_known else None
    elif travels.return_path:
        letter.from_email = travels.return_path


def _hand_over(letter: Letter, *, to: str) -> None:
    try:
        letter.send()
    except (SMTPRecipientsRefused, SMTPDataError) as error:
        code = error.smtp_code if isinstance(error, SMTPDataError) else error.recipients[to][0]
        if code < PERMANENT:
            raise NotSent(code) from error
        points = undeliverable.HARD if isinstance(error, SMTPRecipientsRefused) else undeliverable.SOFT
        undeliverable.note(undeliverable.hashed(to), points=points, now=clock.now())
        raise Returned(code) from error
    except (SMTPException, AnymailError, OSError) as error:
        raise NotSent(type(error).__name__) from error


def _headers(envelope: Envelope) -> dict[str, str]:
    for name, value in envelope.headers.items():
        if len(name) + len(value) > LINE_MAX or "\n" in value or "\r" in value:
            raise ValueError(f"{name} does not fit into one line")
    return {"From": settings.DEFAULT_FROM_EMAIL, **envelope.headers}


def _html(template: str, context: Mapping[str, Any]) -> str:
    try:
        return get_template(template.removesuffix(".txt") + ".html").render(dict(context))
    except TemplateDoesNotExist:
        return ""
