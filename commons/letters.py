"""The only place that sends mail. Text first; the first line of the template is the subject.

`post` knows nothing of consent: what is not asked for goes through `members.consent.letters`. The few
who may call it for service (codes, security, what somebody asked for a moment ago) are listed in
tests/architecture/test_consent.py.
"""

from collections.abc import Mapping
from typing import Any

from django.core.mail import EmailMessage
from django.template.loader import render_to_string


def post(template: str, *, to: str, context: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> None:
    """Send one letter, made from a text template."""
    subject, body = render_to_string(template, dict(context)).split("\n", 1)
    EmailMessage(subject.strip(), body.lstrip(), None, [to], headers=dict(headers or {})).send()
