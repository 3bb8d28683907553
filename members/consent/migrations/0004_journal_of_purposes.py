"""Some pages show whoever has said yes to something."""

from django.db import migrations

from commons.journal import journal

MEMBER = "'members.member:' || r.member_id"
BEFORE = journal("consent_consentstate", MEMBER)


class Migration(migrations.Migration):
    dependencies = [("consent", "0003_journal")]

    operations = [
        migrations.RunSQL(BEFORE.reverse_sql, BEFORE.sql),
        journal("consent_consentstate", MEMBER, "'consent.purpose:' || r.purpose_code"),
    ]
