"""Maps of places: what a browser's map gets, and a sketch in SVG without tiles, network or JavaScript."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any, NamedTuple

from polls.city import RIVERS, STREETS, Line, is_in_city
from polls.models import Choice
from polls.near import Found
from polls.sheet import METRES_PER_DEGREE, Bar, Image, Sheet, unwrapped

WIDTH, HEIGHT = 640, 440
INSET_WIDTH, INSET_HEIGHT = 160, 110
# A single place would otherwise fill the map with one street.
SMALLEST_SPAN_METRES = 3_000
# So much of the world shows where in it a place lies.
OVERVIEW_METRES = 2_500_000

type LonLat = tuple[float, float]


class Marker(NamedTuple):
    choice: Choice
    x: float
    y: float


class River(NamedTuple):
    name: str
    width: float
    path: str


class PlacesMap:
    """The surroundings that a map of these places shows."""

    def __init__(self, places: list[LonLat]) -> None:
        self.places = list(zip(unwrapped([lon for lon, _ in places]), [lat for _, lat in places], strict=True))
        self.has_city = any(is_in_city(*place) for place in places)
        self.has_world = not all(is_in_city(*place) for place in places)

    def sheet(self, width: int, height: int, smallest_span: int) -> Sheet:
        """The drawing that all of them fit on, which shows at least so many metres."""
        xs, ys = zip(*self.places, strict=True)
        around = Sheet(width, height, (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2, 1)
        wide = max((max(xs) - min(xs)) * METRES_PER_DEGREE * around.shrink, smallest_span)
        high = max((max(ys) - min(ys)) * METRES_PER_DEGREE, 1)
        # Room for a pin above the northernmost place, and as much around.
        margin = height / 7
        return around._replace(scale=min((width - 2 * margin) / wide, (height - 2 * margin) / high))

    @property
    def inset(self) -> Sheet | None:
        """The region around them, for a map that is too close to contain a coast."""
        near = self.sheet(WIDTH, HEIGHT, SMALLEST_SPAN_METRES)
        if not self.has_world or not near.needs_inset:
            return None
        return near._replace(width=INSET_WIDTH, height=INSET_HEIGHT, scale=INSET_WIDTH / OVERVIEW_METRES)


class SketchMap(PlacesMap):
    """The choices as markers in an SVG view box of `width` x `height`; false without a place.

    An `overview` shows the region of the world, at the cost of the distances between the markers.
    """

    def __init__(
        self, choices: Iterable[Choice], width: int = WIDTH, height: int = HEIGHT, overview: bool = False
    ) -> None:
        self.width, self.height = width, height
        self._choices = [choice for choice in choices if choice.place]
        super().__init__([choice.place.coords for choice in self._choices])
        if self._choices:
            span = OVERVIEW_METRES if overview and self.has_world else SMALLEST_SPAN_METRES
            self._sheet = self.sheet(width, height, span)

    def __bool__(self) -> bool:
        return bool(self._choices)

    @cached_property
    def markers(self) -> list[Marker]:
        # The southern ones last: where two overlap, the lower one is in front; and before all the one that leads.
        markers = [
            Marker(choice, *self._sheet.project(*place))
            for choice, place in zip(self._choices, self.places, strict=True)
        ]
        return sorted(markers, key=lambda marker: (marker.choice.leads, marker.y))

    @property
    def data(self) -> dict[str, Any]:
        """The same for a map that a browser draws, as places_map.js reads it."""
        return {
            "here": None,
            "places": [
                _place(c.text, c.votes, c.number, c.leads, (lat, lon), c.question.text, c.question.get_absolute_url())
                for c, (lon, lat) in zip(self._choices, self.places, strict=True)
            ],
        }

    @cached_property
    def world(self) -> list[Image]:
        return self._sheet.world if self.has_world and self._sheet.shows_world else []

    @cached_property
    def rivers(self) -> list[River]:
        return [
            River(
                name,
                round(max(metres * self._sheet.scale, 2), 1),
                _curve([self._sheet.project(*point) for point in course]),
            )
            for name, metres, course in RIVERS
            if self.has_city
        ]

    @cached_property
    def streets(self) -> list[str]:
        return [self._polyline(course) for _, _, course in STREETS if self.has_city]

    @cached_property
    def bar(self) -> Bar:
        return self._sheet.bar

    def _polyline(self, course: Line) -> str:
        return " ".join("{},{}".format(*self._sheet.project(*point)) for point in course)


class NearMap(PlacesMap):
    """The choices around `here`, for a map that a browser draws."""

    def __init__(self, lat: float, lon: float, found: list[Found]) -> None:
        super().__init__([(lon, lat), *((f.lon, f.lat) for f in found)])
        here, *places = self.places
        self.data = {
            "here": here[::-1],
            "places": [
                _place(f.text, f.votes, f.number, False, place[::-1], f.question, f.url)
                for f, place in zip(found, places, strict=True)
            ],
        }


def _place(*values: Any) -> dict[str, Any]:
    names = ("name", "votes", "number", "leads", "at", "question", "url")
    place = dict(zip(names, values, strict=True))
    return place | {"votes": f"{place['votes']:,} vote{'' if place['votes'] == 1 else 's'}"}


def _curve(points: list[tuple[float, float]]) -> str:
    """An SVG path without corners: it bends at each point and passes half-way between two."""
    first, *middle, last = points
    path = "M{} {}".format(*first)
    for here, following in zip(middle, [*middle[1:], last], strict=True):
        half = (here[0] + following[0]) / 2, (here[1] + following[1]) / 2
        path += " Q{} {} {:.1f} {:.1f}".format(*here, *half)
    return path + " L{} {}".format(*last)
