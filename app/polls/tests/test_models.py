from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.db import IntegrityError, connection
from django.utils import timezone

from polls.models import Choice, Question


def test_published_leaves_out_the_future(question):
    """A question shows from its moment on, not before."""
    Question.objects.create(text="Later?", published_at=timezone.now() + timedelta(minutes=1))

    assert [question] == list(Question.objects.published())


def test_published_has_the_latest_first(question):
    """The newest question is on top."""
    older = Question.objects.create(text="Before?", published_at=timezone.now() - timedelta(days=1))

    assert [question, older] == list(Question.objects.published())


def test_total_adds_all_votes(question):
    """A question's total is the sum over its choices, zero without any."""
    question.choices.update(votes=2)
    empty = Question.objects.create(text="Empty?")

    assert {question.pk: 6, empty.pk: 0} == dict(Question.objects.with_total().values_list("pk", "total"))


def test_vote_counts_on_top_of_the_database(choice):
    """A vote adds to what the database holds, not to what this object remembers."""
    Choice.objects.filter(pk=choice.pk).update(votes=41)

    choice.vote()
    choice.refresh_from_db()

    assert 42 == choice.votes


@pytest.mark.parametrize(("votes", "total", "percent"), [(0, 0, 0), (1, 3, 33), (2, 3, 67), (3, 3, 100)])
def test_share(votes, total, percent):
    """Shares are whole percents, and nothing is divided by zero."""
    assert percent == Choice(votes=votes).share_of(total)


def test_nearest_comes_first_in_metres(question):
    """Distances are metres on the globe; a choice without place is left out."""
    city_hall = Point(-75.1635, 39.9526, srid=4326)

    nearest = question.choices.nearest_to(city_hall)

    assert ["Market", "Museum"] == [choice.text for choice in nearest]
    assert 359 == pytest.approx(nearest[0].distance.m, abs=5)


def test_nearest_walks_the_spatial_index(question):
    """Where the table is large PostgreSQL takes the rows from the index in order of distance."""
    with connection.cursor() as cursor:
        # Three rows are sorted faster than looked up: forbid what is only good for few.
        cursor.execute("set local enable_seqscan = off; set local enable_bitmapscan = off")
    plan = Choice.objects.nearest_to(Point(-75.1635, 39.9526, srid=4326)).explain()

    assert "polls_choice_place" in plan
    assert "Order By: (place <->" in plan


def test_neighbours_leave_out_the_choice_itself(choice):
    """The neighbours of a place are the others of its question."""
    assert ["Museum"] == [neighbour.text for neighbour in choice.neighbours()]


def test_same_choice_twice_is_refused(choice):
    """A question offers each choice once."""
    with pytest.raises(IntegrityError, match="one_choice_per_text"):
        Choice.objects.create(question=choice.question, text=choice.text)
