"""Full text: `commons_words(language, content)` makes the words that search looks for, and trigrams find typing errors.

The function is written into generated columns, so it may never change; another way of making words is
another function and other columns.
"""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

STEMMED = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian",
    "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali",
    "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip

FOLDED = r"lower(regexp_replace(normalize(content, NFKD), '[\u0300-\u036f]', '', 'g'))"
CASES = "\n".join(f"        WHEN '{code}' THEN to_tsvector('{name}', {FOLDED})" for code, name in STEMMED.items())

CREATE = f"""
CREATE FUNCTION commons_words(language text, content text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT CASE split_part(language, '-', 1)
{CASES}
        ELSE to_tsvector('simple', {FOLDED})
    END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("commons", "0001_first_tables")]

    operations = [TrigramExtension(), migrations.RunSQL(CREATE, "DROP FUNCTION commons_words(text, text)")]
