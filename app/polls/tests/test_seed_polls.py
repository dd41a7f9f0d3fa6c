from io import StringIO

import pytest
from django.core.management import call_command

from polls.models import Choice, Question


def seed():
    output = StringIO()
    call_command("seed_polls", stdout=output)
    return output.getvalue()


@pytest.mark.django_db
def test_seed_fills_an_empty_toy():
    """The first run adds questions whose choices lie in the city."""
    assert "Applying seed" in seed()

    assert 4 == Question.objects.published().count()
    lon, lat = Choice.objects.get(text="Independence Hall").place.coords
    assert (-75.15, 39.9489) == (lon, lat)


@pytest.mark.django_db
def test_seed_again_changes_nothing():
    """Votes since then stay, and nothing is there twice."""
    seed()
    Choice.objects.update(votes=7)
    before = list(Choice.objects.values())

    assert "nothing to seed" in seed()
    assert before == list(Choice.objects.values())


def test_seed_leaves_own_questions_alone(question):
    """Where somebody has begun, no example is added."""
    seed()

    assert [question] == list(Question.objects.all())
