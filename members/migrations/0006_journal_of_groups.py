"""What a member may see depends on their groups."""

from django.db import migrations

from commons.journal import journal


class Migration(migrations.Migration):
    dependencies = [("members", "0005_journal")]

    operations = [
        journal("members_member_groups", "'members.member:' || r.member_id"),
    ]
