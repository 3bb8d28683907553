"""A member's own pages show who asks to write with them, and nothing of whom they want no contact with."""

from django.db import migrations

from commons.journal import journal


class Migration(migrations.Migration):
    dependencies = [("contact", "0001_first_tables"), ("commons", "0004_journal")]

    operations = [
        journal("contact_nocontact", "'members.reader:' || r.member_id", "'members.reader:' || r.other_id"),
        journal("contact_contactrequest", "'members.reader:' || r.asked_id"),
    ]
