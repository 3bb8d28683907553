"""The time, asked for in one place; everything deeper takes it as an argument."""

from datetime import datetime

from django.utils import timezone


def now() -> datetime:
    return timezone.now()
