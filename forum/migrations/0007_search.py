"""The words of posts and titles for search. Django's models don't name these columns: `commons.searching.Words` does.

More statistics of words than usual: PostgreSQL then knows a rare word from a common one, and so whether the
word's own index or the newest posts lead to the answer sooner.
"""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations, models

FOLDED = r"lower(regexp_replace(normalize(%(expressions)s, NFKD), '[\u0300-\u036f]', '', 'g'))"

WORDS = """
ALTER TABLE forum_post ADD COLUMN words tsvector GENERATED ALWAYS AS (commons_words(language, source)) STORED;
ALTER TABLE forum_thread ADD COLUMN words tsvector GENERATED ALWAYS AS (commons_words('', title)) STORED;
ALTER TABLE forum_post ALTER COLUMN words SET STATISTICS 500;
CREATE INDEX forum_post_words ON forum_post USING gin (words);
CREATE INDEX forum_thread_words ON forum_thread USING gin (words);
"""
NO_WORDS = "ALTER TABLE forum_post DROP COLUMN words; ALTER TABLE forum_thread DROP COLUMN words;"


class Migration(migrations.Migration):
    dependencies = [("forum", "0006_reading"), ("commons", "0002_words")]

    operations = [
        migrations.RunSQL(WORDS, NO_WORDS),
        migrations.AddIndex(
            model_name="thread",
            index=GinIndex(
                OpClass(models.Func(models.F("title"), template=FOLDED), name="gin_trgm_ops"),
                name="forum_thread_nearly",
            ),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                fields=["-created_at", "-id"],
                condition=models.Q(deleted_at=None, hidden_at=None),
                name="forum_post_latest",
            ),
        ),
        migrations.RemoveConstraint(
            model_name="category",
            name="forum_category_slug_is_free",
        ),
        migrations.AddConstraint(
            model_name="category",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("slug__in", ("drafts", "new", "posts", "preview", "similar", "threads")), _negated=True
                ),
                name="forum_category_slug_is_free",
                violation_error_message="The forum uses this name for a page of its own. Please choose another.",
            ),
        ),
    ]
