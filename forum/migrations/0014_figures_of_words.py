"""PostgreSQL keeps figures of ten thousand words, so that it knows of more words how rare they are.

What it knows nothing of it takes for as frequent as half the rarest that it knows, and may look for it among the latest
rows, one by one.
"""

from django.db import migrations

KEPT = "ALTER TABLE forum_post ALTER COLUMN words SET STATISTICS {posts}; ALTER TABLE forum_thread ALTER COLUMN words SET STATISTICS {threads};"


class Migration(migrations.Migration):
    dependencies = [("forum", "0013_journal_of_posts")]

    operations = [
        migrations.RunSQL(KEPT.format(posts=1000, threads=1000), KEPT.format(posts=500, threads=-1)),
    ]
