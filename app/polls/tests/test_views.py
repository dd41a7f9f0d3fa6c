import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.templatetags.static import static
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from polls import views
from polls.models import Choice, Question
from polls.views import CHOICES_PER_CARD, CHOICES_PER_PAGE, QUESTIONS_PER_PAGE


def test_index_shows_questions(client, question):
    """The first page links each question and says how many voted."""
    question.choices.update(votes=1)

    response = client.get(reverse("polls:index"))

    assertContains(response, question.get_absolute_url())
    assertContains(response, "3 votes")


def test_home_is_the_index(client, question):
    """Without a redirect: CloudFront requests `/` as `/polls/`."""
    assert client.get("/").content == client.get("/polls/").content


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["", "results/", "vote/"])
@pytest.mark.parametrize(("method", "status"), [("GET", 301), ("HEAD", 301), ("POST", 308)])
def test_old_address_redirects(client, page, method, status):
    """Permanently, with its query string; a POST stays a POST."""
    response = client.generic(method, f"/1/{page}?page=2&a=%C3%A9")

    assert (status, f"/polls/1/{page}?page=2&a=%C3%A9") == (response.status_code, response["Location"])


def test_index_without_questions_says_what_to_do(client, db):
    """An empty toy explains how to fill itself."""
    assertContains(client.get(reverse("polls:index")), "seed_polls")


@pytest.mark.parametrize("words", ["where", "HERE?", "  where\t", "", "ere w"])
def test_search_finds_parts_of_words(client, question, words):
    """In either case and any order, with spaces around."""
    assertContains(client.get(reverse("polls:index"), {"q": words}), question.get_absolute_url())


@pytest.mark.parametrize("words", ["where else", "%", "_here", "\\", "'", "<b>"])
def test_search_without_result_says_so(client, question, words):
    """Every word must be there; what means something to SQL or HTML means nothing here."""
    response = client.get(reverse("polls:index"), {"q": words})

    assertContains(response, "Nothing found")
    assertNotContains(response, "<b>")


def test_too_long_search_is_explained(client, question):
    """The form names what is wrong with the words."""
    assertContains(client.get(reverse("polls:index"), {"q": "x" * 101}), "errorlist", status_code=400)


@pytest.fixture
def many(question):
    """More questions than a page holds, and a question with more choices than a page holds."""
    Question.objects.bulk_create(Question(text=f"{n}?") for n in range(QUESTIONS_PER_PAGE))
    Choice.objects.bulk_create(Choice(question=question, text=f"{n}") for n in range(CHOICES_PER_PAGE))
    return question


def test_index_has_pages(client, many):
    """The latest first, so many on a page, and a link to the next that keeps the search."""
    first = client.get(reverse("polls:index"), {"q": "?"})
    second = client.get(reverse("polls:index"), {"q": "?", "page": 2})

    assert [QUESTIONS_PER_PAGE, 1] == [len(first.context["page"]), len(second.context["page"])]
    assertContains(first, "?q=%3F&amp;page=2")
    assertContains(second, many.get_absolute_url())


@pytest.mark.parametrize(("page", "shown"), [("0", 2), ("-1", 2), ("99", 2), ("x", 1), ("", 1), ("9" * 5000, 1)])
def test_wrong_page_number_shows_a_page(client, many, page, shown):
    """Past the end is the last page, nonsense the first."""
    assertContains(client.get(reverse("polls:index"), {"page": page}), f"Page {shown} of 2")


def test_card_names_only_some_choices(client, many):
    """A question with many choices fills no card with them."""
    response = client.get(reverse("polls:index"), {"q": "where"})

    assertContains(response, 'class="chip"', count=CHOICES_PER_CARD)


@pytest.mark.parametrize("page", ["detail", "results"])
def test_many_choices_have_pages(client, many, page):
    """No page grows with its question; every choice is on one of them."""
    url = reverse(f"polls:{page}", args=[many.pk])
    first, second = (client.get(url, {"page": number}).context["page"] for number in (1, 2))

    assert [CHOICES_PER_PAGE, 3] == [len(first), len(second)]
    assert list(range(1, 54)) == [choice.number for choice in [*first, *second]]


