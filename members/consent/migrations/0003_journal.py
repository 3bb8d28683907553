"""What somebody allows changes what is shown of them."""

from django.db import migrations

from commons.journal import journal


class Migration(migrations.Migration):
    dependencies = [("consent", "0002_only_added_to"), ("commons", "0004_journal")]

    operations = [journal("consent_consentstate", "'members.member:' || r.member_id")]
