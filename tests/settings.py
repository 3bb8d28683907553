"""The settings of the site, and what differs in tests. Its own var folder, so that a running site is left alone."""

import os
from pathlib import Path

os.environ.setdefault("COMMONS_VAR", str(Path(__file__).resolve().parents[1] / "var" / "test"))
os.environ["COMMONS_EPHEMERAL"] = "1"
os.environ["COMMONS_DEVELOPMENT"] = "1"
os.environ["SECRET_KEY"] = "only for tests"
os.environ["LASTING_KEY"] = "only for tests, and lasting"
os.environ.pop("SITE_URL", None)
os.environ.pop("PORT", None)

from commons.config.settings import *  # noqa: F403 (everything, but for what follows)

ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
SECOND_FACTOR_REQUIRED = True
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = False
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = "UNDEFINED(%s)"  # noqa: F405 (comes with the star)
LOGGING["root"]["level"] = "ERROR"  # noqa: F405 (comes with the star)
