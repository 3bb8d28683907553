"""A member's own pages show what they have read, kept and begun, and what they may see."""

from django.db import migrations

from commons.journal import journal

READER = "'members.reader:' || r.member_id"
CATEGORY = "'forum.category:' || r.content_object_id"
BEFORE = journal("forum_categoryuserpermission", CATEGORY)


class Migration(migrations.Migration):
    dependencies = [("forum", "0011_journal")]

    operations = [
        journal("forum_visit", READER, only=("seen_number", "current_number"), key=("member_id", "thread_id")),
        journal("forum_caughtup", READER),
        journal("forum_bookmark", READER),
        journal("forum_draft", READER),
        journal("forum_summary", "'forum.thread:' || r.thread_id"),
        migrations.RunSQL(BEFORE.reverse_sql, BEFORE.sql),
        journal("forum_categoryuserpermission", CATEGORY, "'members.reader:' || r.user_id"),
        journal("forum_categorygrouppermission", CATEGORY, "'forum.categories'"),
    ]
