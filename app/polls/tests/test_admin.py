import pytest
from django.contrib.gis.geos import Point
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from polls import admin
from polls.models import Question

INLINE = {"choices-TOTAL_FORMS": 1, "choices-INITIAL_FORMS": 0, "choices-0-text": "Hall"}
WHEN = {"published_at_0": "2026-01-01", "published_at_1": "12:00:00"}


def add_question(admin_client, lat, lon):
    data = {"text": "Where?", **WHEN, **INLINE, "choices-0-votes": 0}
    data |= {"choices-0-place_lat": lat, "choices-0-place_lon": lon}
    return admin_client.post(reverse("admin:polls_question_add"), data)


def test_place_is_entered_as_numbers(admin_client):
    """Latitude and longitude end up the right way round."""
    response = add_question(admin_client, "39.9489", "-75.15")

    assertRedirects(response, reverse("admin:polls_question_changelist"))
    assert (-75.15, 39.9489) == Question.objects.get().choices.get().place.coords


def test_place_may_stay_empty(admin_client):
    """A choice need not lie anywhere."""
    add_question(admin_client, "", "")

    assert Question.objects.get().choices.get().place is None


@pytest.mark.parametrize(
    ("lat", "lon"), [("91", "0"), ("0", "181"), ("1", ""), ("x", "1"), ("1) (", "2"), ("1 5", "2")]
)
def test_place_off_the_earth_is_refused(admin_client, lat, lon):
    """The form comes back with an error and nothing is stored."""
    response = add_question(admin_client, lat, lon)

    assertContains(response, "Invalid geometry value")
    assert not Question.objects.exists()


def test_refused_place_stays_in_the_fields(admin_client):
    """The typed value is kept for correction."""
    response = add_question(admin_client, "91", "-75.15")

    assertContains(response, 'value="91"')
    assertContains(response, 'value="-75.15"')


def test_change_page_shows_the_place(admin_client, choice):
    """The stored place is in the fields and where the map looks, and nothing is loaded from elsewhere."""
    response = admin_client.get(reverse("admin:polls_choice_change", args=[choice.pk]))

    assertContains(response, 'value="39.9533"')
    assertContains(response, 'data-lat="39.9533"')
    assert "://" not in response.content.decode().replace("http://www.w3.org/2000/svg", "")


def test_map_of_a_row_is_drawn_on_demand(admin_client, choice):
    """A question's form has a map for each choice, folded; a choice's form has one, open."""
    rows = admin_client.get(reverse("admin:polls_question_change", args=[choice.question_id]))
    alone = admin_client.get(reverse("admin:polls_choice_change", args=[choice.pk]))

    assertNotContains(rows, "<details open")
    assertContains(rows, "<summary>Map</summary>")
    assertContains(alone, "<details open")


def test_map_without_a_place_looks_at_the_questions(admin_client, question):
    """Of a question in Berlin, in Berlin."""
    question.choices.update(place=Point(13.4, 52.5))
    nowhere = question.choices.create(text="Nowhere")

    assertContains(admin_client.get(reverse("admin:polls_choice_change", args=[nowhere.pk])), 'data-lat="52.5"')


@pytest.mark.parametrize(("folders", "count"), [(["development", "templates"], 1), (["templates"], 0)])
def test_login_page_names_the_command_in_development(client, db, settings, folders, count):
    """A production's visitors could not type it. Which folders are in use, the settings' tests say."""
    folders = [settings.BASE_DIR / "config" / folder for folder in folders]
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": folders}]

    assertContains(client.get(reverse("admin:login")), "./scripts/manage createsuperuser", count=count)


def test_list_counts_votes(admin_client, choice):
    """The list of questions shows how many voted."""
    choice.vote()

    assertContains(admin_client.get(reverse("admin:polls_question_changelist")), "Where?")


def test_question_with_many_choices_can_be_saved(admin_client, monkeypatch, question):
    """A form cannot carry them all: they are in a list of their own, which the question's row links to."""
    monkeypatch.setattr(admin, "MOST_INLINE", 2)
    url, rows = (reverse(f"admin:polls_{name}") for name in ("question_changelist", "choice_changelist"))
    choices = f"{rows}?question__id__exact={question.pk}"
    form = reverse("admin:polls_question_change", args=[question.pk])

    assertNotContains(admin_client.get(form), "choices-TOTAL_FORMS")
    assertRedirects(admin_client.post(form, {"text": "Whither?", **WHEN}), url)
    assertContains(admin_client.get(url), choices)
    assertContains(admin_client.get(choices), "Museum")


def test_question_with_few_choices_shows_them(admin_client, question):
    """As rows of the question's form."""
    assertContains(admin_client.get(reverse("admin:polls_question_change", args=[question.pk])), "choices-TOTAL_FORMS")


def test_number_of_forms_is_bounded(admin_client):
    """A request names any number of them, and each takes memory of the worker."""
    data = {"text": "Where?", **WHEN, **INLINE, "choices-TOTAL_FORMS": 2000}

    response = admin_client.post(reverse("admin:polls_question_add"), data)

    (choices,) = response.context["inline_admin_formsets"]
    assert admin.MOST_FORMS == choices.formset.total_form_count()
