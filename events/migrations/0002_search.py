"""The words of events for search. Django's models don't name the column: `commons.searching.Words` does."""

from django.db import migrations

WORDS = """
ALTER TABLE events_event ADD COLUMN words tsvector
    GENERATED ALWAYS AS (commons_words(language, title || ' ' || source)) STORED;
CREATE INDEX events_event_words ON events_event USING gin (words);
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0001_first_tables"), ("commons", "0002_words")]

    operations = [migrations.RunSQL(WORDS, "ALTER TABLE events_event DROP COLUMN words;")]
