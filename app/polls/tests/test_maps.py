import pytest
from django.contrib.gis.geos import Point

from polls.maps import HEIGHT, WIDTH, SketchMap
from polls.models import Choice


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


def test_kilometre_is_true():
    """The scale bar is as long as a kilometre of places is apart."""
    sketch = SketchMap([at(-75.16, 39.95), at(-75.16, 39.95 + 1000 / 111_320)])
    one, other = sketch.markers

    assert sketch.kilometre == pytest.approx(other.y - one.y, abs=0.3)


def test_pole_does_not_divide_by_zero():
    """Degrees of longitude have no length there."""
    assert SketchMap([at(0, 90), at(90, 90)]).markers
