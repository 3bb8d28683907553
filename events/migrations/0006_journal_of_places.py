"""The calendar says where people meet."""

from django.db import migrations

from commons.journal import journal


class Migration(migrations.Migration):
    dependencies = [("events", "0005_journal_of_dates")]

    operations = [journal("events_place", "'events.events'")]
