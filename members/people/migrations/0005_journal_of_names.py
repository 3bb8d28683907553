"""A search looks at the names in the directory, and shows what their people tell."""

from django.db import migrations

from commons.journal import journal

PEOPLE = "'members.people'"


class Migration(migrations.Migration):
    dependencies = [("people", "0004_journal")]

    operations = [
        journal("people_profile", PEOPLE),
        journal("people_topic", PEOPLE),
        journal("people_membertopic", PEOPLE),
        journal("people_picture", PEOPLE),
        journal("people_chosen", "'members.reader:' || r.member_id", "'members.reader:' || r.other_id"),
    ]
