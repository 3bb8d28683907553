"""What the forum's pages show is written down as it changes. A category's counters change with its threads."""

from django.db import migrations

from commons.journal import journal

OF_CATEGORY = ("slug", "name", "description", "position", "visibility", "language", "how_we_talk", "is_greeting")


class Migration(migrations.Migration):
    dependencies = [("forum", "0010_subjects"), ("commons", "0004_journal")]

    operations = [
        journal("forum_category", "'forum.category:' || r.id", "'forum.categories'", only=OF_CATEGORY),
        journal("forum_categoryuserpermission", "'forum.category:' || r.content_object_id"),
        journal("forum_thread", "'forum.thread:' || r.id", "'forum.talk:' || r.category_id"),
        journal("forum_post", "'forum.thread:' || r.thread_id"),
        journal("forum_restatement", "'forum.post:' || r.post_id"),
        journal("forum_threadchange", "'forum.thread:' || r.thread_id"),
        journal("forum_threadsubject", "'forum.thread:' || r.thread_id"),
    ]
