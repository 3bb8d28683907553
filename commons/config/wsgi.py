"""What granian serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commons.config.settings")
site = get_wsgi_application()

from commons.ready import at_the_door  # noqa: E402 (once Django knows its settings)

application = at_the_door(site)
