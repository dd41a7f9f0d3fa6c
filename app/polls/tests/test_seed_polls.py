import json
from io import StringIO

import pytest
from django.core.management import call_command

from polls.management.commands.seed_polls import PLACES
from polls.models import Choice, Question


def seed():
    output = StringIO()
    call_command("seed_polls", stdout=output)
    return output.getvalue()


@pytest.mark.django_db
def test_seed_fills_an_empty_toy():
    """The first run adds questions whose choices lie in the city."""
    assert "Applying seed" in seed()

    assert 7 == Question.objects.published().count()
    lon, lat = Choice.objects.get(text="Independence Hall").place.coords
    assert (-75.15, 39.9489) == (lon, lat)


@pytest.mark.django_db
def test_seed_has_places_of_one_city():
    """The file of places is loaded: some dozens, none outside of Philadelphia, with its licence."""
    seed()

    places = Choice.objects.filter(question__text="Which museum should everybody see once?")
    assert places.count() == places.in_bbox(-75.29, 39.86, -74.95, 40.14).count() == 17
    assert "CC0-1.0" == json.loads(PLACES.read_text())["license"]


@pytest.mark.django_db
def test_seed_again_changes_nothing():
    """Votes since then stay, and nothing is there twice."""
    seed()
    Choice.objects.update(votes=7)
    before = list(Choice.objects.values())

    assert "nothing to seed" in seed()
    assert before == list(Choice.objects.values())


def test_seed_leaves_own_questions_alone(question):
    """No example is added to a user's own questions."""
    seed()

    assert [question] == list(Question.objects.all())