def test_map_data_is_in_the_page(client, choice):
    """The browser's map: names, votes, places and pins' numbers."""
    choice.vote()
    response = client.get(reverse("polls:results", args=[choice.question_id]))
    market = response.context["map"].data["places"][0]

    expected = {"name": "Market", "votes": "1 vote", "number": 1, "leads": True, "at": (39.9533, -75.1594)}
    assert expected.items() <= market.items()
    assertContains(response, '<script id="places" type="application/json">')


@pytest.mark.parametrize("page", ["detail", "results"])
def test_pages_hold_no_script_or_style(client, question, page):
    """The Content Security Policy allows neither."""
    text = client.get(reverse(f"polls:{page}", args=[question.pk])).content.decode()

    assert [] == re.findall(r"<style|style=|\son\w+=|<script>|javascript:", text)


def test_tiles_are_named_where_set(client, question, settings):
    """The address of a tile server reaches the map, escaped."""
    settings.MAP_TILE_URL, settings.MAP_TILE_ATTRIBUTION = "https://tiles/{z}/{x}/{y}.png?a&b", '© "Acme"'

    response = client.get(question.get_absolute_url())

    assertContains(response, 'data-tiles="https://tiles/{z}/{x}/{y}.png?a&amp;b"')
    assertContains(response, 'data-attribution="© &quot;Acme&quot;"')


def test_detail_is_a_form_with_every_choice(client, question):
    """Each choice is a radio button, and the map shows those that have a place."""
    response = client.get(reverse("polls:detail", args=[question.pk]))

    assertContains(response, 'type="radio"', count=3)
    assertContains(response, 'class="marker"', count=2)


@pytest.mark.parametrize("page", ["detail", "results"])
def test_unpublished_question_is_not_found(client, hidden, page):
    """A question is hidden before its time."""
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


def test_vote_is_confirmed_once(client, choice):
    """The page after it says so, also to who cannot see it; the one after that does not."""
    vote = reverse("polls:vote", args=[choice.question_id])
    after = client.post(vote, {"choice": choice.pk}, follow=True)
    later = client.get(reverse("polls:results", args=[choice.question_id]))

    assertContains(after, 'role="status"><p>Your vote for Market was counted.</p>')
    assertNotContains(later, "was counted")


def test_vote_for_a_long_name_is_confirmed(client, question):
    """In two hundred signs of which each takes the most room in a cookie."""
    choice = question.choices.create(text="".join(chr(0x1F600 + n % 79) for n in range(200)))
    vote = reverse("polls:vote", args=[question.pk])

    assertContains(client.post(vote, {"choice": choice.pk}, follow=True), "was counted")


def test_message_costs_no_query_and_no_session(client, question, django_assert_num_queries):
    """It travels in a cookie. A vote costs three queries: question, choice, update."""
    choice = question.choices.first()
    with django_assert_num_queries(3):
        client.post(reverse("polls:vote", args=[question.pk]), {"choice": choice.pk})
    assert {"messages"} == set(client.cookies)


def test_number_of_a_place_is_the_same_on_ballot_and_results(client, question):
    """The number does not depend on the votes."""
    question.choices.get(text="Museum").vote()
    numbers = {
        page: {c.text: c.number for c in client.get(reverse(f"polls:{page}", args=[question.pk])).context["page"]}
        for page in ("detail", "results")
    }

    assert {"Market": 1, "Museum": 2, "Anywhere": 3} == numbers["detail"] == numbers["results"]


def test_very_many_places_have_no_numbers(client, question, monkeypatch):
    """No pin has room for them, and to count them would take longer than all else."""
    monkeypatch.setattr(views, "MOST_CHOICES_WITH_TOTAL", 2)

    for page in ("detail", "results"):
        response = client.get(reverse(f"polls:{page}", args=[question.pk]))
        assert {None} == {choice.number for choice in response.context["page"]}
        assertNotContains(response, "None")


