"""A WSGI server's entry point."""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from config import metrics

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

try:
    application = get_wsgi_application()
except ImproperlyConfigured as error:
    # The message names the variable; a stack trace would bury it.
    sys.exit(f"{error}")

if settings.METRICS_PORT:
    metrics.serve(settings.METRICS_PORT)
