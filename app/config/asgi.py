"""The application server's entry point."""

import os
import sys

from config.env import TRUE_WORDS
from config.mistakes import Unimportable

try:
    from config.wsgi import application as wsgi  # isort: skip
    from django.conf import settings

    from config.gateway import Gateway

    application = Gateway(
        wsgi,
        settings.WEB_THREADS,
        most=settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
        most_together=settings.BODIES_MAX_MEMORY_SIZE,
        seconds=settings.BODY_DEADLINE_SECONDS,
    )
except (Exception, SystemExit) as error:
    if os.environ.get("DJANGO_DEBUG", "").lower() not in TRUE_WORDS:
        raise
    # A worker that ends takes the container with it, whatever ended it; here an edit will correct it.
    application = Unimportable(error)
    print(application.text, file=sys.stderr)
