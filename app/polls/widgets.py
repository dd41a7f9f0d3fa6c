"""A form field for a place that works without network and without JavaScript."""

import re
from typing import Any

from django.contrib.gis.forms.widgets import BaseGeometryWidget
from django.contrib.gis.geos import GEOSGeometry, Point

from polls.validators import FARTHEST_EAST, FARTHEST_NORTH

# The seeded questions' city: the map's centre if no place is known.
CITY_CENTRE = Point(-75.1635, 39.9526, srid=4326)


class PlaceWidget(BaseGeometryWidget):
    """Latitude and longitude as numbers, and a map that sets them where there is JavaScript.

    Django's own map widgets load their script and their tiles from elsewhere,
    and django-leaflet's writes a script into the page, which the policy forbids.
    """

    geom_type = "POINT"
    map_srid = 4326
    template_name = "polls/place_widget.html"
    # The map's centre for a choice without a place.
    centre = CITY_CENTRE

    class Media:
        css = {"all": ["leaflet/leaflet.css", "polls/colours.css", "polls/city_map.css", "polls/place_widget.css"]}
        js = ["leaflet/leaflet.js", "polls/world.js", "polls/city_map.js", "polls/place_widget.js"]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        place = self.deserialize(value) if isinstance(value, str) else value
        context["lon"], context["lat"] = place.coords if place else _as_typed(value)
        context["centre"] = place or self.centre
        # The prefix of a row in another's form ends with a dash.
        context["alone"] = "-" not in name
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        lat, lon = (data.get(f"{name}_{part}", "").strip() for part in ("lat", "lon"))
        return f"SRID=4326;POINT({lon} {lat})" if lat or lon else ""

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}_lat" not in data and f"{name}_lon" not in data

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_lat"

    def deserialize(self, value: str) -> GEOSGeometry | None:
        """None for an invalid place; the form field reports it as an invalid value."""
        place = super().deserialize(value) if value else None
        # Two numbers in one field make a third coordinate.
        if place is None or place.hasz or abs(place.x) > FARTHEST_EAST or abs(place.y) > FARTHEST_NORTH:
            return None
        return place


def _as_typed(value: Any) -> tuple[str, str]:
    """Invalid longitude and latitude, for correction in the form."""
    typed = re.fullmatch(r"SRID=4326;POINT\((.*) (.*)\)", value) if isinstance(value, str) else None
    return typed.groups() if typed else ("", "")
