import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0003_history"), ("joining", "0001_who_comes")]

    operations = [
        migrations.AlterField(
            model_name="rsvp",
            name="occurrence",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rsvps",
                to="events.occurrence",
            ),
        ),
        migrations.AlterField(
            model_name="terms",
            name="event",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                primary_key=True,
                related_name="terms",
                serialize=False,
                to="events.event",
            ),
        ),
    ]
