"""The admin: a question with its choices, and places on a map without network."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import ForeignKeyRawIdWidget
from django.contrib.gis.admin import GISModelAdmin
from django.contrib.gis.admin.options import GeoModelAdminMixin
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from polls.deletion import QuestionDeletion, delete_selected
from polls.models import Choice, Question, QuestionQuerySet
from polls.widgets import PlaceWidget

# Each is six fields of a form, of which Django takes a thousand, and a map.
MOST_INLINE = 50
# New choices in one form: of fields, Django takes a thousand. A request may claim to have any number of rows.
MOST_FORMS = 150
# In one filter or field.
MOST_LISTED = 200


class ChoiceInline(GeoModelAdminMixin, admin.TabularInline):
    gis_widget = PlaceWidget
    model = Choice
    extra = 1
    max_num = MOST_FORMS

    def get_formset(self, request: HttpRequest, obj: Question | None = None, **options: Any) -> Any:
        return super().get_formset(request, obj, absolute_max=MOST_FORMS, **options)


# For every model: failed logins are many, too.
admin.site.add_action(delete_selected)


@admin.register(Question)
class QuestionAdmin(QuestionDeletion, admin.ModelAdmin):
    date_hierarchy = "published_at"
    inlines = [ChoiceInline]
    list_display = ["text", "published_at", "total", "list_of_choices"]
    search_fields = ["text"]
    # Each facet would be counted over all rows.
    show_facets = admin.ShowFacets.NEVER

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
    show_facets = admin.ShowFacets.NEVER
    list_select_related = ["question"]
    search_fields = ["text"]

    def get_list_filter(self, request: HttpRequest) -> list[str]:
        return [] if _questions_are_many() else self.list_filter

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if _questions_are_many():
            kwargs["widget"] = ForeignKeyRawIdWidget(db_field.remote_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_form(self, request: HttpRequest, obj: Choice | None = None, **options: Any) -> type[ModelForm]:
        form = super().get_form(request, obj, **options)
        if obj and "place" in form.base_fields:
            placed = Choice.objects.of_question(obj.question_id).filter(place__isnull=False).first()
            if placed:
                form.base_fields["place"].widget.centre = placed.place
        return form


def _questions_are_many() -> bool:
    """Whether a list of them all is too long to read; there may be a hundred thousand."""
    return Question.objects.order_by()[MOST_LISTED : MOST_LISTED + 1].exists()
