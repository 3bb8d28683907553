"""The calendar offers a member what is near their own town."""

from django.db import migrations

from commons.journal import journal

PEOPLE = "'members.people'"
BEFORE = journal("people_profile", PEOPLE)


class Migration(migrations.Migration):
    dependencies = [("people", "0005_journal_of_names")]

    operations = [
        migrations.RunSQL(BEFORE.reverse_sql, BEFORE.sql),
        journal("people_profile", PEOPLE, "'members.reader:' || r.member_id"),
    ]
