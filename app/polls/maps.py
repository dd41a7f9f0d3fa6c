"""A sketch map of the city as SVG coordinates: no tiles, no network, no JavaScript."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from math import cos, radians
from typing import Any

from polls.models import Choice

METRES_PER_DEGREE = 111_320
WIDTH, HEIGHT = 640, 440
MARGIN_METRES = 900
# A single place would otherwise fill the map with one street.
SMALLEST_SPAN_METRES = 4_000

# Longitude, latitude; drawn by hand, right to about 100 m in the centre.
RIVERS = {
    "Schuylkill": {
        "metres": 140,
        "course": [
            (-75.1935, 40.0120), (-75.1975, 40.0080), (-75.1905, 39.9990), (-75.1935, 39.9940), (-75.2040, 39.9850),
            (-75.1965, 39.9770), (-75.1890, 39.9705), (-75.1850, 39.9655), (-75.1805, 39.9600), (-75.1803, 39.9541),
            (-75.1820, 39.9500), (-75.1865, 39.9462), (-75.1960, 39.9420), (-75.2050, 39.9400), (-75.2095, 39.9345),
            (-75.2030, 39.9260), (-75.2090, 39.9150), (-75.2080, 39.9030), (-75.1985, 39.8930), (-75.1950, 39.8830),
        ],
    },
    "Delaware": {
        "metres": 720,
        "course": [
            (-75.0450, 39.9990), (-75.0650, 39.9860), (-75.0850, 39.9790), (-75.1050, 39.9735), (-75.1215, 39.9670),
            (-75.1310, 39.9605), (-75.1350, 39.9530), (-75.1368, 39.9450), (-75.1362, 39.9330), (-75.1305, 39.9180),
            (-75.1305, 39.9050), (-75.1380, 39.8930), (-75.1640, 39.8825), (-75.1950, 39.8790), (-75.2250, 39.8680),
        ],
    },
}  # fmt: skip


@dataclass(frozen=True)
class Marker:
    choice: Choice
    x: float
    y: float


class SketchMap:
    """Where the choices lie, in an SVG view box of WIDTH x HEIGHT; false without a place."""

    width, height = WIDTH, HEIGHT

    def __init__(self, choices: Iterable[Choice]) -> None:
        self._choices = [choice for choice in choices if choice.place]
        if not self._choices:
            return
        xs = [choice.place.x for choice in self._choices]
        ys = [choice.place.y for choice in self._choices]
        self._lon, self._lat = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
        # A degree of longitude is shorter than one of latitude, except at the equator.
        self._shrink = max(cos(radians(self._lat)), 0.01)
        wide = max((max(xs) - min(xs)) * METRES_PER_DEGREE * self._shrink + 2 * MARGIN_METRES, SMALLEST_SPAN_METRES)
        high = (max(ys) - min(ys)) * METRES_PER_DEGREE + 2 * MARGIN_METRES
        self.scale = min(WIDTH / wide, HEIGHT / high)

    def __bool__(self) -> bool:
        return bool(self._choices)

    @cached_property
    def markers(self) -> list[Marker]:
        # The southern ones last: where two overlap, the lower one is in front.
        return sorted((Marker(c, *self._project(c.place.x, c.place.y)) for c in self._choices), key=lambda m: m.y)

    @cached_property
    def rivers(self) -> list[dict[str, Any]]:
        return [
            {
                "name": name,
                "points": " ".join("{},{}".format(*self._project(*point)) for point in river["course"]),
                "width": round(max(river["metres"] * self.scale, 2), 1),
            }
            for name, river in RIVERS.items()
        ]

    @property
    def centre(self) -> tuple[float, float]:
        """Longitude and latitude in the middle of the view box."""
        return self._lon, self._lat

    @property
    def degrees_per_pixel(self) -> tuple[float, float]:
        """Longitude and latitude: the way back from the map to the earth."""
        lat = 1 / (METRES_PER_DEGREE * self.scale)
        return lat / self._shrink, lat

    @cached_property
    def kilometre(self) -> float:
        """Length of the scale bar."""
        return round(1000 * self.scale, 1)

    def _project(self, lon: float, lat: float) -> tuple[float, float]:
        x = WIDTH / 2 + (lon - self._lon) * METRES_PER_DEGREE * self._shrink * self.scale
        y = HEIGHT / 2 - (lat - self._lat) * METRES_PER_DEGREE * self.scale
        return round(x, 1), round(y, 1)
