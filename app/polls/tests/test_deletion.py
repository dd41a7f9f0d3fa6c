import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from polls import admin, deletion
from polls.models import Choice, Question
from polls.tests.factories import QuestionFactory


@pytest.fixture
def few(monkeypatch):
    """As if two were many."""
    monkeypatch.setattr(deletion, "MOST", 2)


def delete_selected(admin_client, model, **more):
    data = {"action": "delete_selected", "_selected_action": model.objects.first().pk, **more}
    return admin_client.post(reverse(f"admin:polls_{model._meta.model_name}_changelist"), data, follow=True)


def test_large_question_is_deleted_after_a_count(few, admin_client, question, django_assert_max_num_queries):
    """Its choices are neither listed nor loaded, and all are gone afterwards."""
    address = reverse("admin:polls_question_delete", args=[question.pk])
    with django_assert_max_num_queries(10) as queries:
        page = admin_client.get(address)

    assertContains(page, "All of their 3 choices")
    assertNotContains(page, "Museum")
    assert not [query for query in queries if '"polls_choice"."place"' in query["sql"]]
    assertRedirects(admin_client.post(address, {"post": "yes"}), reverse("admin:polls_question_changelist"))
    assert not Question.objects.exists()
    assert not Choice.objects.exists()


def test_large_question_needs_the_right_to_delete_choices(few, client, question, django_user_model):
    """As a small one does."""
    editor = django_user_model.objects.create_user("editor", is_staff=True)
    editor.user_permissions.set(
        editor.user_permissions.model.objects.filter(codename__in=["delete_question", "view_question"])
    )
    client.force_login(editor)
    page = client.post(reverse("admin:polls_question_delete", args=[question.pk]), {"post": "yes"})

    assert 403 == page.status_code
    assert Question.objects.exists()


def test_small_question_is_listed(admin_client, question):
    """As Django does it."""
    assertContains(admin_client.get(reverse("admin:polls_question_delete", args=[question.pk])), "Museum")


def test_large_selection_is_refused(few, admin_client, question):
    """All rows of a list, with one click; nothing is deleted."""
    page = delete_selected(admin_client, Choice, select_across=1)

    assertContains(page, "At most 2 can be deleted at once. Nothing was deleted.")
    assert 3 == Choice.objects.count()


def test_small_selection_is_confirmed(admin_client, question):
    """As Django does it, and only then deleted."""
    assertContains(delete_selected(admin_client, Choice), "Are you sure")
    delete_selected(admin_client, Choice, post="yes")

    assert 2 == Choice.objects.count()


def test_selection_of_large_questions_is_counted(few, admin_client, question):
    assertContains(delete_selected(admin_client, Question), "All of their 3 choices")


def test_many_questions_are_not_listed(admin_client, choice, monkeypatch):
    """Neither in a choice's field nor next to the list of choices."""
    monkeypatch.setattr(admin, "MOST_LISTED", 1)
    pages = [reverse("admin:polls_choice_changelist"), reverse("admin:polls_choice_change", args=[choice.pk])]

    assert all("Whither?" not in admin_client.get(page).text for page in pages)
    QuestionFactory(text="Whither?")
    assert all("Whither?" not in admin_client.get(page).text for page in pages)
    monkeypatch.setattr(admin, "MOST_LISTED", 2)
    assert all("Whither?" in admin_client.get(page).text for page in pages)