def test_without_votes_nothing_leads(client, question):
    """No order, no leader, and nothing is near the one that happens to be the first."""
    response = client.get(reverse("polls:results", args=[question.pk]))

    assert not any(choice.leads for choice in response.context["page"])
    assertContains(response, '<ul class="bars">')
    assertNotContains(response, "Near Market")
    assertNotContains(response, "leader")


def test_all_that_have_the_most_votes_lead(client, question):
    """None of them is better for its number."""
    question.choices.exclude(text="Anywhere").update(votes=2)
    response = client.get(reverse("polls:results", args=[question.pk]))

    assert ["Market", "Museum"] == [choice.text for choice in response.context["page"] if choice.leads]


def test_ballot_shows_no_leader(client, choice):
    """Results are on their own page."""
    choice.vote()

    assertNotContains(client.get(choice.question.get_absolute_url()), "leader")


@pytest.mark.parametrize(
    ("place", "city", "world"), [(None, True, False), (Point(13.4, 52.5), True, True), (Point(-75.1, 40), True, False)]
)
def test_caption_says_what_is_drawn(client, question, place, city, world):
    """The city's rivers and streets, the world's coasts and borders, or both."""
    question.choices.filter(text="Anywhere").update(place=place)
    response = client.get(question.get_absolute_url())

    assert city == ("Rivers and streets are drawn by hand." in response.content.decode())
    assertContains(response, f'<span class="of-world"{"" if world else " hidden"}>Coasts and borders: Natural Earth')


def test_caption_elsewhere_names_no_streets(client, question):
    """The caption names only what is drawn."""
    question.choices.update(place=Point(13.4, 52.5))

    assertNotContains(client.get(question.get_absolute_url()), "drawn by hand")


@pytest.mark.parametrize("page", ["index", "detail", "results"])
def test_world_is_not_loaded_for_the_city(client, question, page):
    """Only pages with places elsewhere name the image."""
    args = [] if page == "index" else [question.pk]

    assertNotContains(client.get(reverse(f"polls:{page}", args=args)), "<image")
    question.choices.update(place=Point(13.4, 52.5))
    assertContains(client.get(reverse(f"polls:{page}", args=args)), f'<image href="{static("polls/world.svg")}"')


def test_looking_does_not_vote(client, choice):
    """Only POST changes something: a crawler does not vote."""
    response = client.get(reverse("polls:vote", args=[choice.question_id]), {"choice": choice.pk})

    assert 405 == response.status_code


def test_vote_needs_the_form(choice):
    """Another site cannot make a visitor's browser vote."""
    response = Client(enforce_csrf_checks=True).post(
        reverse("polls:vote", args=[choice.question_id]), {"choice": choice.pk}
    )

    assert 403 == response.status_code


@pytest.mark.parametrize("given", [{}, {"choice": ""}, {"choice": "x"}, {"choice": "9" * 30}])
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

    assert ["Market", "Museum", "Anywhere"] == [c.text for c in response.context["page"]]
    assertContains(response, "1 vote · 100 %")
    assertContains(response, "Near Market")


def test_results_without_places_have_no_map(client, question):
    """A question about no places is a list and nothing else."""
    question.choices.update(place=None)

    assertNotContains(client.get(reverse("polls:results", args=[question.pk])), "<figure")


def test_icon_is_where_browsers_look_for_it(client):
    """Pages of others, such as the admin's, name none."""
    assertRedirects(client.get("/favicon.ico"), static("polls/icon.svg"), fetch_redirect_response=False)


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

    with django_assert_num_queries(3):
        client.get(reverse("polls:index"))


@pytest.mark.parametrize(("page", "queries"), [("detail", 3), ("results", 4)])
def test_question_asks_a_fixed_number_of_queries(client, question, django_assert_num_queries, page, queries):
    """More choices cost no more queries."""
    Choice.objects.bulk_create(Choice(question=question, text=str(n), votes=1, place=Point(0, 0)) for n in range(9))

    with django_assert_num_queries(queries):
        client.get(reverse(f"polls:{page}", args=[question.pk]))


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
