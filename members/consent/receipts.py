"""Receipts: what somebody agreed to, as JSON-LD that other software can read.

The form is W3C DPVCG's profile of ISO/IEC TS 27560:2023 for the GDPR (DPV 2.3, schema `dpv-27560`, of
15 February 2026). One receipt holds one record for each purpose and scope, each with all its events.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.conf import settings
from django.urls import reverse

from members.consent import actions, queries
from members.consent.enums import EntityRole, EventState
from members.consent.models import ConsentEvent, ConsentReceipt, PurposeVersion
from members.consent.purposes import PURPOSES
from members.models import Member

CONTEXT = {
    "dpv": "https://w3id.org/dpv#",
    "pd": "https://w3id.org/dpv/pd#",
    "loc": "https://w3id.org/dpv/loc#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "dct": "http://purl.org/dc/terms/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}
NAMED_BY_ADDRESS = (
    "dct:conformsTo",
    "dpv:hasAuthority",
    "dpv:hasDataSource",
    "dpv:hasJurisdiction",
    "dpv:hasLegalBasis",
    "dpv:hasLocation",
    "dpv:hasNecessity",
    "dpv:hasProcessing",
    "dpv:hasPurpose",
    "dpv:hasRecipient",
    "dpv:isExercisedAt",
    "dpv:isIndicatedBy",
)
"""Properties whose values are terms or addresses; without saying so, a reader of JSON-LD takes them for mere text."""
SCHEMA = "https://w3id.org/dpv/schema/dpv-27560#"
RIGHTS = ("eu-gdpr:A7-3", "eu-gdpr:A15", "eu-gdpr:A16", "eu-gdpr:A17", "eu-gdpr:A18", "eu-gdpr:A20", "eu-gdpr:A77")


class Line(NamedTuple):
    """One purpose on the page of a receipt."""

    event: ConsentEvent
    words: PurposeVersion
    title: str


def receipt(member: Member, *, now: datetime) -> tuple[ConsentReceipt, str]:
    """A new receipt of everything that a member has said, and its JSON."""
    principal = actions.principal_of(member)
    events = list(queries.history(member))
    receipt_id = uuid4()
    text = json.dumps(_document(receipt_id, principal.ref, events, now=now), ensure_ascii=False, indent=1)
    issued = actions.issue_receipt(
        receipt_id=receipt_id,
        ref=principal.ref,
        events=[event.pk for event in events],
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        now=now,
    )
    return issued, text


def outline(member: Member) -> list[Line]:
    """What a receipt would say, for people: what stands, with the words that were agreed to."""
    latest = {(event.purpose_code, event.scope_id): event for event in queries.history(member)}
    words = {(row.purpose_code, row.version): row for row in PurposeVersion.objects.order_by("pk")}
    return [
        Line(event, words[event.purpose_code, event.purpose_version], str(PURPOSES[event.purpose_code].title))
        for event in latest.values()
    ]


def states_told(text: str) -> dict[tuple[str, str], tuple[str, int, str]]:
    """What a receipt says stands at its end: purpose and scope to state, version and time.

    Raises:
        ValueError: it is not a receipt of ours.
    """
    document = json.loads(text)
    if document.get("dct:conformsTo") != f"{SCHEMA}receipt-eu-gdpr":
        raise ValueError("This is not a consent receipt of the kind that Commons writes.")
    return dict(_state_told(record) for record in document["dpv:hasRecordOfActivity"])


def _state_told(record: dict[str, Any]) -> tuple[tuple[str, str], tuple[str, int, str]]:
    last = record["dpv:hasConsentStatus"][-1]
    process = next(
        process for process in record["dpv:hasProcess"] if process["dct:identifier"] == last["dct:isVersionOf"]
    )
    key = process["commons:purposeCode"], record["commons:scope"]
    state = last["@type"][0].removeprefix("dpv:")
    return key, (state, process["commons:purposeVersion"], last["dpv:isIndicatedAtTime"])


def _document(receipt_id: UUID, ref: UUID, events: Iterable[ConsentEvent], *, now: datetime) -> dict[str, Any]:
    def key(event: ConsentEvent) -> tuple[str, str]:
        return event.purpose_code, event.scope_id

    ordered = sorted(events, key=lambda event: (*key(event), event.seq))
    return {
        "@context": {
            **CONTEXT,
            "commons": f"{settings.SITE_URL}/ns/consent#",
            **{name: {"@type": "@id"} for name in NAMED_BY_ADDRESS},
        },
        "@id": f"urn:uuid:{receipt_id}",
        "@type": "dpv:ConsentReceipt",
        "dct:identifier": str(receipt_id),
        "dct:created": _time(now),
        "dct:conformsTo": f"{SCHEMA}receipt-eu-gdpr",
        "dct:publisher": _controller(),
        "dpv:hasRecordOfActivity": [_record(ref, list(group)) for _key, group in groupby(ordered, key)],
    }


def _record(ref: UUID, events: list[ConsentEvent]) -> dict[str, Any]:
    versions = {event.purpose_version: event for event in events}
    first = events[0]
    words = {
        row.version: row for row in PurposeVersion.objects.filter(purpose_code=first.purpose_code, version__in=versions)
    }
    return {
        "@id": f"urn:uuid:{first.pk}",
        "@type": "dpv:ConsentRecord",
        "dct:identifier": str(first.pk),
        "dct:conformsTo": f"{SCHEMA}record-eu-gdpr",
        "commons:scope": first.scope_id,
        "dpv:hasDataSubject": {"@id": f"urn:uuid:{ref}", "@type": "dpv:DataSubject", "dct:identifier": str(ref)},
        "dpv:hasNotice": [_notice(row) for row in words.values()],
        "dpv:hasProcess": [_process(event, words[version]) for version, event in versions.items()],
        "dpv:hasConsentStatus": [_status(event) for event in events],
    }


def _notice(words: PurposeVersion) -> dict[str, Any]:
    return {
        "@type": "dpv:ConsentNotice",
        "dct:identifier": str(words),
        "dct:language": words.language,
        "dct:date": words.effective_from.date().isoformat(),
        "dct:description": words.notice_text,
        "commons:sha256": words.sha256,
    }


def _process(event: ConsentEvent, words: PurposeVersion) -> dict[str, Any]:
    purpose = PURPOSES[event.purpose_code]
    place = settings.DATA_LOCATION
    return {
        "@type": "dpv:Process",
        "dct:identifier": str(words),
        "dct:title": str(purpose.title),
        "commons:purposeCode": purpose.code,
        "commons:purposeVersion": words.version,
        "dpv:hasPurpose": [purpose.dpv_purpose],
        "dpv:hasLegalBasis": "eu-gdpr:A9-2-a" if purpose.is_special else "eu-gdpr:A6-1-a",
        "dpv:hasPersonalData": [
            {
                "@type": [category, *(["dpv:SpecialCategoryPersonalData"] if purpose.is_special else [])],
                "dpv:hasNecessity": "dpv:Optional",
            }
            for category in words.data_categories
        ],
        "dpv:hasDataSource": "dpv:DataSubject",
        "dpv:hasProcessing": list(purpose.processing),
        "dpv:hasDataController": _controller(),
        "dpv:hasRecipient": list(purpose.recipients),
        "dpv:hasStorageCondition": [
            {"@type": "dpv:StorageLocation", "dpv:hasLocation": f"loc:{place}"},
            {
                "@type": "dpv:StorageDuration",
                "dpv:hasDuration": {"@type": "dpv:UntilEventDuration", "rdf:value": purpose.retention},
            },
        ],
        "dpv:hasLocation": [f"loc:{place}"],
        "dpv:hasRule": [
            {"@type": "dpv:Obligation", "dct:description": "Stays where it is stored; goes to no other country."}
        ],
        "dpv:hasJurisdiction": [f"loc:{place}"],
        "dpv:hasAuthority": settings.DATA_AUTHORITY,
        "dpv:hasConsentControl": {
            "@type": ["dpv:ProvideConsent", "dpv:WithdrawConsent", "dpv:ReaffirmConsent"],
            "dpv:isExercisedAt": settings.SITE_URL + reverse("consent:choices"),
        },
        "dpv:hasRight": [
            {"@type": ["dpv:DataSubjectRight", right], "dpv:isExercisedAt": f"{settings.SITE_URL}/me/data/"}
            for right in RIGHTS
        ],
    }


def _status(event: ConsentEvent) -> dict[str, Any]:
    by = {EntityRole.SELF: "dpv:DataSubject", EntityRole.CONTROLLER: "dpv:DataController"}
    status: dict[str, Any] = {
        "@type": [f"dpv:{event.event_state}", f"dpv:{event.event_type}"],
        "dct:identifier": str(event.pk),
        "dct:isVersionOf": f"{event.purpose_code}@{event.purpose_version}",
        "dpv:isIndicatedBy": by.get(EntityRole(event.entity_role), "dpv:DataController"),
        "dpv:hasIndicationMethod": f"{event.indication_method} {event.ui_surface}",
        "dpv:isIndicatedAtTime": _time(event.event_time),
    }
    if event.event_state in {EventState.GIVEN, EventState.RENEWED}:
        status["dpv:hasDuration"] = {"@type": "dpv:TemporalDuration", "rdf:value": event.validity_duration}
    return status


def _controller() -> dict[str, Any]:
    return {
        "@id": "commons:controller",
        "@type": "dpv:DataController",
        "dpv:hasName": settings.CONTROLLER_NAME,
        "dpv:hasAddress": settings.CONTROLLER_ADDRESS,
        "dpv:hasContact": settings.CONTROLLER_CONTACT,
    }


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
