"""Everything that happens by the clock. docs/operations.md explains each line."""

from datetime import timedelta

from celery.schedules import crontab

SCHEDULE = {
    "heartbeat": {"task": "commons.heartbeat", "schedule": timedelta(seconds=15)},
    "sweep-outbox": {"task": "commons.sweep_outbox", "schedule": timedelta(seconds=30)},
    "forget-changes": {"task": "commons.forget_changes", "schedule": timedelta(hours=1)},
    "tell-the-untold": {"task": "notifications.tell_the_untold", "schedule": timedelta(seconds=30)},
    "send-due-letters": {"task": "notifications.send_due_letters", "schedule": timedelta(minutes=1)},
    "send-due-digests": {"task": "notifications.send_due_digests", "schedule": timedelta(minutes=5)},
    "read-left-behind-letters": {"task": "bridge.read_left_behind", "schedule": timedelta(minutes=1)},
    "end-rests": {"task": "notifications.end_rests", "schedule": timedelta(minutes=10)},
    "tell-devices": {"task": "devices.send_due", "schedule": timedelta(seconds=30)},
    "remind-of-bookmarks": {"task": "forum.remind", "schedule": timedelta(minutes=5)},
    "look-after-series": {"task": "events.look_after_series", "schedule": timedelta(hours=1)},
    "look-after-places": {"task": "joining.look_after_places", "schedule": timedelta(minutes=1)},
    "remind-of-events": {"task": "joining.remind", "schedule": timedelta(minutes=5)},
    "tell-hosts-of-feedback": {"task": "after.tell_hosts_of_feedback", "schedule": crontab(hour=7, minute=10)},
    "make-left-files-ready": {"task": "files.make_left_ready", "schedule": timedelta(minutes=1)},
    "forget-stray-uploads": {"task": "files.forget_stray_uploads", "schedule": timedelta(days=1)},
    "expire-consents": {"task": "consent.expire_due", "schedule": timedelta(hours=1)},
    "anchor-consent-ledger": {"task": "consent.make_anchor", "schedule": timedelta(days=1)},
    "forget-old-sign-ins": {"task": "security.forget_old", "schedule": timedelta(hours=6)},
    "run-retention": {"task": "rights.run_retention", "schedule": crontab(hour=3, minute=20)},
    "rights-work": {"task": "rights.work", "schedule": timedelta(minutes=1)},
    "lapse-contact-requests": {"task": "contact.lapse_old_requests", "schedule": timedelta(hours=1)},
    "consider-newcomers": {"task": "trust.consider_newcomers", "schedule": timedelta(days=1)},
    "end-due-roles": {"task": "trust.end_due_roles", "schedule": timedelta(minutes=10)},
    "write-down-ungranted": {"task": "trust.write_down_ungranted", "schedule": timedelta(days=1)},
    "forget-settled-trust": {"task": "trust.forget_what_is_over", "schedule": timedelta(days=1)},
    "look-after-newcomers": {"task": "welcome.look_after_newcomers", "schedule": timedelta(minutes=15)},
    "forget-stray-pictures": {"task": "people.forget_stray_pictures", "schedule": timedelta(days=1)},
}
