import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


@pytest.fixture(autouse=True)
def own_names(monkeypatch):
    """The variables of these tests are not the settings'."""
    monkeypatch.setattr(env, "NAMES", [])


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


def test_text_is_taken_as_it_stands(monkeypatch):
    """A password may begin with a dollar sign, and names no other variable."""
    monkeypatch.setenv("TOY_TEST", "$HOME")

    assert "$HOME" == env.text("TOY_TEST")


def test_hosts_drop_blanks(monkeypatch):
    """Spaces and a trailing comma make no extra item."""
    monkeypatch.setenv("TOY_TEST", "a, .b.org,*,[::1],")

    assert ["a", ".b.org", "*", "[::1]"] == env.hosts("TOY_TEST")


@pytest.mark.parametrize("value", ["-1", "65536", "1.5", "nan", "many", "1_0x"])
def test_number_out_of_range_is_refused(monkeypatch, value):
    """A value that is not an integer between the bounds is reported with them."""
    monkeypatch.setenv("TOY_TEST", value)

    with pytest.raises(ImproperlyConfigured, match="TOY_TEST is"):
        env.number("TOY_TEST")


@pytest.mark.parametrize("value", ["https://a.org", "a.org:80", "a b", "a/b", "a..b"])
def test_other_than_a_host_is_refused(monkeypatch, value):
    """Django would take it, and then answer 400 to everybody."""
    monkeypatch.setenv("TOY_TEST", value)

    with pytest.raises(ImproperlyConfigured, match="a list of host names"):
        env.hosts("TOY_TEST")


@pytest.mark.parametrize("value", ["a.org", "https://a.org/", "https://a.org; script-src *", "ftp://a.org"])
@pytest.mark.parametrize("reader", [env.origin, env.origins])
def test_other_than_an_origin_is_refused(monkeypatch, reader, value):
    """An origin is copied into the Content Security Policy."""
    monkeypatch.setenv("TOY_TEST", value)

    with pytest.raises(ImproperlyConfigured, match="TOY_TEST is"):
        reader("TOY_TEST")


def test_choice_is_one_of_those(monkeypatch):
    """The message lists what there is to choose from."""
    monkeypatch.setenv("TOY_TEST", "c")

    with pytest.raises(ImproperlyConfigured, match="not one of a, b"):
        env.choice("TOY_TEST", "a", ("a", "b"))


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
