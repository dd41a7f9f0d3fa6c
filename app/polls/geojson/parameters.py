"""Query parameters of the places API."""

import math
from typing import Any

from django import forms
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.http import QueryDict

from polls.geojson.problems import BadParameterError
from polls.near import FARTHEST_METRES
from polls.validators import validate_place

MOST_PLACES, USUAL_PLACES = 1000, 100
# The last place's number, after its distance where that is the order.
CURSOR = r"\A([0-9]{1,8}(\.[0-9]{1,20})?(e-[0-9]{1,3})?,)?[0-9]{1,18}\Z"


class NumbersField(forms.Field):
    """Finite numbers with commas between them, a list."""

    def __init__(self, names: str) -> None:
        super().__init__(required=False)
        self.names = names

    def to_python(self, value: str | None) -> list[float] | None:
        if not value:
            return None
        try:
            numbers = [float(part) for part in value.split(",")]
        except ValueError:
            numbers = []
        if len(numbers) != len(self.names.split(",")) or not all(map(math.isfinite, numbers)):
            raise ValidationError(f"Give {self.names} as numbers with commas between them.")
        return numbers


class PlacesForm(forms.Form):
    bbox = NumbersField("west,south,east,north")
    near = NumbersField("longitude,latitude")
    radius = forms.FloatField(min_value=0, max_value=FARTHEST_METRES, required=False)
    limit = forms.IntegerField(min_value=1, max_value=MOST_PLACES, required=False)
    after = forms.RegexField(CURSOR, required=False)

    def clean_bbox(self) -> list[float] | None:
        bbox = self.cleaned_data["bbox"]
        if bbox:
            west, south, east, north = bbox
            validate_place(Point(west, south))
            validate_place(Point(east, north))
            if south > north:
                raise ValidationError("Its south is north of its north.")
        return bbox

    def clean_near(self) -> Point | None:
        near = self.cleaned_data["near"] and Point(*self.cleaned_data["near"], srid=4326)
        if near:
            validate_place(near)
        return near

    def clean_limit(self) -> int:
        return self.cleaned_data["limit"] or USUAL_PLACES

    def clean(self) -> None:
        near, radius, after = map(self.cleaned_data.get, ("near", "radius", "after"))
        if near and radius is None:
            self.cleaned_data["radius"] = FARTHEST_METRES
        if radius is not None and not near and "near" not in self.errors:
            self.add_error("radius", "It needs near, the place that it is around.")
        if after and "near" not in self.errors and ("," in after) != bool(near):
            self.add_error("after", "It belongs to another request. Take it from the answer's next.")


def read(parameters: QueryDict) -> dict[str, Any]:
    """The parameters, checked: what was not given is None. Raises BadParameterError."""
    for name in parameters:
        if name not in PlacesForm.base_fields:
            raise BadParameterError(name[:50], f"There is no such parameter, only {', '.join(PlacesForm.base_fields)}.")
        if len(parameters.getlist(name)) > 1:
            raise BadParameterError(name, "Give it once.")
    form = PlacesForm(parameters)
    for name, messages in form.errors.items():
        raise BadParameterError(name, " ".join(messages))
    return form.cleaned_data
