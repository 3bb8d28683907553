"""The Celery application: tasks of every room, and the schedule."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commons.config.settings")

app = Celery("commons")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule_filename = os.environ.get("CELERY_BEAT_FILE", "celerybeat-schedule")
app.autodiscover_tasks()


@app.on_configure.connect
def _schedule(sender: Celery, **_kwargs: object) -> None:
    from commons.config.schedule import SCHEDULE

    sender.conf.beat_schedule = SCHEDULE
