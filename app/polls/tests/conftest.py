import io
from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.core.management import call_command
from django.utils import timezone

from polls.tests.factories import ChoiceFactory, QuestionFactory


@pytest.fixture
def question(db):
    """One question with two places and a choice that has none."""
    question = QuestionFactory(text="Where?")
    ChoiceFactory(question=question, text="Market", place=Point(-75.1594, 39.9533))
    ChoiceFactory(question=question, text="Museum", place=Point(-75.1810, 39.9656))
    ChoiceFactory(question=question, text="Anywhere", place=None)
    return question


@pytest.fixture
def hidden(question):
    """The question, not yet published."""
    question.published_at = timezone.now() + timedelta(days=1)
    question.save()
    return question


@pytest.fixture
def choice(question):
    return question.choices.get(text="Market")


@pytest.fixture
def load(tmp_path, db):
    """Write a file and load it; return the command's output."""

    def load(content, name="places.csv", question="Which?", **options):
        file, out, err = tmp_path / name, io.StringIO(), io.StringIO()
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        call_command("load_places", file, question=question, stdout=out, stderr=err, **options)
        return out.getvalue() + err.getvalue()

    return load
