"""The record of processing (GDPR Art. 30) and what a person is told about it (Art. 15): made, not written.

It comes out of what the rooms declare in their holdings, and of the catalogue of consent.
"""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commons import holdings
from members.consent.purposes import CATALOGUE, Purpose
from members.rights import queries

SECURITY = (
    gettext_lazy("https only, strict rules for what a page may load, no third parties on any page"),
    gettext_lazy("passwords as salted hashes; nobody can read them"),
    gettext_lazy("rights of moderators and administrators by task; what they do is written down"),
    gettext_lazy("backups outside the machine, overwritten after 35 days"),
    gettext_lazy("addresses of people who have not joined only as keyed hashes"),
)
RIGHTS = (
    gettext_lazy("to see what we hold and to take a copy with you (Art. 15 and 20)"),
    gettext_lazy("to correct it (Art. 16)"),
    gettext_lazy("to have it erased (Art. 17)"),
    gettext_lazy("to have its use paused (Art. 18)"),
    gettext_lazy("to object (Art. 21)"),
    gettext_lazy("to take back a yes at any time (Art. 7(3))"),
    gettext_lazy("to complain to us, and to the authority (Art. 77)"),
)


@dataclass(frozen=True)
class Line:
    """One processing activity."""

    code: str
    title: str
    why: str
    basis: str
    subjects: str
    categories: list[str]
    recipients: str
    limits: list[str]
    models: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Record:
    """All of it, with who answers for it."""

    controller: dict[str, str]
    lines: list[Line]
    security: list[str]
    rights: list[str]
    automated: str


def record() -> Record:
    """The record as it is today; one query, for the periods that the community has changed."""
    kept = queries.periods_in_words()
    lines = [_line(activity, kept) for activity in holdings.activities()]
    return Record(
        controller={
            "name": settings.CONTROLLER_NAME,
            "address": settings.CONTROLLER_ADDRESS,
            "contact": settings.CONTROLLER_CONTACT,
            "location": settings.DATA_LOCATION,
            "authority": settings.DATA_AUTHORITY,
        },
        lines=[*lines, *(_consented(purpose) for purpose in CATALOGUE)],
        security=[str(one) for one in SECURITY],
        rights=[str(one) for one in RIGHTS],
        automated=_("No machine decides anything about you."),
    )


def plain(record: Record) -> dict[str, Any]:
    """The record for other software."""
    return {
        "controller": record.controller,
        "activities": [vars(line) for line in record.lines],
        "security": record.security,
        "rights": record.rights,
        "automated_decisions": record.automated,
    }


def _line(activity: holdings.Activity, kept: dict[str, str]) -> Line:
    held = [holding for holding in holdings.holdings() if holding.activity == activity.code]
    rules = [rule for holding in held for rule in holding.retention]
    return Line(
        code=activity.code,
        title=str(activity.title),
        why=str(activity.why),
        basis=str(activity.basis),
        subjects=str(activity.subjects),
        categories=sorted({category for holding in held for category in holding.personal.values()}),
        recipients=str(activity.recipients),
        limits=[f"{rule.what}: {kept[rule.code]}" for rule in rules] or [_("as long as there is an account")],
        models=[holding.label for holding in held],
    )


def _consented(purpose: Purpose) -> Line:
    basis = (
        _("your explicit consent (GDPR Art. 9(2)(a))") if purpose.is_special else _("your consent (GDPR Art. 6(1)(a))")
    )
    return Line(
        code=purpose.code,
        title=str(purpose.title),
        why=purpose.notice,
        basis=basis,
        subjects=_("members who said yes"),
        categories=list(purpose.personal_data),
        recipients=", ".join(one.removeprefix("commons:") for one in purpose.recipients),
        limits=[purpose.retention],
    )
