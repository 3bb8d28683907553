"""A receipt of every purpose is valid JSON-LD of the right shape, in words that DPV knows, and says what stands."""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from pyshacl import validate
from rdflib import Graph

from members.consent import actions, receipts
from members.consent.models import ConsentState
from members.consent.purposes import CATALOGUE
from members.models import Member

pytestmark = pytest.mark.django_db

SHAPES = Path(settings.BASE_DIR) / "docs" / "consent-receipt.shacl.ttl"

DPV = [
    "CommunicationManagement",
    "ConsentExpired",
    "ConsentGiven",
    "ConsentNotice",
    "ConsentReceipt",
    "ConsentRecord",
    "ConsentRefused",
    "ConsentRequestDeferred",
    "ConsentRevoked",
    "ConsentWithdrawn",
    "DataController",
    "DataSubject",
    "DataSubjectRight",
    "ExplicitlyExpressedConsent",
    "ExpressedConsent",
    "MakeAvailable",
    "MemberPartnerManagement",
    "Obligation",
    "Optional",
    "Process",
    "ProvideConsent",
    "ReaffirmConsent",
    "RenewedConsentGiven",
    "ServiceProvision",
    "SpecialCategoryPersonalData",
    "StorageDuration",
    "StorageLocation",
    "Store",
    "TemporalDuration",
    "Transmit",
    "UntilEventDuration",
    "Use",
    "WithdrawConsent",
    "hasAddress",
    "hasAuthority",
    "hasConsentControl",
    "hasConsentStatus",
    "hasContact",
    "hasDataController",
    "hasDataSource",
    "hasDataSubject",
    "hasDuration",
    "hasIndicationMethod",
    "hasJurisdiction",
    "hasLegalBasis",
    "hasLocation",
    "hasName",
    "hasNecessity",
    "hasNotice",
    "hasPersonalData",
    "hasProcess",
    "hasProcessing",
    "hasPurpose",
    "hasRecipient",
    "hasRecordOfActivity",
    "hasRight",
    "hasRule",
    "hasStorageCondition",
    "isExercisedAt",
    "isIndicatedAtTime",
    "isIndicatedBy",
]
PD = [
    "Communication",
    "DeviceBased",
    "Disability",
    "EmailAddress",
    "Interest",
    "Language",
    "Location",
    "Name",
    "Opinion",
    "Picture",
    "Professional",
    "SocialStatus",
    "Username",
]
GDPR = ["A6-1-a", "A7-3", "A9-2-a", "A15", "A16", "A17", "A18", "A20", "A77"]


@pytest.fixture
def text(ada: Member, now: datetime) -> str:
    """A receipt with a yes, a no, a withdrawal, a renewal, an end, an unanswered question and a pair."""
    for number, purpose in enumerate(CATALOGUE):
        scope = "conversation:1" if purpose.scope_kind == "pair" else ""
        for yes in ((True,), (False,), (True, False), (True, False, True))[number % 4]:
            actions.answer(member=ada, purpose=purpose.code, yes=yes, surface="/me/consent/", now=now, scope=scope)
    actions.revoke(member=ada, purpose=CATALOGUE[0].code, surface="test", now=now)
    return receipts.receipt(ada, now=now + timedelta(days=1))[1]


def terms(value: Any) -> Iterator[str]:
    """Every prefixed name of a document, in keys and in values."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key != "@context":
                yield from terms(key)
                yield from terms(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from terms(inner)
    elif isinstance(value, str) and re.fullmatch(r"(dpv|pd|eu-gdpr):[\w-]+", value):
        yield value


def test_every_purpose_is_on_it_and_it_has_the_right_shape(text: str) -> None:
    document = json.loads(text)
    codes = {
        process["commons:purposeCode"]
        for record in document["dpv:hasRecordOfActivity"]
        for process in record["dpv:hasProcess"]
    }
    assert codes == {purpose.code for purpose in CATALOGUE}

    conforms, _graph, report = validate(
        Graph().parse(data=text, format="json-ld"), shacl_graph=Graph().parse(SHAPES), advanced=True
    )
    assert conforms, report


@pytest.mark.parametrize(
    "broken",
    [
        ("dpv:hasNotice", None), ("dpv:hasDataSubject", None), ("dpv:hasConsentStatus", []), ("dct:conformsTo", "other"),
        ("dpv:hasProcess", []),
    ],
)  # fmt: skip
def test_the_shape_notices_what_is_missing(text: str, broken: tuple[str, object]) -> None:
    document = json.loads(text)
    document["dpv:hasRecordOfActivity"][0][broken[0]] = broken[1]

    conforms, _graph, _report = validate(
        Graph().parse(data=json.dumps(document), format="json-ld"), shacl_graph=Graph().parse(SHAPES), advanced=True
    )
    assert not conforms


def test_it_uses_only_words_that_the_vocabulary_has(text: str) -> None:
    known = {f"dpv:{term}" for term in DPV} | {f"pd:{term}" for term in PD} | {f"eu-gdpr:{term}" for term in GDPR}

    assert set(terms(json.loads(text))) - known == set()


def test_no_key_stands_twice_and_no_time_lacks_its_zone(text: str) -> None:
    def refuse(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len({key for key, _value in pairs}) == len(pairs)
        return dict(pairs)

    json.loads(text, object_pairs_hook=refuse)
    assert re.findall(r"\d{4}-\d{2}-\d{2}T[\d:.]+(?!Z|[\d:.])", text) == []


def test_read_again_it_gives_the_same_state(text: str, ada: Member) -> None:
    live = {
        (state.purpose_code, state.scope_id): (
            state.event_state, state.purpose_version, state.event_time.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        )
        for state in ConsentState.objects.filter(member=ada).order_by("pk")
    }  # fmt: skip
    assert receipts.states_told(text) == live


def test_it_names_nobody(text: str, ada: Member) -> None:
    assert [word for word in ("Ada", "ada@example.org", f'"{ada.pk}"') if word in text] == []


def test_anything_else_is_not_read_as_a_receipt() -> None:
    with pytest.raises(ValueError, match="not a consent receipt"):
        receipts.states_told("{}")
