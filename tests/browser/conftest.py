"""Debian's Chromium in front of the toy in this clone's box."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, Page, Request
from tests.browser.toy import NewContext, Open, Toy
from tests.support.project import ROOT

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def base_url(pytestconfig: pytest.Config) -> str:
    """The toy's address."""
    return str(pytestconfig.getoption("base_url") or "http://localhost:8000").rstrip("/")


@pytest.fixture(scope="session")
def toy(base_url: str) -> Iterator[Toy]:
    """The toy with the questions and the administrator of these tests, gone after them."""
    toy = Toy(base_url)
    try:
        toy.fill()
        yield toy
    finally:
        toy.empty()


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The system's own browser, without requests to other hosts."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert program, "No Chromium is installed: ./scripts/bootstrap --with-tests"
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    return {"executable_path": program, "args": ["--no-sandbox", "--disable-gpu", *quiet]}


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """The screenshots' folder."""
    folder = ROOT / ".cache/screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def visit(new_context: NewContext, base_url: str) -> Iterator[Open]:
    """Open a page in its own browser; the test fails on a complaint in its console or a request to elsewhere."""
    complaints: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(f"{message.type}: {message.text}")

    def on_request(request: Request) -> None:
        if not request.url.startswith((f"{base_url}/", "data:", "blob:")):
            complaints.append(f"request to elsewhere: {request.url}")

    def open_page(path: str = "", **options: Any) -> Page:
        context = new_context(**options)
        context.on("console", on_console)
        context.on("request", on_request)
        context.on("weberror", lambda error: complaints.append(f"exception: {error.error}"))
        page = context.new_page()
        page.set_default_timeout(10_000)
        if path:
            page.goto(path)
        return page

    yield open_page
    assert [] == complaints


@pytest.fixture
def admin(visit: Open, toy: Toy) -> Open:
    """Open a page of the admin, logged in."""

    def open_page(path: str, **options: Any) -> Page:
        page = visit("/admin/login/?next=/admin/", **options)
        page.get_by_label("Username").fill(toy.user)
        page.get_by_label("Password").fill(toy.password)
        page.get_by_role("button", name="Log in").click()
        page.goto(path)
        return page

    return open_page
