from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.gis.geos import Point
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from polls.models import Choice
from polls.near import FARTHEST_METRES
from polls.near import NEAREST as NEAREST_SQL
from polls.views import NEAREST

CITY_HALL = {"lat": "39.9526", "lon": "-75.1635"}


@pytest.fixture
def near(client, question):
    """Ask what is near the city hall, with other parameters on top."""
    return lambda **parameters: client.get(reverse("polls:near"), CITY_HALL | parameters)


def test_form_comes_first(client, db):
    """Without a position there is a form, and some to start from."""
    response = client.get(reverse("polls:near"))

    assertContains(response, 'name="lat"')
    assertContains(response, "City Hall")
    assertNotContains(response, "errorlist")


def test_nearest_comes_first(near):
    """Each with its distance, its question and a pin."""
    response = near()

    assert ["Market", "Museum"] == [choice.text for choice in response.context["choices"]]
    assertContains(response, "359 m")
    assertContains(response, "2.1 km")
    assert (39.9526, -75.1635) == response.context["map"].data["here"]


@pytest.mark.parametrize(("radius", "found"), [("", 2), ("358", 0), ("360", 1), ("1000000", 2)])
def test_radius_is_in_metres(near, radius, found):
    """Nothing farther away is listed; nothing at all is said."""
    response = near(radius=radius)

    assert found == len(response.context["choices"])
    assert (found == 0) == ("Nothing here" in response.content.decode())


def test_list_is_short(near, question):
    """However many there are."""
    Choice.objects.bulk_create(Choice(question=question, text=str(n), place=Point(-75, 40)) for n in range(NEAREST))

    assert NEAREST == len(near().context["choices"])


def test_unpublished_question_has_no_places(near, question):
    """A question and its choices are hidden before its time."""
    question.published_at = timezone.now() + timedelta(days=1)
    question.save()

    assertContains(near(), "Nothing here")


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        *[(name, value) for name in ("lat", "lon") for value in ("", "x", "nan", "inf", "1e999", "1;2", "٣x")],
        ("lat", "90.1"),
        ("lon", "-180.1"),
        ("radius", "0"),
        ("radius", "-5"),
        ("radius", "nan"),
        ("radius", "1e99"),
        ("radius", "far"),
    ],
)
def test_nonsense_is_explained(near, parameter, value):
    """The form comes back with a message at the field and what was typed."""
    response = near(**{parameter: value})

    assert [parameter] == list(response.context["form"].errors)
    assertContains(response, "errorlist", status_code=400)


@pytest.mark.parametrize(("lat", "lon"), [("90", "0"), ("-90", "180"), ("0", "-180"), ("-0", "0")])
def test_ends_of_the_earth_are_places(near, lat, lon):
    """Poles and the antimeridian may be asked for."""
    assertContains(near(lat=lat, lon=lon), "Nothing here")


def test_other_side_of_the_antimeridian_is_near(near, choice):
    """The earth is round."""
    Choice.objects.filter(pk=choice.pk).update(place=Point(179.99, 0))

    assert ["Market"] == [found.text for found in near(lat="0", lon="-179.99").context["choices"]]


def test_other_side_of_the_globe_is_never_searched(near):
    """Asked for as any distance, as the largest, or as more."""
    assertContains(near(lat="-40", lon="100"), "No place within 1,000 km")
    assert 400 == near(radius="1000001").status_code


@pytest.mark.django_db
@pytest.mark.parametrize("radius", [500, FARTHEST_METRES])
def test_near_walks_the_spatial_index(radius):
    """Among many places PostgreSQL takes the rows from the index, the nearest first, and reads no table whole."""
    call_command("make_polls", 2, choices=10_000, stdout=StringIO())
    with connection.cursor() as cursor:
        cursor.execute(f"explain {NEAREST_SQL}", {"here": "SRID=4326;POINT(-75 40)", "radius": radius, "limit": 10})
        plan = "\n".join(line for (line,) in cursor)

    assert "Index Scan using polls_choice_place" in plan
    assert "Seq Scan on polls_choice" not in plan


def test_near_asks_once(near, django_assert_num_queries):
    """For the places, never for a session or a user."""
    with django_assert_num_queries(1):
        near(radius="5000")
