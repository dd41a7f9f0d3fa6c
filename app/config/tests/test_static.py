import gzip
import re

import pytest
from django.conf import settings as configured
from django.core.management import call_command
from django.templatetags.static import static
from django.test import Client

SHEET = "look.css"


@pytest.fixture
def build(settings, tmp_path):
    """Collect one stylesheet as an image's build does, and give a client of a server that runs the result."""
    source = tmp_path / "source"
    source.mkdir()
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "root"
    settings.STORAGES = {
        **configured.STORAGES,
        "staticfiles": {"BACKEND": "config.compression.StaticFilesStorage"},
    }
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = False
    settings.WHITENOISE_MAX_AGE = 60

    def collect(text):
        (source / SHEET).write_text(text * 100)
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        return Client()

    return collect


def test_stylesheet_is_served_fresh(client):
    """In development a browser asks for the stylesheet again on every page."""
    response = client.get(static("polls/polls.css"))

    assert 200 == response.status_code
    assert "text/css" in response["Content-Type"]
    assert "max-age=0" in response["Cache-Control"]


def test_hashed_file_is_immutable(build):
    """A name with a hash never changes its content, so a browser needs no second request."""
    response = build("a{}").get(static(SHEET))

    assert re.fullmatch(r"/static/look\.[0-9a-f]{12}\.css", static(SHEET))
    assert "max-age=315360000, public, immutable" == response["Cache-Control"]
    assert "*" == response["Access-Control-Allow-Origin"]


@pytest.mark.parametrize(("accepted", "encoding"), [("gzip", "gzip"), ("gzip, br", "br")])
def test_hashed_file_is_compressed(build, accepted, encoding):
    """Made once, at build time, in the best form that the browser takes."""
    client = build("a{}")
    response = client.get(static(SHEET), headers={"Accept-Encoding": accepted})
    body = b"".join(response.streaming_content)

    assert encoding == response["Content-Encoding"]
    assert "Accept-Encoding" in response["Vary"]
    assert len(body) < 100
    assert encoding != "gzip" or b"a{}" * 100 == gzip.decompress(body)


def test_changed_file_gets_a_new_url(build):
    """So that a browser that has the old one fetches it."""
    build("a{}")
    before = static(SHEET)
    build("b{}")

    assert before != static(SHEET)


@pytest.mark.parametrize("direction", [("a{}", "b{}"), ("b{}", "a{}")])
def test_page_of_another_build_is_not_bare(build, direction):
    """During a rolling deploy an old page finds a style on the new server, and a new page on the old one."""
    build(direction[0])
    theirs = static(SHEET)
    response = build(direction[1]).get(theirs)

    assert 200 == response.status_code
    assert direction[1].encode() * 100 == b"".join(response.streaming_content)
    assert "no-store" == response["Cache-Control"]


@pytest.mark.parametrize("name", ["other.0123456789ab.css", "look.xyz.css", "look.0123456789ab.js", "../look.css"])
def test_unknown_name_is_not_found(build, name):
    """Only the hash is forgiven."""
    assert 404 == build("a{}").get(f"/static/{name}").status_code


def test_cdn_serves_what_pages_name(settings, build):
    """With STATIC_HOST pages name the CDN, which fetches the same path from here."""
    settings.STATIC_URL = "https://cdn.example.org/static/"
    client = build("a{}")

    assert static(SHEET).startswith("https://cdn.example.org/static/look.")
    assert 200 == client.get(static(SHEET).removeprefix("https://cdn.example.org")).status_code
