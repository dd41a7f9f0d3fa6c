"""What visitors may ask for in an address: checked, so that nonsense is explained."""

from django import forms
from django.contrib.gis.geos import Point
from django.db.models import OuterRef, Prefetch, Subquery
from django.utils import timezone

from polls.models import Choice, ChoiceQuerySet, Question
from polls.validators import FARTHEST_EAST, FARTHEST_NORTH

# The index measures through the earth and not around it. From the other side of the globe all places
# look equally near to it, and PostgreSQL would hold every one of them in memory to put them in order.
FARTHEST_METRES = 1_000_000


class SearchForm(forms.Form):
    q = forms.CharField(
        label="Search questions",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "Search questions"}),
    )


class NearForm(forms.Form):
    """The page writes its fields by itself: Django's widgets take longer than the query."""

    lat = forms.FloatField(label="Latitude", min_value=-FARTHEST_NORTH, max_value=FARTHEST_NORTH)
    lon = forms.FloatField(label="Longitude", min_value=-FARTHEST_EAST, max_value=FARTHEST_EAST)
    radius = forms.FloatField(label="Within metres", min_value=1, max_value=FARTHEST_METRES, required=False)

    def clean_radius(self) -> float:
        return self.cleaned_data["radius"] or FARTHEST_METRES

    @property
    def place(self) -> Point:
        """Where the visitor is. Only for a valid form."""
        return Point(self.cleaned_data["lon"], self.cleaned_data["lat"], srid=4326)

    def choices(self) -> ChoiceQuerySet:
        """What there is to vote for, the nearest first. Only for a valid form."""
        # Looked up for each place found, and no join: PostgreSQL takes the distance for so costly that it
        # thinks no more about how to join, and reads all questions for each place.
        published_at = Question.objects.filter(pk=OuterRef("question_id")).order_by().values("published_at")
        choices = Choice.objects.alias(published_at=Subquery(published_at)).filter(published_at__lte=timezone.now())
        choices = choices.within(self.place, self.cleaned_data["radius"]).nearest_to(self.place)
        return choices.only("text", "votes", "place", "question_id").prefetch_related(
            Prefetch("question", Question.objects.only("text"))
        )
