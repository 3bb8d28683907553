"""A search looks at all posts."""

from django.db import migrations

from commons.journal import journal

THREAD = "'forum.thread:' || r.thread_id"
BEFORE = journal("forum_post", THREAD)


class Migration(migrations.Migration):
    dependencies = [("forum", "0012_journal_of_readers")]

    operations = [
        migrations.RunSQL(BEFORE.reverse_sql, BEFORE.sql),
        journal("forum_post", THREAD, "'forum.posts'"),
    ]
