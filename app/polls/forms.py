"""What visitors may ask for in an address: checked, so that nonsense is explained."""

from django import forms
from django.contrib.gis.geos import Point

from polls.models import Choice, ChoiceQuerySet

# Half the way around the earth: nothing is farther away.
FARTHEST_METRES = 20_040_000


class SearchForm(forms.Form):
    q = forms.CharField(
        label="Search questions",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "Search questions"}),
    )


class NearForm(forms.Form):
    lat = forms.FloatField(label="Latitude", min_value=-90, max_value=90, widget=forms.NumberInput({"step": "any"}))
    lon = forms.FloatField(label="Longitude", min_value=-180, max_value=180, widget=forms.NumberInput({"step": "any"}))
    radius = forms.FloatField(
        label="Within metres",
        min_value=1,
        max_value=FARTHEST_METRES,
        required=False,
        widget=forms.NumberInput({"step": "any", "placeholder": "any distance"}),
    )

    @property
    def place(self) -> Point:
        """Where the visitor is. Only for a valid form."""
        return Point(self.cleaned_data["lon"], self.cleaned_data["lat"], srid=4326)

    def choices(self) -> ChoiceQuerySet:
        """What there is to vote for, the nearest first. Only for a valid form."""
        choices = Choice.objects.published().nearest_to(self.place)
        if radius := self.cleaned_data["radius"]:
            choices = choices.within(self.place, radius)
        return choices.select_related("question").only("text", "votes", "place", "question__text")
