from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from polls.models import Choice, Question


def make(*arguments):
    call_command("make_polls", *arguments, stdout=StringIO())
    made = list(Choice.objects.order_by("pk").values("text", "votes", "place"))
    Question.objects.all().delete()
    return made


@pytest.mark.django_db
def test_polls_are_made():
    """So many questions, each with so many places."""
    call_command("make_polls", 3, choices=4, stdout=StringIO())

    assert [4, 4, 4] == [question.choices.count() for question in Question.objects.published()]
    assert 12 == Choice.objects.in_bbox(-76.2, 39, -74.2, 41).count()


@pytest.mark.django_db
def test_seed_decides():
    """The same seed makes the same places, another one others."""
    assert make("2") == make("2") != make("2", "--seed=2")


@pytest.mark.django_db
def test_made_again_are_more():
    """It adds to what there is."""
    for _ in range(2):
        call_command("make_polls", 1, stdout=StringIO())

    assert 2 == Question.objects.count()


@pytest.mark.parametrize("number", ["0", "-1", "many", "1.5"])
def test_number_is_positive(number):
    """Invalid numbers are reported in one line."""
    with pytest.raises(CommandError, match="is not a number from 1 on"):
        call_command("make_polls", "1", f"--choices={number}")


def test_how_many_is_asked():
    """Neither a number nor --delete: nothing to do."""
    with pytest.raises(CommandError, match="How many"):
        call_command("make_polls")


def test_only_its_own_are_deleted(question):
    """Other questions stay, and new ones may follow at once."""
    call_command("make_polls", 3, stdout=StringIO())
    call_command("make_polls", 1, "--delete", stdout=StringIO())

    assert 2 == Question.objects.count()
    call_command("make_polls", "--delete", stdout=StringIO())
    assert [question] == list(Question.objects.all())
