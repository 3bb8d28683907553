"""A member's own pages show what they follow."""

from django.db import migrations

from commons.journal import journal


class Migration(migrations.Migration):
    dependencies = [("notifications", "0005_reason_of_events"), ("commons", "0004_journal")]

    operations = [
        journal("notifications_follow", "'members.reader:' || r.member_id"),
    ]
