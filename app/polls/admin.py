"""The admin: a question with its choices, and places on a map without network."""

from django.contrib import admin
from django.contrib.gis.admin import GISModelAdmin
from django.contrib.gis.admin.options import GeoModelAdminMixin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from polls.models import Choice, Question, QuestionQuerySet
from polls.widgets import PlaceWidget

# Each is six fields of a form, of which Django takes a thousand, and a map.
MOST_INLINE = 50


class ChoiceInline(GeoModelAdminMixin, admin.TabularInline):
    gis_widget = PlaceWidget
    model = Choice
    extra = 1


@admin.register(Question)
class QuestionAdmin(admin.ModelAdmin):
    date_hierarchy = "published_at"
    inlines = [ChoiceInline]
    list_display = ["text", "published_at", "total", "list_of_choices"]
    search_fields = ["text"]

    def get_queryset(self, request: HttpRequest) -> QuestionQuerySet:
        return super().get_queryset(request).with_total()

    def get_inlines(self, request: HttpRequest, obj: Question | None) -> list[type[ChoiceInline]]:
        many = obj and Choice.objects.of_question(obj.pk)[MOST_INLINE : MOST_INLINE + 1].exists()
        return [] if many else self.inlines

    @admin.display(description="choices")
    def list_of_choices(self, question: Question) -> str:
        url = reverse("admin:polls_choice_changelist", query={"question__id__exact": question.pk})
        return format_html('<a href="{}">Choices</a>', url)

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
