"""The welcome's work by the clock."""

from celery import shared_task

from commons import clock
from members.welcome import actions, letters


@shared_task(name="welcome.look_after_newcomers")
def look_after_newcomers() -> None:
    """Pair those who wait, ask how it goes, and tell somebody of a hello without an answer."""
    now = clock.now()
    actions.end_old_pairings(now=now)
    actions.pair_all(now=now)
    letters.send_due_check_ins(now=now)
    letters.nudge(now=now)
