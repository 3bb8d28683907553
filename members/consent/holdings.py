"""What the consent ledger holds about people. A chain outlives its person without pointing to them."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from commons.holdings import Activity, Holding, Kept, Retention, Rows, declare, tells_of_nobody
from members.consent import actions, queries
from members.consent.enums import KEEP_CHAIN_MONTHS, KEEP_USES
from members.consent.models import ConsentEvent, ConsentReceipt, ConsentState, ConsentUse, Principal

CONSENT, ID = "pd:Consent", "pd:Identifier"
KEEP_CHAIN = timedelta(days=round(KEEP_CHAIN_MONTHS * 365.25 / 12))
KEPT = Kept(
    _("What you said to our questions stays for 24 months under a random number that leads to nobody, as proof.")
)


def refs(member: Any) -> Any:
    return Principal.objects.filter(member=member).values("ref")


def ended_events(before: datetime) -> Rows:
    return ConsentEvent.objects.filter(principal_ref__in=queries.ended_chains(before=before))


declare(
    Activity(
        code="consent.ledger",
        title=_("Remember what you agreed to"),
        why=_("To do what you said yes to and nothing else, and to be able to prove it."),
        basis=_("our duty to prove consent (GDPR Art. 6(1)(c) and 7(1))"),
    ),
    Holding(
        model=ConsentEvent,
        title=_("What you said to our questions"),
        activity="consent.ledger",
        of=lambda member: ConsentEvent.objects.filter(principal_ref__in=refs(member)),
        personal={
            "id": ID,
            "principal_ref": ID,
            "purpose_code": CONSENT,
            "scope_id": CONSENT,
            "validity_duration": CONSENT,
            "entity_id": ID,
            "indication_method": CONSENT,
            "ui_surface": CONSENT,
            "language": "pd:Language",
        },
        plain={
            "notice_sha256": "a fingerprint of our own words",
            "prev_hash": "a link of the chain",
            "hash": "a link of the chain",
        },
        file="consent/history",
        export=(
            "id",
            "seq",
            "purpose_code",
            "purpose_version",
            "scope_type",
            "scope_id",
            "event_state",
            "event_type",
            "event_time",
            "validity_duration",
            "entity_role",
            "indication_method",
            "ui_surface",
            "notice_sha256",
            "language",
        ),
        erase=KEPT,
        retention=(
            Retention(
                code="consent.chains",
                what=_("What people who have left said to our questions"),
                keep=KEEP_CHAIN,
                words=_("24 months after the last answer"),
                then=_("deleted; until then it stands under a random number"),
                why=_("To prove that we had a yes (Art. 17(3)(e))."),
                due=ended_events,
                forget=lambda before: actions.forget_ended_chains(now=before + KEEP_CHAIN),
                is_fixed=True,
            ),
        ),
    ),
    Holding(
        model=ConsentReceipt,
        title=_("Receipts that you took"),
        activity="consent.ledger",
        of=lambda member: ConsentReceipt.objects.filter(principal_ref__in=refs(member)),
        personal={"id": ID, "principal_ref": ID, "events": ID},
        plain={"json_sha256": "a fingerprint of the receipt"},
        file="consent/receipts-taken",
        export=("id", "issued_at", "json_sha256"),
        erase=KEPT,
    ),
    Holding(
        model=ConsentState,
        title=_("What holds now of what you said"),
        activity="consent.ledger",
        of=lambda member: ConsentState.objects.filter(member=member),
        personal={"member": "pd:Username", "purpose_code": CONSENT, "scope_id": CONSENT, "event": ID},
        file="consent/now",
        export=(
            "id",
            "purpose_code",
            "scope_id",
            "event_state",
            "purpose_version",
            "event_time",
            "until",
            "is_standing",
        ),
        order=70,
    ),
    Holding(
        model=ConsentUse,
        title=_("What was done because you said yes"),
        activity="consent.ledger",
        of=lambda member: ConsentUse.objects.filter(member=member),
        personal={"member": "pd:Username", "purpose_code": CONSENT, "sink": CONSENT, "scope_id": CONSENT, "event": ID},
        file="consent/uses",
        export=("id", "purpose_code", "sink", "scope_id", "used_on"),
        order=70,
        retention=(
            Retention(
                code="consent.uses",
                what=_("Lines of “who saw or used this”"),
                keep=KEEP_USES,
                then=_("deleted"),
                why=_("For you to look through."),
                due=lambda before: ConsentUse.objects.filter(used_on__lt=before.date()),
            ),
        ),
    ),
    Holding(
        model=Principal,
        title=_("Your random name in the ledger"),
        activity="consent.ledger",
        of=lambda member: Principal.objects.filter(member=member),
        personal={"member": "pd:Username", "ref": ID},
        plain={"head": "where the chain ends"},
        file="consent/random-name",
        export=("ref", "restricted_at"),
        order=75,
    ),
)

tells_of_nobody("consent.PurposeVersion", reason="our own words, and the office that approved them")
tells_of_nobody("consent.LedgerAnchor", reason="a fingerprint of all chains together")
