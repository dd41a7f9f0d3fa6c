"""A view whose query holds a number that no column does."""

from django.db import connection
from django.urls import path


def refused(request):
    with connection.cursor() as cursor:
        cursor.execute("select 99999999999::integer")


urlpatterns = [path("refused/", refused)]
