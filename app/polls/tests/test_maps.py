import pytest
from django.contrib.gis.geos import Point

from polls.maps import HEIGHT, WIDTH, NearMap, SketchMap
from polls.models import Choice
from polls.near import Found
from polls.sheet import LONGEST_BAR, Sheet, unwrapped

BERLIN = [(13.3777, 52.5163), (13.4022, 52.5436)]
DENMARK = [(12.57, 55.68), (10.2, 56.16)]
FIJI = [(178.4419, -18.1416), (-178.8, -17.3)]
PHILADELPHIA = [(-75.16, 39.95), (-75.18, 39.96)]


def at(lon, lat):
    return Choice(place=Point(lon, lat))


def test_map_without_places_is_false():
    """Templates leave it out."""
    assert not SketchMap([Choice()])


def test_single_place_is_in_the_middle():
    """One place gets some city around it."""
    assert [(WIDTH / 2, HEIGHT / 2)] == [(m.x, m.y) for m in SketchMap([at(-75.16, 39.95)]).markers]


def test_north_is_up_and_east_is_right():
    """The first marker is the northern one, because the southern ones are drawn in front."""
    north_west, south_east = SketchMap([at(-75.10, 39.90), at(-75.20, 40.00)]).markers

    assert north_west.y < south_east.y
    assert north_west.x < south_east.x


def test_all_places_lie_inside():
    """However far apart they are, with room for their pins."""
    for marker in SketchMap([at(-75.3, 39.8), at(-75.0, 40.1), at(-75.1, 39.9)]).markers:
        assert 0 < marker.x < WIDTH
        assert 40 < marker.y < HEIGHT


def test_scale_bar_is_true():
    """It is as long as places are apart that lie so far from each other."""
    sketch = SketchMap([at(-75.16, 39.95), at(-75.16, 39.95 + 1000 / 111_320)])
    one, other = sketch.markers

    assert ("500 m", pytest.approx((other.y - one.y) / 2, abs=0.3)) == (sketch.bar.label, sketch.bar.length)


@pytest.mark.parametrize("metres_per_unit", [0.5, 5, 33, 400, 9_000, 60_000])
def test_scale_bar_has_room_for_its_label(metres_per_unit):
    """Also where a kilometre is shorter than a letter."""
    bar = Sheet(WIDTH, HEIGHT, 0, 0, 1 / metres_per_unit).bar

    assert len(bar.label) * 9 < bar.length <= LONGEST_BAR


def test_pole_does_not_divide_by_zero():
    """Degrees of longitude have no length there."""
    assert SketchMap([at(0, 90), at(90, 90)]).markers


@pytest.mark.parametrize(
    ("places", "shown"),
    [
        (PHILADELPHIA, {"city"}),
        (BERLIN, {"inset"}),
        (DENMARK, {"world"}),
        (FIJI, {"world"}),
        (PHILADELPHIA + BERLIN, {"city", "world"}),
    ],
)
def test_sketch_shows_what_there_is_around(places, shown):
    """The city's streets, the world's coasts, or where in the world that is where neither has a line so close."""
    sketch = SketchMap([at(*place) for place in places])

    drawn = {"city": bool(sketch.streets and sketch.rivers), "world": bool(sketch.world), "inset": bool(sketch.inset)}
    assert shown == {name for name, is_drawn in drawn.items() if is_drawn}
    assert sketch.has_world == bool(shown & {"world", "inset"})
    assert sketch.has_city == ("city" in shown)


def test_overview_shows_the_world_around_one_place():
    """A card shows the region; markers may overlap."""
    assert SketchMap([at(*BERLIN[0])], overview=True).world
    assert not SketchMap([at(*PHILADELPHIA[0])], overview=True).world


@pytest.mark.parametrize(("lon", "lat"), [(0, 0), (13, 52), (151, -34), (179, 0), (-179, 0)])
def test_world_lies_where_the_places_do(lon, lat):
    """The image's middle is where the equator meets the first meridian, and its quarters are a quarter of the globe."""
    sheet = Sheet(WIDTH, HEIGHT, lon, lat, 1 / 20_000)
    origin, quarter = sheet.project(0, 0), sheet.project(90, -45)
    middles = [(image.x + image.width / 2, image.y + image.height / 2) for image in sheet.world]

    assert pytest.approx(origin, abs=0.2) in middles
    for image in sheet.world:
        assert 4 * (quarter[0] - origin[0]) == pytest.approx(image.width, abs=0.5)
        assert 4 * (quarter[1] - origin[1]) == pytest.approx(image.height, abs=0.5)
    assert all(image.x < WIDTH and image.x + image.width > 0 for image in sheet.world)


@pytest.mark.parametrize(
    ("lons", "together"),
    [
        ([], []),
        ([178.0, -179.0], [178.0, 181.0]),
        ([-179.0, 10.0, 178.0], [181.0, 10.0, 178.0]),
        ([-75.0, 13.0], [-75.0, 13.0]),
        ([-90.0, 90.0], [-90.0, 90.0]),
        ([5.0], [5.0]),
    ],
)
def test_places_across_the_antimeridian_are_neighbours(lons, together):
    """Longitudes past 180 instead of a map around the world."""
    assert together == unwrapped(lons)


def test_browsers_map_crosses_the_antimeridian():
    """So does the data of the map, and the one around a visitor."""
    sketch = SketchMap([at(*place) for place in FIJI])
    xs = [marker.x for marker in sketch.markers]

    assert max(xs) - min(xs) < WIDTH
    # Text, votes, question and address of what was found do not matter here.
    found = Found(1, "Suva", 0, 1, "Where?", -18.1416, 178.4419, 0.0)
    data = NearMap(-17.3, -178.8, [found]).data
    assert (-17.3, pytest.approx(181.2)) == data["here"]
    assert (-18.1416, 178.4419) == data["places"][0]["at"]


def test_leader_is_in_front():
    """No neighbour hides the one with the most votes, not even a southern one."""
    leader, neighbour = at(-75.16, 39.951), at(-75.16, 39.95)
    leader.leads = True

    assert [neighbour, leader] == [marker.choice for marker in SketchMap([leader, neighbour]).markers]
