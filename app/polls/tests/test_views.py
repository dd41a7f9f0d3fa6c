from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from polls.models import Choice, Question


@pytest.fixture
def hidden(question):
    """The question, not yet published."""
    question.published_at = timezone.now() + timedelta(days=1)
    question.save()
    return question


def test_index_shows_questions(client, question):
    """The first page links each question and says how many voted."""
    question.choices.update(votes=1)

    response = client.get(reverse("polls:index"))

    assertContains(response, question.get_absolute_url())
    assertContains(response, "3 votes")


def test_index_without_questions_says_what_to_do(client, db):
    """An empty toy explains how to fill itself."""
    assertContains(client.get(reverse("polls:index")), "seed_polls")


def test_detail_is_a_form_with_every_choice(client, question):
    """Each choice is a radio button, and the map shows those that have a place."""
    response = client.get(reverse("polls:detail", args=[question.pk]))

    assertContains(response, 'type="radio"', count=3)
    assertContains(response, 'class="marker"', count=2)


@pytest.mark.parametrize("page", ["detail", "results"])
def test_unpublished_question_is_not_found(client, hidden, page):
    """Nobody reads a question before its time."""
    assert 404 == client.get(reverse(f"polls:{page}", args=[hidden.pk])).status_code


def test_unpublished_question_takes_no_votes(client, hidden):
    """Nor votes on it."""
    choice = hidden.choices.first()

    assert 404 == client.post(reverse("polls:vote", args=[hidden.pk]), {"choice": choice.pk}).status_code


def test_vote_counts_and_redirects(client, choice):
    """A vote leads to the results by a redirect, so that reloading does not vote again."""
    response = client.post(reverse("polls:vote", args=[choice.question_id]), {"choice": choice.pk})
    choice.refresh_from_db()

    assertRedirects(response, reverse("polls:results", args=[choice.question_id]))
    assert 1 == choice.votes


def test_looking_does_not_vote(client, choice):
    """Only POST changes something: a crawler is no voter."""
    response = client.get(reverse("polls:vote", args=[choice.question_id]), {"choice": choice.pk})

    assert 405 == response.status_code


def test_vote_needs_the_form(choice):
    """Another site cannot make a visitor's browser vote."""
    response = Client(enforce_csrf_checks=True).post(
        reverse("polls:vote", args=[choice.question_id]), {"choice": choice.pk}
    )

    assert 403 == response.status_code


@pytest.mark.parametrize("given", [{}, {"choice": ""}, {"choice": "x"}, {"choice": "\0"}, {"choice": "9" * 30}])
def test_vote_without_a_choice_explains(client, question, given):
    """Nonsense brings the form back with a message, and counts nothing."""
    response = client.post(reverse("polls:vote", args=[question.pk]), given)

    assertContains(response, "Choose a place first", status_code=400)
    assert not Choice.objects.filter(votes__gt=0).exists()


def test_choice_of_another_question_is_refused(client, question):
    """A choice counts for its own question only."""
    other = Question.objects.create(text="Other?")

    response = client.post(reverse("polls:vote", args=[other.pk]), {"choice": question.choices.first().pk})

    assert 400 == response.status_code


def test_results_rank_by_votes(client, choice):
    """The most voted choice leads, with its share and its neighbours."""
    choice.vote()

    response = client.get(reverse("polls:results", args=[choice.question_id]))

    assert ["Market", "Museum", "Anywhere"] == [c.text for c in response.context["choices"]]
    assertContains(response, "1 vote · 100 %")
    assertContains(response, "Near Market")


def test_results_without_places_have_no_map(client, question):
    """A question about no places is a list and nothing else."""
    question.choices.update(place=None)

    assertNotContains(client.get(reverse("polls:results", args=[question.pk])), "<figure")


def test_names_are_escaped(client, question):
    """A choice is text, whatever it contains."""
    question.choices.create(text="<script>alert(1)</script>")

    for page in ("index", "detail", "results"):
        args = [] if page == "index" else [question.pk]
        assertNotContains(client.get(reverse(f"polls:{page}", args=args)), "<script>")


def test_index_asks_a_fixed_number_of_queries(client, question, django_assert_num_queries):
    """More questions cost no more queries."""
    for number in range(5):
        Question.objects.create(text=f"{number}?").choices.create(text="Yes")

    with django_assert_num_queries(2):
        client.get(reverse("polls:index"))


@pytest.mark.django_db(transaction=True)
def test_simultaneous_votes_all_count(question):
    """Many people at the same moment: no vote is lost."""
    choice, url = question.choices.first(), reverse("polls:vote", args=[question.pk])

    def cast(_):
        try:
            return Client().post(url, {"choice": choice.pk}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=8) as voters:
        statuses = list(voters.map(cast, range(40)))
    choice.refresh_from_db()

    assert {302} == set(statuses)
    assert 40 == choice.votes
