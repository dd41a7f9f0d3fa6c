"""The toy for an asynchronous server. Only measured: production serves config.wsgi."""

import os

from django.core.asgi import get_asgi_application  # type: ignore[import-not-found]  # the host has no Django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_asgi_application()
