"""Titles without accents and capitals in a column of their own: to compare one with what was typed, PostgreSQL made
it anew for each row that it looked at."""

import django.contrib.postgres.indexes
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("forum", "0015_indexes_of_few_rows"),
        ("members", "0007_journal_of_names"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="thread",
            name="forum_thread_nearly",
        ),
        migrations.AddField(
            model_name="thread",
            name="folded_title",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func(
                    models.F("title"),
                    template="lower(regexp_replace(normalize(%(expressions)s, NFKD), '[\\u0300-\\u036f]', '', 'g'))",
                ),
                output_field=models.TextField(),
            ),
        ),
        migrations.AddIndex(
            model_name="thread",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["folded_title"], name="forum_thread_nearly", opclasses=["gin_trgm_ops"]
            ),
        ),
    ]
