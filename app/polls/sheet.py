"""A flat drawing of a part of the world, in units of an SVG."""

from math import cos, radians
from typing import NamedTuple

METRES_PER_DEGREE = 111_320
WHOLE_CIRCLE = 360
# The world's outline is right to a few kilometres: closer, places at the sea would lie in it.
FINEST_METRES_PER_UNIT = 50
# Closer, a drawing may have no coast or border at all.
INSET_METRES_PER_UNIT = 250
LONGEST_BAR = 150
METRES_PER_KILOMETRE = 1000


class Image(NamedTuple):
    x: float
    y: float
    width: float
    height: float


class Bar(NamedTuple):
    """A scale bar: its length in units of the drawing, and in words."""

    length: float
    label: str


class Sheet(NamedTuple):
    """A flat drawing of the surroundings of a place; `scale` is its units in a metre."""

    width: int
    height: int
    lon: float
    lat: float
    scale: float

    @property
    def shrink(self) -> float:
        """A degree of longitude is shorter than one of latitude, except at the equator."""
        return max(cos(radians(self.lat)), 0.01)

    def project(self, lon: float, lat: float) -> tuple[float, float]:
        x = self.width / 2 + (lon - self.lon) * METRES_PER_DEGREE * self.shrink * self.scale
        y = self.height / 2 - (lat - self.lat) * METRES_PER_DEGREE * self.scale
        return round(x, 1), round(y, 1)

    @property
    def world(self) -> list[Image]:
        """Positions of world.svg; several if the sheet crosses the antimeridian."""
        images = []
        for turn in (-WHOLE_CIRCLE, 0, WHOLE_CIRCLE):
            (left, top), (right, bottom) = self.project(turn - 180, 90), self.project(turn + 180, -90)
            if left < self.width and right > 0:
                images.append(Image(left, top, round(right - left, 1), round(bottom - top, 1)))
        return images

    @property
    def shows_world(self) -> bool:
        return 1 / self.scale >= FINEST_METRES_PER_UNIT

    @property
    def needs_inset(self) -> bool:
        return 1 / self.scale < INSET_METRES_PER_UNIT

    @property
    def bar(self) -> Bar:
        most = LONGEST_BAR / self.scale
        metres = max(step * 10**power for step in (1, 2, 3, 5) for power in range(1, 8) if step * 10**power <= most)
        kilometres = metres // METRES_PER_KILOMETRE
        return Bar(round(metres * self.scale, 1), f"{kilometres:,} km" if kilometres else f"{metres} m")


def unwrapped(lons: list[float]) -> list[float]:
    """Longitudes, some of them past 180, so that what is close across the antimeridian has no world in between."""
    if not lons:
        return []
    west, *following = ordered = sorted(lons)
    gaps = [(east - lon, east) for lon, east in zip(ordered, [*following, west + WHOLE_CIRCLE], strict=True)]
    # The last one where none is wider: as they are.
    first = max(reversed(gaps), key=lambda gap: gap[0])[1]
    return [lon if first > ordered[-1] or lon >= first else lon + WHOLE_CIRCLE for lon in lons]
