"""Choices by where they are: near a place, within a distance, in a box."""

from io import StringIO

import pytest
from django.contrib.gis.geos import Point
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from polls.models import Choice, Question
from polls.tests.factories import ChoiceFactory

CITY_HALL = Point(-75.1635, 39.9526, srid=4326)
# Edges, poles and the antimeridian are where mistakes are.
LONGITUDES = [-180, -179.5, -90, -0.25, 0, 45.125, 179.5, 180]
LATITUDES = [-90, -45, 0, 0.5, 45, 90]
longitude = st.sampled_from(LONGITUDES) | st.floats(-180, 180, width=32)
latitude = st.sampled_from(LATITUDES) | st.floats(-90, 90, width=32)


@pytest.fixture
def globe(db):
    """A choice at each crossing of the coordinates above."""
    places = [Point(lon, lat) for lon in LONGITUDES for lat in LATITUDES]
    question = ChoiceFactory(place=None).question
    Choice.objects.bulk_create(ChoiceFactory.build(question=question, place=place) for place in places)


def names(choices):
    return [choice.text for choice in choices]


def test_nearest_comes_first_in_metres(question):
    """Distances are metres on the globe; a choice without place is left out."""
    nearest = question.choices.nearest_to(CITY_HALL)

    assert ["Market", "Museum"] == names(nearest)
    assert 359 == pytest.approx(nearest[0].distance.m, abs=5)


@pytest.mark.parametrize(("metres", "found"), [(100, []), (400, ["Market"]), (5000, ["Market", "Museum"])])
def test_within_is_a_circle(question, metres, found):
    """Those in the circle, its metres measured on the globe."""
    assert found == names(question.choices.within(CITY_HALL, metres))


def test_within_crosses_the_antimeridian(question):
    """A place 11 km away is near, even if its longitude has the other sign."""
    ChoiceFactory(text="Fiji", place=Point(179.95, -17))

    assert ["Fiji"] == names(Choice.objects.within(Point(-179.95, -17, srid=4326), 12_000))


def test_bbox_includes_its_edges(question):
    """A place on the edge is inside, its neighbour outside is not."""
    assert ["Market"] == names(Choice.objects.in_bbox(-75.1594, 39.95, -75.1, 39.9533))
    assert [] == names(Choice.objects.in_bbox(-75.1593, 39.95, -75.1, 39.9533))


def test_bbox_across_the_antimeridian(question):
    """West greater than east means: over 180 degrees, not the other way round."""
    ChoiceFactory(text="Fiji", place=Point(179, -17))
    ChoiceFactory(text="Samoa", place=Point(-172, -14))

    assert ["Fiji", "Samoa"] == names(Choice.objects.in_bbox(177, -20, -170, -10))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(west=longitude, east=longitude, one=latitude, other=latitude)
def test_bbox_is_what_comparing_numbers_says(globe, west, east, one, other):
    """Any box, even one without width, holds exactly the places between its numbers."""
    south, north = sorted((one, other))

    def inside(place):
        between = west <= place.x <= east if west <= east else place.x >= west or place.x <= east
        return between and south <= place.y <= north

    expected = {choice.pk for choice in Choice.objects.exclude(place=None) if inside(choice.place)}
    assert expected == set(Choice.objects.in_bbox(west, south, east, north).values_list("pk", flat=True))


@pytest.mark.django_db
def test_large_tables_are_asked_by_index():
    """With many places none of these reads the whole table."""
    call_command("make_polls", 2, choices=10_000, stdout=StringIO())
    question = Choice.objects.first().question
    near = "Order By: (place <-> "
    plans = {
        "near, of a question": (question.choices.nearest_to(CITY_HALL)[:20], near),
        "box": (question.choices.in_bbox(-75.16, 39.95, -75.14, 39.96), "choice_place_flat"),
        "neighbours": (question.choices.first().neighbours()[:5], near),
        "page of a question": (Choice.objects.of_question(question.pk)[:20], "choice_of_question"),
        "first page": (Question.objects.with_first(8).with_total_of_few(100), "choice_of_question"),
    }

    for name, (choices, index) in plans.items():
        plan = choices.explain()
        assert "Seq Scan on polls_choice" not in plan, f"{name}: {plan}"
        assert index in plan, f"{name}: {plan}"
