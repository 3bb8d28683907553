#!/usr/bin/env python
"""The command line of Commons. Starts the embedded services a command needs and stops them after."""

import os
import signal
import sys

from commons.config import services


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commons.config.settings")
    from django.core.management import execute_from_command_line

    signal.signal(signal.SIGTERM, lambda *_received: sys.exit(128 + signal.SIGTERM))  # so that services are stopped
    with services.running():
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
