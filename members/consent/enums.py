"""States, kinds and times of consent, in the words of ISO/IEC TS 27560 and of the W3C Data Privacy Vocabulary 2.3."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

VALIDITY_MONTHS = 24
ASK_AGAIN_AFTER = timedelta(days=183)
KEEP_USES = timedelta(days=90)
KEEP_CHAIN_MONTHS = 24


class EventState(models.TextChoices):
    """`event_state`: the terms of DPV's consent_status."""

    REQUEST_DEFERRED = "ConsentRequestDeferred", _("not answered")
    GIVEN = "ConsentGiven", _("yes")
    RENEWED = "RenewedConsentGiven", _("yes, again")
    REFUSED = "ConsentRefused", _("no")
    WITHDRAWN = "ConsentWithdrawn", _("taken back")
    REVOKED = "ConsentRevoked", _("ended by the community")
    EXPIRED = "ConsentExpired", _("ran out")
    INVALIDATED = "ConsentInvalidated", _("not valid")


STANDING = (EventState.GIVEN, EventState.RENEWED)
"""The states on which something may be done."""


class EventType(models.TextChoices):
    """`event_type`: how clear the act was. Special categories need the explicit kind (GDPR Art. 9)."""

    EXPRESSED = "ExpressedConsent", _("a clear yes or no")
    EXPLICITLY_EXPRESSED = "ExplicitlyExpressedConsent", _("an explicit yes or no")


class EntityRole(models.TextChoices):
    """`entity_role`: who caused the event."""

    SELF = "self", _("the person")
    CONTROLLER = "controller", _("the community")
    SYSTEM = "system", _("the clock")


class Why(models.TextChoices):
    """Why something may not be done now."""

    NEVER_ASKED = "never_asked", _("not asked yet")
    DEFERRED = "deferred", _("asked, and not answered yet")
    REFUSED = "refused", _("the answer was no")
    WITHDRAWN = "withdrawn", _("taken back")
    REVOKED = "revoked", _("ended by the community")
    EXPIRED = "expired", _("the time of the yes is over")
    SUPERSEDED = "superseded", _("the purpose has changed since the yes")
    INVALIDATED = "invalidated", _("not valid")
    RESTRICTED = "restricted", _("the use of this person's data is paused")


class ScopeKind(models.TextChoices):
    """What one yes covers."""

    SITE = "site", _("everywhere here")
    PAIR = "pair", _("between two people")


class Group(models.TextChoices):
    """The headings under which a person finds the purposes."""

    SEEN = "seen", _("Who sees me")
    WORDS = "words", _("What I write")
    REACHED = "reached", _("Who may reach me")
    WELCOME = "welcome", _("Welcome")
    MAIL = "mail", _("Letters")
    SENSITIVE = "sensitive", _("Sensitive things")
