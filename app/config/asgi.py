"""The application server's entry point."""

import os
import sys

from config.env import TRUE_WORDS
from config.import_errors import ImportErrorApplication

try:
    from config.wsgi import application as wsgi  # isort: skip
    from django.conf import settings

    from config.gateway import Gateway

    application = Gateway(
        wsgi,
        settings.WEB_THREADS,
        max_size=settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
        max_total_size=settings.BODIES_MAX_MEMORY_SIZE,
        seconds=settings.BODY_DEADLINE_SECONDS,
    )
except (Exception, SystemExit) as error:
    if os.environ.get("DJANGO_DEBUG", "").lower() not in TRUE_WORDS:
        raise
    # A worker that ends stops the container; in development the next edit may correct the error.
    application = ImportErrorApplication(error)
    print(application.text, file=sys.stderr)
