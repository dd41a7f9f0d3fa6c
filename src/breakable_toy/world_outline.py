"""The world's land and borders as an SVG, from a TopoJSON file of npm's package world-atlas (Natural Earth).

``PYTHONPATH=src .venv/bin/python -m breakable_toy.world_outline countries-50m.json`` writes what is
app/polls/static/polls/world.svg. One SVG unit is a hundredth of a degree: x is the longitude, y the latitude, to the
south. Browsers show the file as an image, and world.js reads its two paths, of which each ring or line is ``MX,Yl`` and
the steps between its points.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

UNITS_PER_DEGREE = 100
HALF, WHOLE, POLE = 180 * UNITS_PER_DEGREE, 360 * UNITS_PER_DEGREE, 90 * UNITS_PER_DEGREE
# The colours of colours.css; an image has no access to those of its page.
SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="-18000 -9000 36000 18000" preserveAspectRatio="none">
<!-- Made with Natural Earth (public domain): see world.txt. -->
<style>
#land {{ fill: #e9e6d8; fill-rule: evenodd }}
#borders {{ fill: none; stroke: #a49d87; vector-effect: non-scaling-stroke }}
@media (prefers-color-scheme: dark) {{ #land {{ fill: #22312f }} #borders {{ stroke: #5f7370 }} }}
</style>
<path id="land" d="{land}"/>
<path id="borders" d="{borders}"/>
</svg>
"""

Point = tuple[int, int]
Course = list[Point]


def courses(topology: dict[str, Any]) -> list[Course]:
    """Return the arcs in SVG units: the file has each point as a step from the previous one, in units of its grid."""
    (x_scale, y_scale), (x_start, y_start) = topology["transform"]["scale"], topology["transform"]["translate"]

    def units(x: int, y: int) -> Point:
        return round((x * x_scale + x_start) * UNITS_PER_DEGREE), -round((y * y_scale + y_start) * UNITS_PER_DEGREE)

    return [[units(*point) for point in accumulate(arc, _moved)] for arc in map(_pairs, topology["arcs"])]


def _pairs(arc: list[list[int]]) -> list[Point]:
    return [(x, y) for x, y in arc]


def _moved(point: Point, step: Point) -> Point:
    return point[0] + step[0], point[1] + step[1]


def rings(geometry: dict[str, Any]) -> Iterator[list[int]]:
    """Yield the arcs' numbers of each ring: ~N, which is negative, is arc N from its end to its start."""
    if "geometries" in geometry:
        for part in geometry["geometries"]:
            yield from rings(part)
    elif geometry["type"] == "Polygon":
        yield from geometry["arcs"]
    elif geometry["type"] == "MultiPolygon":
        for polygon in geometry["arcs"]:
            yield from polygon


def land(topology: dict[str, Any]) -> list[Course]:
    """Return the coasts, each a ring on the plane; what reaches over the antimeridian is there on both sides."""
    arcs = courses(topology)
    flat = [
        unwrapped([point for arc in ring for point in (arcs[arc] if arc >= 0 else arcs[~arc][::-1])])
        for ring in rings(topology["objects"]["land"])
    ]
    return [
        [(x + shift, y) for x, y in ring]
        for ring in flat
        for shift in (-WHOLE, 0, WHOLE)
        if min(x for x, _ in ring) + shift < HALF and max(x for x, _ in ring) + shift > -HALF
    ]


def unwrapped(ring: Course) -> Course:
    """Return a ring of the globe without jumps from one edge of the plane to the other; by the pole where it has to."""
    flat = [ring[0]]
    for x, y in ring[1:]:
        flat.append((x + WHOLE * round((flat[-1][0] - x) / WHOLE), y))
    if flat[0][0] != flat[-1][0]:
        # Antarctica: once around the world.
        flat += [(flat[-1][0], POLE), (flat[0][0], POLE)]
    return flat


def borders(topology: dict[str, Any]) -> list[Course]:
    """Return the arcs that two countries share."""
    arcs = courses(topology)
    countries = topology["objects"]["countries"]["geometries"]
    users = Counter(arc for country in countries for arc in {max(n, ~n) for ring in rings(country) for n in ring})
    return [arcs[arc] for arc, number in users.items() if number > 1]


def path(lines: Iterable[Course]) -> str:
    """Return the lines as SVG, without points that repeat the one before, and without lines that are one point."""
    drawn = []
    for line in lines:
        points = [point for point, before in zip(line, [None, *line], strict=False) if point != before]
        steps = [(x - a, y - b) for (a, b), (x, y) in pairwise(points)]
        if steps:
            drawn.append("M{},{}l{}".format(*points[0], " ".join(f"{x},{y}" for x, y in steps)))
    return "\n".join(drawn)


def main() -> int:
    """Write the SVG of the file that the command line names."""
    topology = json.loads(Path(sys.argv[1]).read_text())
    sys.stdout.write(SVG.format(land=path(land(topology)), borders=path(borders(topology))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
