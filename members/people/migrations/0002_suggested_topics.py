"""Words to begin with; the community adds its own and strikes these out in /admin/."""

from django.db import migrations

NAMES = (
    "Accessibility", "Book-keeping", "Building and repair", "Care for children", "Care for elders", "Co-operative law",
    "Cooking for many", "Cycling and bicycles", "Design", "Energy", "Events", "Facilitation", "First aid", "Food growing",
    "Fundraising", "Housing", "Listening", "Mediation", "Music", "Photography", "Programming", "Sewing and mending",
    "Sign language", "Teaching", "Translation", "Woodwork", "Writing",
)  # fmt: skip


def suggest(apps, schema_editor):
    Topic = apps.get_model("people", "Topic")
    rows = [Topic(name=name, normalised=name.casefold(), is_suggested=True) for name in NAMES]
    Topic.objects.bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("people", "0001_what_members_tell")]

    operations = [migrations.RunPython(suggest, migrations.RunPython.noop)]
