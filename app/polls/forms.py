"""Forms for visitors' query strings, with messages for invalid values."""

from django import forms

from polls.near import FARTHEST_METRES
from polls.validators import FARTHEST_EAST, FARTHEST_NORTH


class SearchForm(forms.Form):
    q = forms.CharField(
        label="Search questions",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "Search questions"}),
    )


class NearForm(forms.Form):
    """A visitor's position. The page writes the fields by itself: Django's widgets take longer than the query."""

    lat = forms.FloatField(label="Latitude", min_value=-FARTHEST_NORTH, max_value=FARTHEST_NORTH)
    lon = forms.FloatField(label="Longitude", min_value=-FARTHEST_EAST, max_value=FARTHEST_EAST)
    radius = forms.FloatField(label="Within metres", min_value=1, max_value=FARTHEST_METRES, required=False)

    def clean_radius(self) -> float:
        return self.cleaned_data["radius"] or FARTHEST_METRES
