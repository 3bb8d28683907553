"""The base of every model: related rows are fetched on purpose, never by accident in a loop."""

from django.conf import settings
from django.db import models


class FetchingQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Applies `settings.FETCH_MODE`: an accidental fetch raises in tests and costs one query in production."""


class FetchingManager[Row: models.Model](models.Manager[Row]):
    def get_queryset(self) -> models.QuerySet[Row]:
        return super().get_queryset().fetch_mode(settings.FETCH_MODE)


def managed_by[Row: models.Model](rows: type[models.QuerySet[Row]]) -> models.Manager[Row]:
    """The manager of a model whose QuerySet is `rows`."""
    return FetchingManager.from_queryset(rows)()
