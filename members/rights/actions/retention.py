"""Every night: what has been kept long enough goes, rule by rule."""

import logging
from datetime import datetime

from django.db import Error as DatabaseError
from django.db import transaction

from commons import holdings
from commons.holdings import Retention
from members.rights import queries
from members.rights.models import RetentionRun

log = logging.getLogger(__name__)


def run_retention(*, now: datetime) -> list[RetentionRun]:
    """Go through all rules. One that fails leaves a line and does not stop the others."""
    return [run_rule(rule.code, now=now) for rule in holdings.rules() if rule.is_nightly]


def run_rule(code: str, *, now: datetime) -> RetentionRun:
    """Do what one rule says, and write down what came of it."""
    rule = next(rule for rule in holdings.rules() if rule.code == code)
    before = now - queries.kept(rule)
    run = RetentionRun(rule=code, ran_at=now, candidates=0, done=0)
    try:
        with transaction.atomic():
            run.candidates = rule.due(before).count() if rule.due else 0
            run.done = _forget(rule, before) if run.candidates else 0
    except DatabaseError as error:
        log.exception("the rule %s failed", code)
        run.errors = type(error).__name__
    run.save()
    return run


def _forget(rule: Retention, before: datetime) -> int:
    if rule.forget:
        return rule.forget(before)
    rows = rule.due(before) if rule.due else None
    label = rows.model._meta.label if rows is not None else ""
    return rows.delete()[1].get(label, 0) if rows is not None else 0
