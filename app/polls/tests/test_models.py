import math
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection
from django.utils import timezone

from polls.models import Choice, Question
from polls.tests.factories import ChoiceFactory, QuestionFactory

VOTERS, VOTES_OF_EACH = 8, 25


@pytest.mark.django_db
def test_migrations_are_complete():
    """The migrations match the models."""
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_published_leaves_out_the_future(question):
    """A question shows from its moment on, not before."""
    QuestionFactory(published_at=timezone.now() + timedelta(minutes=1))

    assert [question] == list(Question.objects.published())


def test_published_has_the_latest_first(question):
    """The newest question is on top."""
    older = QuestionFactory(published_at=timezone.now() - timedelta(days=1))

    assert [question, older] == list(Question.objects.published())


def test_total_adds_all_votes(question):
    """A question's total is the sum over its choices, zero without any."""
    question.choices.update(votes=2)
    empty = QuestionFactory()

    assert {question.pk: 6, empty.pk: 0} == dict(Question.objects.with_total().values_list("pk", "total"))


@pytest.mark.parametrize(("most", "total"), [(3, 6), (2, None)])
def test_total_of_too_many_choices_is_unknown(question, most, total):
    """Votes are summed up as long as that is quick."""
    question.choices.update(votes=2)
    empty = QuestionFactory()

    totals = Question.objects.with_total_of_few(most).values_list("pk", "total")
    assert {question.pk: total, empty.pk: 0} == dict(totals)


@pytest.mark.parametrize("text", ["", " ", "two\nlines", "nul\0", "half \ud800"])
@pytest.mark.parametrize("factory", [QuestionFactory, ChoiceFactory])
def test_text_is_readable(question, factory, text):
    """Neither a question nor a choice is blank or holds what cannot be shown."""
    new = factory.build(text=text) if factory is QuestionFactory else factory.build(text=text, question=question)

    with pytest.raises(ValidationError) as refused:
        new.full_clean()
    assert ["text"] == list(refused.value.message_dict)


@pytest.mark.parametrize("place", [Point(181, 0), Point(0, -91), Point(math.nan, 0), Point(math.inf, 0), Point()])
def test_place_is_on_earth(question, place):
    """A place that is nowhere is refused with its reason."""
    with pytest.raises(ValidationError) as refused:
        ChoiceFactory.build(question=question, place=place).full_clean()
    assert "The place is not on earth" in refused.value.message_dict["place"][0]


@pytest.mark.parametrize("place", [None, Point(-180, -90), Point(180, 90), Point(0, 0)])
def test_whole_choice_is_valid(question, place):
    """A choice with a place anywhere on earth, or none, passes all checks."""
    choice = ChoiceFactory.build(question=question, place=place)
    choice.full_clean()
    choice.save()
    choice.refresh_from_db()

    assert place == choice.place


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("choice_has_text", {"text": " \t"}),
        ("choice_has_text", {"text": ""}),
        ("votes_check", {"votes": -1}),
        ("choice_place_is_on_earth", {"place": Point(srid=4326)}),
        ("choice_place_is_on_earth", {"place": Point(math.nan, math.nan, srid=4326)}),
    ],
)
def test_database_refuses_choice(question, constraint, values):
    """The database refuses what passes by the validation: a bulk load or a shell."""
    with pytest.raises(IntegrityError, match=constraint):
        ChoiceFactory(question=question, **values)


@pytest.mark.django_db
def test_database_refuses_blank_question():
    """The same for questions."""
    with pytest.raises(IntegrityError, match="question_has_text"):
        QuestionFactory(text=" ")


def test_same_choice_twice_is_refused(choice):
    """A question offers each choice once."""
    with pytest.raises(IntegrityError, match="one_choice_per_text"):
        ChoiceFactory(question=choice.question, text=choice.text)


def test_vote_counts_on_top_of_the_database(choice):
    """A vote adds to what the database holds, not to what this object remembers."""
    Choice.objects.filter(pk=choice.pk).update(votes=41)

    choice.vote()
    choice.refresh_from_db()

    assert 42 == choice.votes


@pytest.mark.django_db(transaction=True)
def test_parallel_votes_all_count(question):
    """Writers on connections of their own, who start at the same moment, lose no vote."""
    choice, together = question.choices.first(), Barrier(VOTERS)

    def vote(_):
        try:
            together.wait(10)
            for _ in range(VOTES_OF_EACH):
                choice.vote()
        finally:
            connection.close()

    with ThreadPoolExecutor(VOTERS) as voters:
        list(voters.map(vote, range(VOTERS)))
    choice.refresh_from_db()

    assert VOTERS * VOTES_OF_EACH == choice.votes


@pytest.mark.parametrize(("votes", "total", "percent"), [(0, 0, 0), (1, 3, 33), (2, 3, 67), (3, 3, 100)])
def test_share(votes, total, percent):
    """Shares are whole percents, and nothing is divided by zero."""
    assert percent == Choice(votes=votes).share_of(total)


def test_neighbours_leave_out_the_choice_itself(choice):
    """The neighbours of a place are the others of its question."""
    assert ["Museum"] == [neighbour.text for neighbour in choice.neighbours()]
