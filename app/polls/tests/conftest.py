import pytest
from django.contrib.gis.geos import Point

from polls.models import Choice, Question


@pytest.fixture
def question(db):
    """One question with two places and a choice that has none."""
    question = Question.objects.create(text="Where?")
    Choice.objects.create(question=question, text="Market", place=Point(-75.1594, 39.9533))
    Choice.objects.create(question=question, text="Museum", place=Point(-75.1810, 39.9656))
    Choice.objects.create(question=question, text="Anywhere")
    return question


@pytest.fixture
def choice(question):
    return question.choices.get(text="Market")
