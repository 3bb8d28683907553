"""Wires the rooms together. Django imports it before anything else, and so tasks find their broker."""

from commons.config.celery import app as celery_app

__all__ = ["celery_app"]
