"""Limits of the admin's deletions. Django's own confirmation lists every object, and holds all of them in memory."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import actions
from django.contrib.auth import get_permission_codename
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from polls.models import Choice

MOST = 1000


@admin.action(permissions=["delete"], description="Delete selected %(verbose_name_plural)s")
def delete_selected(modeladmin: admin.ModelAdmin, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
    """Django's, for a selection that its confirmation page can carry."""
    if queryset.order_by()[MOST : MOST + 1].exists():
        message = f"At most {MOST:,} can be deleted at once. Nothing was deleted. Select fewer of them."
        modeladmin.message_user(request, message, messages.ERROR)
        return None
    return actions.delete_selected(modeladmin, request, queryset)


class QuestionDeletion:
    """For an admin of questions, whose choices may be a million: they are counted, and go in one statement."""

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        choices = Choice.objects.filter(question__in=[question.pk for question in objs])
        if not choices.order_by()[MOST : MOST + 1].exists():
            return super().get_deleted_objects(objs, request)
        counts = {"questions": len(objs), "choices": choices.count()}
        allowed = f"polls.{get_permission_codename('delete', Choice._meta)}"
        missing = set() if request.user.has_perm(allowed) else {Choice._meta.verbose_name}
        summary = [*(f"Question: {question}" for question in objs), f"All of their {counts['choices']:,} choices"]
        return summary, counts, missing, []
