import importlib

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection

from polls.models import Choice, Question
from polls.names import normal_name
from polls.tests.factories import ChoiceFactory, QuestionFactory
from polls.validators import validate_text

CAFE = "Café"


@pytest.mark.parametrize(
    "written",
    ["Cafe\u0301", " Café ", "\ufeffCafé", "Ca\u00adfé", "Ca\u200bfé\u2060", "\u00a0Café\u3000", "\u180eCafé"],
)
def test_name_has_one_spelling(written):
    """Spellings that look the same are the same name."""
    assert normal_name(written) == CAFE


@pytest.mark.parametrize(
    "text",
    [
        "Reading Terminal",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "👩\u200d🚒",
        "\u200f\u05e9\u05dc\u05d5\u05dd",
        "🏴",
        "?",
    ],
)
def test_other_names_stay(text):
    """Joiners and marks of direction belong to a name."""
    assert normal_name(text) == text
    validate_text(text)


@pytest.mark.parametrize("spaces", ["  ", "\u00a0", "\u2003 \u202f"])
def test_spaces_are_one(spaces):
    """A page would show them as one, too."""
    assert normal_name(f"Reading{spaces}Terminal") == "Reading Terminal"


@pytest.mark.parametrize(
    "text", ["", " ", "\u200c", "\u200d\u200e", "\u0301", "\u3164", "\u2800", "\U000e0041", "\ufe0f"]
)
def test_invisible_text_is_blank(text):
    """Joiners, an accent alone, fillers, tags: there is nothing to read."""
    with pytest.raises(ValidationError, match="The text is blank"):
        validate_text(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Market\nStreet", "a line break (U+000A) after “Market”"),
        ("Market\u2028Street", "a line break (U+2028) after “Market”"),
        ("A\tB", "a tab (U+0009) after “A”"),
        ("\0", "a character that cannot be shown (U+0000)."),
        ("A\ud800", "a character that cannot be shown (U+D800) after “A”"),
        ("A\u202eB", "a character that changes the direction of writing (U+202E) after “A”"),
        ("Caf\ufffd", "the mark of a character that an earlier conversion lost (U+FFFD) after “Caf”"),
    ],
)
def test_unreadable_character_is_named(text, message):
    """With its place in the text."""
    with pytest.raises(ValidationError) as refused:
        validate_text(text)
    assert f"The text holds {message}" in refused.value.message


def test_model_keeps_one_spelling(question):
    """However a name enters, and however it is looked up."""
    ChoiceFactory(question=question, text="Cafe\u0301")
    Choice.objects.bulk_create([Choice(question=question, text="Cafe\u0301 2")])
    form_value = Choice._meta.get_field("text").clean("Cafe\u0301 3", None)

    assert {CAFE, f"{CAFE} 2"} == set(Choice.objects.filter(text__startswith="Caf").values_list("text", flat=True))
    assert Choice.objects.filter(text="Cafe\u0301").exists()
    assert form_value == f"{CAFE} 3"


@pytest.mark.django_db
def test_search_finds_any_spelling():
    """A visitor's keyboard may write accents as characters of their own."""
    found = QuestionFactory(text=f"Which {CAFE}?")

    assert [found] == list(Question.objects.search("cafe\u0301"))


def test_migration_normalizes_what_is_there(question):
    """The first of several spellings, unless the question has the normal one already."""
    other = QuestionFactory()
    choices = [
        ChoiceFactory(question=place, text=f"x{number}")
        for number, place in enumerate([question, question, other, other, other])
    ]
    texts = ["Cafe\u0301", CAFE, "Cafe\u0301", "Cafe\u0301 2", "Reading \u00a0Ter\u200bminal"]
    with connection.cursor() as cursor:
        cursor.executemany(
            "update polls_choice set text = %s where id = %s",
            [(text, choice.pk) for text, choice in zip(texts, choices, strict=True)],
        )
    importlib.import_module("polls.migrations.0004_normal_names").normalize_names(apps, None)

    names = Choice.objects.filter(pk__in=[choice.pk for choice in choices]).values_list("text", flat=True)
    assert ["Cafe\u0301", CAFE, CAFE, f"{CAFE} 2", "Reading Terminal"] == list(names.order_by("pk"))
