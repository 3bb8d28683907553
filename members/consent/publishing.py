"""Brings the catalogue's words into the database, where they stay for good."""

import hashlib
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Least

from commons import clock
from members.consent.models import ConsentState, PurposeVersion
from members.consent.purposes import CATALOGUE, Purpose


def fingerprint(*, notice: str, easy_read: str) -> str:
    """The SHA-256 of the words that are agreed to, plain and easy-read."""
    return hashlib.sha256(f"{notice}\n\n{easy_read}".encode()).hexdigest()


def publish_catalogue(**_signal: Any) -> None:
    """After the migrations: write down each version that is not there yet."""
    known = set(PurposeVersion.objects.values_list("purpose_code", "version"))
    for purpose in CATALOGUE:
        if (purpose.code, purpose.version) not in known:
            publish_version(purpose, approved_by="the release", now=clock.now())


@transaction.atomic
def publish_version(purpose: Purpose, *, approved_by: str, now: datetime) -> PurposeVersion:
    """Publish the words of a purpose. A material change ends every earlier yes at once, until it is renewed."""
    version = PurposeVersion.objects.create(
        purpose_code=purpose.code,
        version=purpose.version,
        notice_text=purpose.notice,
        easy_read_text=purpose.easy_read,
        sha256=fingerprint(notice=purpose.notice, easy_read=purpose.easy_read),
        data_categories=list(purpose.personal_data),
        material_change=purpose.is_material,
        change_summary=purpose.change_summary,
        effective_from=now,
        approved_by=approved_by,
    )
    if version.material_change:
        earlier = ConsentState.objects.filter(purpose_code=purpose.code, purpose_version__lt=purpose.version)
        earlier.filter(is_standing=True).update(until=Least(F("until"), now))
    return version
