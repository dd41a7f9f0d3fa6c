"""The admin: a question with its choices, and places on a map without network."""

from django.contrib import admin
from django.contrib.gis.admin import GISModelAdmin
from django.contrib.gis.admin.options import GeoModelAdminMixin

from polls.models import Choice, Question
from polls.widgets import PlaceWidget


class ChoiceInline(GeoModelAdminMixin, admin.TabularInline):
    gis_widget = PlaceWidget
    model = Choice
    extra = 1


@admin.register(Question)
class QuestionAdmin(admin.ModelAdmin):
    date_hierarchy = "published_at"
    inlines = [ChoiceInline]
    list_display = ["text", "published_at", "total"]
    search_fields = ["text"]

    def get_queryset(self, request):
        return super().get_queryset(request).with_total()

    @admin.display(description="votes", ordering="total")
    def total(self, question: Question) -> int:
        return question.total


@admin.register(Choice)
class ChoiceAdmin(GISModelAdmin):
    gis_widget = PlaceWidget
    list_display = ["text", "question", "votes"]
    list_filter = ["question"]
    list_select_related = ["question"]
    search_fields = ["text"]
