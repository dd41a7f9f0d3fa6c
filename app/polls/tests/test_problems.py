"""Errors of the GeoJSON address are JSON, whichever layer answers."""

import pytest
from django.test import Client
from django.urls import reverse

from circuit_breaker.database import breaker
from polls.geojson import features

PROBLEM = "application/problem+json"


@pytest.fixture
def address(question):
    return reverse("polls:places", args=[question.pk])


def answer(response):
    return response.status_code, response["Content-Type"], response.json()["status"]


@pytest.mark.parametrize("debug", [True, False])
def test_outage_is_a_problem(client, address, monkeypatch, settings, debug):
    """503 with Retry-After as JSON; other addresses answer with a page."""
    settings.DEBUG = debug
    monkeypatch.setattr(breaker, "error", ConnectionError())
    response = client.get(address)

    assert (503, PROBLEM, 503) == answer(response)
    assert ("5", "no-store") == (response["Retry-After"], response["Cache-Control"])
    assert len(response.content) == int(response["Content-Length"])
    assert b"Back in a moment" in client.get(reverse("polls:index")).content


@pytest.mark.parametrize("debug", [True, False])
def test_exception_is_a_problem(address, monkeypatch, settings, debug):
    """500 without a stack trace, which is in the log."""
    settings.DEBUG = debug
    monkeypatch.setattr(features, "page", lambda *_: 1 / 0)
    response = Client(raise_request_exception=False).get(address)

    assert (500, PROBLEM, 500) == answer(response)
    assert b"ZeroDivision" not in response.content


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("path", ["/polls/x/places.geojson", "/polls/-1/places.geojson", "/places.geojson"])
def test_address_that_leads_nowhere_is_a_problem(client, settings, path, debug):
    """Also where no number is in it."""
    settings.DEBUG = debug

    assert (404, PROBLEM, 404) == answer(client.get(path))


def test_wrong_method_is_a_problem(client, address):
    """405 and what is allowed."""
    response = client.post(address)

    assert (405, PROBLEM, 405) == answer(response)
    assert "GET, HEAD" == response["Allow"]


def test_unknown_host_is_a_problem(client, address):
    """400, which a middleware answers."""
    assert (400, PROBLEM, 400) == answer(client.get(address, headers={"Host": "nobody.example"}))


def test_pages_stay_pages(client, db):
    """And so does what only sounds like it."""
    assert client.get("/nowhere/")["Content-Type"].startswith("text/html")
