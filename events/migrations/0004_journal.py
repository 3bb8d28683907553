"""Pages elsewhere name events."""

from django.db import migrations

from commons.journal import journal


class Migration(migrations.Migration):
    dependencies = [("events", "0003_history"), ("commons", "0004_journal")]

    operations = [journal("events_event", "'events.event:' || r.id")]
