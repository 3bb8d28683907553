"""The words of what came of events, for search. `commons.searching.Words` names the columns; an outcome has `words`."""

from django.db import migrations, models

WORDS = """
ALTER TABLE after_writeup ADD COLUMN words tsvector GENERATED ALWAYS AS (commons_words(language, source)) STORED;
CREATE INDEX after_writeup_words ON after_writeup USING gin (words);
ALTER TABLE after_outcome ADD COLUMN words_to_find tsvector GENERATED ALWAYS AS (commons_words('', words)) STORED;
CREATE INDEX after_outcome_words ON after_outcome USING gin (words_to_find);
"""
GONE = """
ALTER TABLE after_writeup DROP COLUMN words;
ALTER TABLE after_outcome DROP COLUMN words_to_find;
"""


class Migration(migrations.Migration):
    dependencies = [("after", "0001_first_tables"), ("commons", "0002_words")]

    operations = [
        migrations.RunSQL(WORDS, GONE),
        migrations.AddIndex(
            model_name="writeup", index=models.Index(fields=["-created_at", "-id"], name="after_writeup_latest")
        ),
        migrations.AddIndex(
            model_name="outcome", index=models.Index(fields=["-told_at", "-id"], name="after_outcome_latest")
        ),
    ]
