"""The world's outline: TopoJSON to SVG, on a world of two countries and a pole."""

import re
from pathlib import Path
from typing import Any

from breakable_toy import world_outline

ROOT = Path(__file__).resolve().parents[2]


def topology(arcs: list[list[list[int]]], land: list[Any], countries: list[Any]) -> dict[str, Any]:
    """Return a world whose grid is whole degrees."""
    return {
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "arcs": arcs,
        "objects": {"land": {"type": "MultiPolygon", "arcs": land}, "countries": {"geometries": countries}},
    }


def test_neighbours_have_a_border_and_one_coast() -> None:
    """Two countries on an island share the arc between them; the coast goes around both."""
    west, between, east = [[0, 0], [-9, 5], [9, 5]], [[0, 0], [0, 10]], [[0, 10], [9, -5], [-9, -5]]
    world = topology(
        [west, between, east],
        [[[0, 2]]],
        [{"type": "Polygon", "arcs": [[0, ~1]]}, {"type": "MultiPolygon", "arcs": [[[1, 2]]]}],
    )
    assert [[(0, 0), (0, -1000)]] == world_outline.borders(world)
    coast = [(0, 0), (-900, -500), (0, -1000), (0, -1000), (900, -500), (0, 0)]
    assert [coast] == world_outline.land(world)


def test_island_on_the_antimeridian_is_on_both_sides() -> None:
    """It is whole on each, and does not reach around the world."""
    world = topology([[[179, 0], [-358, 1], [358, 1], [0, -2]]], [[[0]]], [])
    east = [(17900, 0), (18100, -100), (17900, -200), (17900, 0)]
    assert [[(x - 36000, y) for x, y in east], east] == world_outline.land(world)


def test_land_around_a_pole_reaches_it() -> None:
    """A coast that goes once around the world is closed by the pole."""
    world = topology([[[-180, -70], [120, 0], [120, 0], [120, 0]]], [[[0]]], [])
    shown = [ring for ring in world_outline.land(world) if min(x for x, _ in ring) == -18000]
    assert [(18000, 9000), (-18000, 9000)] == shown[0][-2:]


def test_path_has_no_point_twice() -> None:
    """A step of nothing is none, and an island that is smaller than the grid is not drawn."""
    assert "M1,2l3,0 0,-1" == world_outline.path([[(1, 2), (1, 2), (4, 2), (4, 1)], [(7, 7), (7, 7)]])


def test_bundled_outline_is_what_the_script_writes() -> None:
    """Its frame is the script's, its size is bounded, and world.txt names its origin."""
    folder = ROOT / "app/polls/static/polls"
    outline = (folder / "world.svg").read_text()
    before, after = world_outline.SVG.format(land="|", borders="|").split("|")[:2]
    assert outline.startswith(before)
    assert after in outline
    assert len(outline) < 600_000
    assert "Natural Earth" in (folder / "world.txt").read_text()


def test_outline_has_the_colours_of_the_pages() -> None:
    """An image cannot read colours.css, so land and borders are repeated in it."""
    css = (ROOT / "app/polls/static/polls/colours.css").read_text()
    (land,) = re.findall(r"--toy-land: light-dark\((\S+), (\S+)\)", css)
    (border,) = re.findall(r"--toy-border: light-dark\((\S+), (\S+)\)", css)
    assert list(land) == re.findall(r"#land \{\{ fill: (#\w+)", world_outline.SVG)
    assert list(border) == re.findall(r"stroke: (#\w+)", world_outline.SVG)
