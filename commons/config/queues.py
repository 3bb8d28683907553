"""Which queue each task waits in. docs/operations.md says who works through them.

A worker takes from all queues that it listens to, the lowest number first. What may take long has a queue of its own,
so that it never holds up what somebody waits for.
"""

URGENT, DEFAULT, TELLING, SLOW = "urgent", "default", "telling", "slow"

PRIORITIES = {URGENT: 0, DEFAULT: 3, TELLING: 6, SLOW: 9}

QUEUES = {
    "commons.heartbeat": URGENT,
    "commons.deliver_urgent_event": URGENT,
    "commons.sweep_outbox": URGENT,
    "notifications.tell_members": TELLING,
    "notifications.tell_the_untold": TELLING,
    "notifications.send_due_letters": TELLING,
    "notifications.send_due_digests": TELLING,
    "devices.send_due": TELLING,
    "devices.send": TELLING,
    "forum.remind": TELLING,
    "joining.remind": TELLING,
    "after.tell_hosts_of_feedback": TELLING,
    "files.make_ready": SLOW,
    "files.make_left_ready": SLOW,
    "files.forget_stray_uploads": SLOW,
    "people.forget_stray_pictures": SLOW,
    "rights.make_export": SLOW,
    "rights.erase": SLOW,
    "rights.run_retention": SLOW,
    "consent.make_anchor": SLOW,
    "commons.forget_changes": SLOW,
    "security.forget_old": SLOW,
    "trust.forget_what_is_over": SLOW,
}
"""All that is not named here waits in `default`."""


def route(name: str, *_message: object, **_options: object) -> dict[str, object]:
    """Where Celery puts a task."""
    queue = QUEUES.get(name, DEFAULT)
    return {"queue": queue, "priority": PRIORITIES[queue]}
