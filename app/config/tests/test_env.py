import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


@pytest.mark.parametrize("word", ["1", "on", "True", "YES"])
def test_flag_is_true(monkeypatch, word):
    """Every usual spelling of yes counts."""
    monkeypatch.setenv("TOY_TEST", word)

    assert env.flag("TOY_TEST") is True


@pytest.mark.parametrize("word", ["0", "off", "False", "NO"])
def test_flag_is_false(monkeypatch, word):
    """Every usual spelling of no counts."""
    monkeypatch.setenv("TOY_TEST", word)

    assert env.flag("TOY_TEST", True) is False


@pytest.mark.parametrize(("reader", "value"), [(env.flag, "tru"), (env.number, "many")])
def test_malformed_value_names_variable(monkeypatch, reader, value):
    """A typing error is reported with the variable's name and the value, never guessed."""
    monkeypatch.setenv("TOY_TEST", value)

    with pytest.raises(ImproperlyConfigured, match=f"TOY_TEST is '{value}'"):
        reader("TOY_TEST")


@pytest.mark.parametrize("value", [None, ""])
def test_missing_value_names_variable(monkeypatch, value):
    """Empty is as bad as absent: Compose turns an absent variable into an empty one."""
    monkeypatch.delenv("TOY_TEST", raising=False)
    if value is not None:
        monkeypatch.setenv("TOY_TEST", value)

    with pytest.raises(ImproperlyConfigured, match="TOY_TEST is not set"):
        env.text("TOY_TEST")


def test_words_drop_blanks(monkeypatch):
    """Spaces and a trailing comma make no extra item."""
    monkeypatch.setenv("TOY_TEST", "a, b,")

    assert ["a", "b"] == env.words("TOY_TEST")


@pytest.mark.parametrize(
    "url", ["https://tiles.example.org/{z}/{x}/{y}.png", "http://localhost:8080/a/{x}-{y}-{z}{r}?k=1"]
)
def test_tile_url_is_an_address_with_places_for_numbers(monkeypatch, url):
    """What Leaflet fills in, on one server."""
    monkeypatch.setenv("TOY_TEST", url)

    assert url == env.tile_url("TOY_TEST")


@pytest.mark.parametrize(
    "url",
    [
        "tiles.example.org/{z}/{x}/{y}.png",
        "//tiles.example.org/{z}/{x}/{y}.png",
        "javascript://x/{z}/{x}/{y}",
        "https://tiles.example.org; script-src */{z}/{x}/{y}.png",
        "https://{s}.tiles.example.org/{z}/{x}/{y}.png",
        "https://tiles.example.org/{z}/{x}.png",
        "https://tiles.example.org/{z}/{x}/{y}/{key}.png",
    ],
)
def test_other_tile_urls_are_refused(monkeypatch, url):
    """Nothing else gets into the policy, nor makes a map that stays empty."""
    monkeypatch.setenv("TOY_TEST", url)

    with pytest.raises(ImproperlyConfigured, match="TOY_TEST is "):
        env.tile_url("TOY_TEST")
