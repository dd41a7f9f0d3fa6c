"""A form field for a place that works without network and without JavaScript."""

from typing import Any

from django.contrib.gis.forms.widgets import BaseGeometryWidget
from django.contrib.gis.geos import GEOSGeometry, Point

from polls.maps import SketchMap
from polls.models import Choice

FARTHEST_EAST, FARTHEST_NORTH = 180, 90
# Where the map looks when there is no place yet: the city of the seeded questions.
CITY_CENTRE = Point(-75.1635, 39.9526, srid=4326)


class PlaceWidget(BaseGeometryWidget):
    """Latitude and longitude as numbers, beside a sketch map that a click can read them from.

    Django's own map widgets load their script and their tiles from elsewhere.
    """

    geom_type = "POINT"
    map_srid = 4326
    template_name = "polls/place_widget.html"

    class Media:
        css = {"all": ["polls/place_widget.css"]}
        js = ["polls/place_widget.js"]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        place = self.deserialize(value) if isinstance(value, str) else value
        context["place"] = place
        context["map"] = SketchMap([Choice(place=place or CITY_CENTRE)])
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        lat, lon = (data.get(f"{name}_{part}", "").strip() for part in ("lat", "lon"))
        return f"SRID=4326;POINT({lon} {lat})" if lat or lon else ""

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}_lat" not in data and f"{name}_lon" not in data

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_lat"

    def deserialize(self, value: str) -> GEOSGeometry | None:
        """None for what is no place on earth; the form field reports it as an invalid value."""
        place = super().deserialize(value) if value else None
        if place is None or abs(place.x) > FARTHEST_EAST or abs(place.y) > FARTHEST_NORTH:
            return None
        return place
