"""The calendar shows times on a member's own clock."""

from django.db import migrations

from commons.journal import journal


class Migration(migrations.Migration):
    dependencies = [("notifications", "0006_journal")]

    operations = [
        journal("notifications_preferences", "'members.reader:' || r.member_id", only=("zone",), key=("member_id",))
    ]
