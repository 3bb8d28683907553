"""A member's own pages show how far their welcome has come, and whom they welcome."""

from django.db import migrations

from commons.journal import journal

READER = "'members.reader:' || r.member_id"


class Migration(migrations.Migration):
    dependencies = [("welcome", "0002_rest_with_an_end"), ("commons", "0004_journal")]

    operations = [
        journal("welcome_welcome", READER),
        journal("welcome_acceptance", READER),
        journal("welcome_checkin", READER),
        journal("welcome_pairing", "'members.reader:' || r.welcomer_id"),
    ]
