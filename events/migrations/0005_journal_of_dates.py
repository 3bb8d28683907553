"""A search looks at all events and their dates."""

from django.db import migrations

from commons.journal import journal

EVENT = "'events.event:' || r.id"
BEFORE = journal("events_event", EVENT)


class Migration(migrations.Migration):
    dependencies = [("events", "0004_journal")]

    operations = [
        migrations.RunSQL(BEFORE.reverse_sql, BEFORE.sql),
        journal("events_event", EVENT, "'events.events'"),
        journal("events_occurrence", "'events.events'"),
        journal("events_eventuserpermission", "'members.reader:' || r.user_id"),
    ]
