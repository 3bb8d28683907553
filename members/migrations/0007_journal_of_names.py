"""A search looks at all names."""

from django.db import migrations

from commons.journal import journal

MEMBER = "'members.member:' || r.id"
SEEN = ("username", "display_name", "standing", "roles", "is_active")
BEFORE = journal("members_member", MEMBER, only=SEEN)


class Migration(migrations.Migration):
    dependencies = [("members", "0006_journal_of_groups")]

    operations = [
        migrations.RunSQL(BEFORE.reverse_sql, BEFORE.sql),
        journal("members_member", MEMBER, "'members.people'", only=SEEN),
    ]
