"""Everything that happens by the clock. docs/operations.md explains each line."""

from datetime import timedelta

SCHEDULE = {
    "heartbeat": {"task": "commons.heartbeat", "schedule": timedelta(seconds=15)},
    "sweep-outbox": {"task": "commons.sweep_outbox", "schedule": timedelta(seconds=30)},
    "forget-handled-events": {"task": "commons.forget_handled_events", "schedule": timedelta(hours=1)},
    "forget-old-hits": {"task": "commons.forget_old_hits", "schedule": timedelta(hours=1)},
    "expire-consents": {"task": "consent.expire_due", "schedule": timedelta(hours=1)},
    "anchor-consent-ledger": {"task": "consent.make_anchor", "schedule": timedelta(days=1)},
    "forget-old-uses": {"task": "consent.forget_old_uses", "schedule": timedelta(days=1)},
    "forget-ended-chains": {"task": "consent.forget_ended_chains", "schedule": timedelta(days=1)},
    "forget-old-sign-ins": {"task": "security.forget_old", "schedule": timedelta(hours=6)},
    "lapse-contact-requests": {"task": "contact.lapse_old_requests", "schedule": timedelta(hours=1)},
    "forget-old-messages": {"task": "contact.forget_old_messages", "schedule": timedelta(days=1)},
    "consider-newcomers": {"task": "trust.consider_newcomers", "schedule": timedelta(days=1)},
    "end-due-roles": {"task": "trust.end_due_roles", "schedule": timedelta(minutes=10)},
    "write-down-ungranted": {"task": "trust.write_down_ungranted", "schedule": timedelta(days=1)},
    "forget-settled-trust": {"task": "trust.forget_what_is_over", "schedule": timedelta(days=1)},
    "look-after-newcomers": {"task": "welcome.look_after_newcomers", "schedule": timedelta(minutes=15)},
    "forget-old-applications": {"task": "welcome.forget_old_applications", "schedule": timedelta(days=1)},
    "forget-stray-pictures": {"task": "people.forget_stray_pictures", "schedule": timedelta(days=1)},
    "forget-old-drafts": {"task": "forum.forget_old_drafts", "schedule": timedelta(days=1)},
}
