"""Routes. Liveness is answered by a middleware."""

from django.contrib import admin
from django.urls import include, path

from config.health.views import readiness

urlpatterns = [
    path("admin/", admin.site.urls),
    path("health-check/", readiness, name="readiness"),
    path("", include("polls.urls")),
]
