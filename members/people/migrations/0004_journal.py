"""A member's pages show words of thanks beside what they are for."""

from django.db import migrations

from commons.journal import journal


class Migration(migrations.Migration):
    dependencies = [("people", "0003_thanks_for_a_thing"), ("commons", "0004_journal")]

    operations = [
        journal("people_thanks", "r.about"),
    ]
