"""A sketch map of the city as SVG coordinates: no tiles, no network, no JavaScript."""

from collections.abc import Iterable
from functools import cached_property
from math import cos, radians
from typing import Any, NamedTuple

from polls.city import RIVERS, STREETS, Line
from polls.models import Choice
from polls.near import Found

METRES_PER_DEGREE = 111_320
WIDTH, HEIGHT = 640, 440
# A single place would otherwise fill the map with one street.
SMALLEST_SPAN_METRES = 3_000


class Marker(NamedTuple):
    choice: Choice
    x: float
    y: float


class River(NamedTuple):
    name: str
    width: float
    path: str


class SketchMap:
    """Where the choices lie, in an SVG view box of `width` x `height`; false without a place."""

    def __init__(self, choices: Iterable[Choice], width: int = WIDTH, height: int = HEIGHT) -> None:
        self.width, self.height = width, height
        self._choices = [choice for choice in choices if choice.place]
        if not self._choices:
            return
        xs = [choice.place.x for choice in self._choices]
        ys = [choice.place.y for choice in self._choices]
        self._lon, self._lat = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
        # A degree of longitude is shorter than one of latitude, except at the equator.
        self._shrink = max(cos(radians(self._lat)), 0.01)
        wide = max((max(xs) - min(xs)) * METRES_PER_DEGREE * self._shrink, SMALLEST_SPAN_METRES)
        high = max((max(ys) - min(ys)) * METRES_PER_DEGREE, 1)
        # Room for a pin above the northernmost place, and as much around.
        margin = height / 7
        self.scale = min((width - 2 * margin) / wide, (height - 2 * margin) / high)

    def __bool__(self) -> bool:
        return bool(self._choices)

    @cached_property
    def markers(self) -> list[Marker]:
        # The southern ones last: where two overlap, the lower one is in front.
        return sorted((Marker(c, *self._project(c.place.x, c.place.y)) for c in self._choices), key=lambda m: m.y)

    @property
    def data(self) -> dict[str, Any]:
        """The same for a map that a browser draws, as places_map.js reads it."""
        return {
            "here": None,
            "places": [
                _place(c.text, c.votes, c.rank, c.place.coords[::-1], c.question.text, c.question.get_absolute_url())
                for c in self._choices
            ],
        }

    @cached_property
    def rivers(self) -> list[River]:
        return [
            River(name, round(max(metres * self.scale, 2), 1), _curve([self._project(*p) for p in course]))
            for name, metres, course in RIVERS
        ]

    @cached_property
    def streets(self) -> list[str]:
        return [self._polyline(course) for _, _, course in STREETS]

    @cached_property
    def kilometre(self) -> float:
        """Length of the scale bar."""
        return round(1000 * self.scale, 1)

    def _polyline(self, course: Line) -> str:
        return " ".join("{},{}".format(*self._project(*point)) for point in course)

    def _project(self, lon: float, lat: float) -> tuple[float, float]:
        x = self.width / 2 + (lon - self._lon) * METRES_PER_DEGREE * self._shrink * self.scale
        y = self.height / 2 - (lat - self._lat) * METRES_PER_DEGREE * self.scale
        return round(x, 1), round(y, 1)


def data_near(here: dict[str, float], found: Iterable[Found]) -> dict[str, Any]:
    """What lies around `here` for a map that a browser draws."""
    return {
        "here": (here["lat"], here["lon"]),
        "places": [_place(f.text, f.votes, f.rank, (f.lat, f.lon), f.question, f.url) for f in found],
    }


def _place(*values: Any) -> dict[str, Any]:
    place = dict(zip(("name", "votes", "rank", "at", "question", "url"), values, strict=True))
    return place | {"votes": f"{place['votes']:,} vote{'' if place['votes'] == 1 else 's'}"}


def _curve(points: list[tuple[float, float]]) -> str:
    """An SVG path without corners: it bends at each point and passes half-way between two."""
    first, *middle, last = points
    path = "M{} {}".format(*first)
    for here, following in zip(middle, [*middle[1:], last], strict=True):
        half = (here[0] + following[0]) / 2, (here[1] + following[1]) / 2
        path += " Q{} {} {:.1f} {:.1f}".format(*here, *half)
    return path + " L{} {}".format(*last)
