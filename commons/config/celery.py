"""The Celery application: tasks of every room, and the schedule."""

import os
import warnings

from celery import Celery
from celery.platforms import SecurityWarning
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commons.config.settings")

# It warns root of pickled messages; ours are JSON only, and production runs as an ordinary user.
warnings.filterwarnings("ignore", category=SecurityWarning)

app = Celery("commons")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule_filename = os.environ.get("CELERY_BEAT_FILE", "celerybeat-schedule")
app.autodiscover_tasks()


@app.on_configure.connect
def _schedule(sender: Celery, **_kwargs: object) -> None:
    from commons.config.schedule import SCHEDULE

    sender.conf.beat_schedule = SCHEDULE


@worker_ready.connect
def _first_heartbeat(**_kwargs: object) -> None:
    app.send_task("commons.heartbeat")
