#!/usr/bin/env python3
"""Django's command line: `manage.py help` lists what it can do."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # One thread needs none, and would wait for a connection of a pool no longer than pages do.
    os.environ.setdefault("POSTGRES_POOL_SIZE", "0")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        # The message names the variable; a stack trace would bury it.
        sys.exit(f"{error}")


if __name__ == "__main__":
    main()
