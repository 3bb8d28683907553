"""What others see of people is written down as it changes; not when they sign in."""

from django.db import migrations

from commons.journal import journal

SEEN = ("username", "display_name", "standing", "roles", "is_active")


class Migration(migrations.Migration):
    dependencies = [("members", "0004_nearly_named"), ("commons", "0004_journal")]

    operations = [
        journal("members_member", "'members.member:' || r.id", only=SEEN),
        journal("members_unclaimedauthor", "'members.unclaimedauthor:' || r.id"),
    ]
