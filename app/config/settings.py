"""The toy's settings: everything that differs between machines is an environment variable.

Without DJANGO_DEBUG they are a production's: what is safe needs no switch.
"""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from config import certificates, env

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = env.flag("DJANGO_DEBUG", False)
SECRET_KEY = env.text("DJANGO_SECRET_KEY")
ALLOWED_HOSTS = env.hosts("DJANGO_ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.origins("DJANGO_CSRF_TRUSTED_ORIGINS", [])

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.gis",
    # Only for its static files: its template tags write scripts into the page.
    "leaflet",
    "axes",
    "csp",
    "django_prometheus",
    "watchman",
    "circuit_breaker",
    "polls",
]

MIDDLEWARE = [
    "config.logs.RequestLogMiddleware",
    "config.health.drain.DrainMiddleware",
    # Before all others: a load balancer probes by address and plain HTTP,
    # which host validation and the redirect to HTTPS would refuse.
    "config.health.middleware.LivenessMiddleware",
    "config.import_errors.ImportErrorMiddleware",
    # Around all that may answer a program with a page.
    "polls.geojson.middleware.ProblemMiddleware",
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.refusals.RedirectHostMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.static.StaticFilesMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "config.refusals.RefusalMiddleware",
    # Before all middleware that queries the database.
    "circuit_breaker.middleware.CircuitBreakerMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "axes.middleware.AxesMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

# Threads of a worker. More in development, because without a pool each of them may wait two seconds for a connection,
# and readiness has to answer meanwhile.
WEB_THREADS = env.number("WEB_THREADS", 16 if DEBUG else 2, low=1, high=100)
# A form's body: its size, the time until it is here, and what all bodies of a worker take at once (config.gateway).
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
BODIES_MAX_MEMORY_SIZE = 32 * DATA_UPLOAD_MAX_MEMORY_SIZE
BODY_DEADLINE_SECONDS = 10

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

_template_loaders = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # The pages for errors, and what only developers are to see.
        "DIRS": [*([BASE_DIR / "config/development"] if DEBUG else []), BASE_DIR / "config/templates"],
        "OPTIONS": {
            # In development not cached: an edit shows on the very next request, without a restart.
            "loaders": _template_loaders if DEBUG else [("django.template.loaders.cached.Loader", _template_loaders)],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# The time that a request may wait for the database, in all, before it gets a 503.
DATABASE_DEADLINE_SECONDS = env.number("DATABASE_DEADLINE_SECONDS", 3.0, float, low=0.1, high=60)
POOL_SIZE = env.number("POSTGRES_POOL_SIZE", 0 if DEBUG else 5, high=100)
DATABASES = {
    "default": {
        "ENGINE": "circuit_breaker.postgis",
        "HOST": env.text("POSTGRES_HOST", "database"),
        "PORT": env.number("POSTGRES_PORT", 5432, low=1),
        "NAME": env.text("POSTGRES_DB", "toy"),
        "USER": env.text("POSTGRES_USER", "toy"),
        "PASSWORD": env.text("POSTGRES_PASSWORD"),
        "OPTIONS": {
            # The least that libpq takes.
            "connect_timeout": 2,
            # The server cancels the query of a client that has disconnected.
            "options": "-c client_connection_check_interval=1s",
            **certificates.libpq_options(env.certificates("POSTGRES_CA", "")),
        },
    }
}
if POOL_SIZE:
    # One connection for each thread of the application server and one to
    # spare. Without a pool every request opens its own.
    DATABASES["default"]["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": POOL_SIZE,
        # For one attempt: in between, a request may give up (circuit_breaker).
        "timeout": 0.1,
    }

# The image's own (images/django); where they are not, GeoDjango looks for the system's.
_libraries = Path("/usr/local/lib/geo")
if _libraries.exists():
    GDAL_LIBRARY_PATH = str(_libraries / "libgdal.so")
    GEOS_LIBRARY_PATH = str(_libraries / "libgeos_c.so")

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
# Failed logins are counted by address: counted by name, any visitor could lock the administrators out.
AXES_LOCKOUT_PARAMETERS = ["ip_address"]
AXES_CLIENT_IP_CALLABLE = "config.logins.visitor"
AXES_USERNAME_CALLABLE = "config.logins.name"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_TEMPLATE = "429.html"
# Its version, at each start of each command.
AXES_VERBOSE = False
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True

# In a cookie of their own: what the next page says costs no query, and no session.
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

# The origin of a CDN that fetches /static/ from here; empty for none.
STATIC_HOST = env.origin("STATIC_HOST", "")
STATIC_URL = f"{STATIC_HOST}/static/"
STATIC_ROOT = BASE_DIR / "static_root"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "config.compression.StaticFilesStorage"
    },
}
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_MAX_AGE = 0 if DEBUG else 60

