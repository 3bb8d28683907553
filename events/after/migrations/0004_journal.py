"""A search looks at what came of events."""

from django.db import migrations

from commons.journal import journal

EVENTS = "'events.events'"


class Migration(migrations.Migration):
    dependencies = [("after", "0003_feedback_by_time"), ("commons", "0004_journal")]

    operations = [
        journal("after_writeup", EVENTS),
        journal("after_writeuprevision", EVENTS),
        journal("after_outcome", EVENTS),
    ]
