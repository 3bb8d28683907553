"""A file is part of the place where it stands."""

from django.db import migrations

from commons.journal import journal


class Migration(migrations.Migration):
    dependencies = [("files", "0001_first_tables"), ("commons", "0004_journal")]

    operations = [journal("files_file", "r.place_kind || ':' || r.place_key")]