# The number of trusted proxies: the load balancer, and those in front of it.
PROXY_COUNT = env.number("DJANGO_PROXY_COUNT", 0 if DEBUG else 1, high=9)
# HTTPS ends at a proxy, which says so in this header.
_protocol_header = env.header("DJANGO_PROTOCOL_HEADER", "X-Forwarded-Proto").upper().replace("-", "_")
SECURE_PROXY_SSL_HEADER = (f"HTTP_{_protocol_header}", "https") if PROXY_COUNT else None
SECURE_SSL_REDIRECT = env.flag("DJANGO_SECURE_SSL_REDIRECT", not DEBUG)
# Compose and a deploy ask from inside, by plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^health-check/$"]
SECURE_HSTS_SECONDS = 0 if DEBUG else 60 * 60 * 24 * 365
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = not DEBUG
CSRF_COOKIE_SECURE = not DEBUG

WATCHMAN_CHECKS = ("config.health.checks.readiness",)
WATCHMAN_ERROR_CODE = 503
# Requests with one of these tokens see details; without tokens, none do.
WATCHMAN_TOKENS = env.text("WATCHMAN_TOKENS", "")
HEALTH_CHECK_DEADLINE_SECONDS = env.number("HEALTH_CHECK_DEADLINE_SECONDS", 1.0, float, low=0.1, high=10)

# Tiles under the hand-drawn map, as a template for Leaflet; without any, no page loads anything from elsewhere.
MAP_TILE_URL = env.tile_url("MAP_TILE_URL", "")
MAP_TILE_ATTRIBUTION = env.text("MAP_TILE_ATTRIBUTION", "")

_static_sources = [SELF, STATIC_HOST] if STATIC_HOST else [SELF]
# Leaflet empties the tiles that it gives up with an image in its own code.
_tile_sources = ["{0.scheme}://{0.netloc}".format(urlsplit(MAP_TILE_URL)), "data:"] if MAP_TILE_URL else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": _static_sources,
        "img-src": [*_static_sources, *_tile_sources],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
PERMISSIONS_POLICY = {
    "geolocation": "self",
    **{feature: [] for feature in ("camera", "display-capture", "microphone", "payment", "usb")},
}

# Prometheus asks here, where no load balancer leads to; 0 for nowhere.
METRICS_PORT = env.number("METRICS_PORT", 0)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request_id": {"()": "django.utils.log.CallbackFilter", "callback": "ext://config.logs.add_request_id"},
        "exceptions": {"()": "django.utils.log.CallbackFilter", "callback": "ext://config.logs.is_exception"},
    },
    "formatters": {
        "line": {"format": "{levelname} {name}: {message} [{request_id}]", "style": "{"},
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "fmt": "{levelname}{name}{message}{request_id}",
            "style": "{",
            "rename_fields": {"levelname": "level", "name": "logger"},
            "timestamp": True,
        },
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["request_id"],
            "formatter": "line" if DEBUG else "json",
        },
    },
    "root": {
        "handlers": ["console"],
        "level": env.choice("DJANGO_LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")),
    },
    "loggers": {
        # Django's own handlers, of its default configuration, go: each line would come twice.
        "django": {"level": "INFO"},
        # Our own line of each request has the same facts.
        "django.request": {"filters": ["exceptions"]},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        # One line for each time that a connection is taken and given back.
        "psycopg.pool": {"level": "WARNING"},
    },
}
