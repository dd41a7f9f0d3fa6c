"""A question's map: Leaflet with markers, popups and the hand-drawn outline, or the sketch without JavaScript."""

import pytest
from playwright.sync_api import Page, expect
from tests.browser.toy import Open, Toy


@pytest.fixture
def page(visit: Open, toy: Toy) -> Page:
    """The results of the question that lies in the city."""
    return visit(toy.path("city", "results/"))


@pytest.mark.smoke
def test_map_shows_every_place(page: Page) -> None:
    """A marker for each place, named for those who cannot see it, and the sketch makes room."""
    markers = page.get_by_role("group", name="Map of the places").locator(".pin")
    expect(markers).to_have_count(3)
    names = sorted(marker.get_attribute("aria-label") or "" for marker in markers.all())
    assert ["City Hall", "Penn's Landing <b>"] == [names[1].split(",")[0], names[2].split(",")[0]]
    assert all(name.endswith(("vote", "votes")) for name in names)
    expect(page.locator(".map .sketch")).to_be_hidden()


def test_outline_is_drawn_without_a_tile_server(page: Page) -> None:
    """Rivers and streets are there, and no tile is asked for."""
    expect(page.locator(".city-map path.river")).to_have_count(2)
    assert page.locator(".city-map path.street").count() > 10
    assert 0 == page.locator(".leaflet-tile").count()


def test_world_is_loaded_when_it_is_seen(visit: Open, toy: Toy) -> None:
    """A map of the city asks for nothing of it, until it is zoomed out."""
    page = visit()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(toy.path("city", "results/"))
    page.wait_for_load_state("networkidle")
    assert [] == [url for url in asked if "world" in url and url.endswith(".svg")]
    zoom_out = page.get_by_role("button", name="Zoom out")
    while not page.locator(".city-map.far").count():
        zoom_out.click()
        page.wait_for_timeout(400)
    expect(page.locator("path.coast").first).to_be_attached()
    expect(page.get_by_text("Coasts and borders")).to_be_visible()


def test_coast_is_drawn_elsewhere(visit: Open, toy: Toy) -> None:
    """Land and borders of the world, on the small map as well, and the caption says what they are."""
    page = visit(toy.path("sea", "results/"))
    expect(page.get_by_role("img", name="Where in the world this is")).to_be_visible()
    expect(page.locator(".city-map.far path.coast")).to_have_count(3)
    expect(page.get_by_text("Coasts and borders")).to_be_visible()
    expect(page.get_by_text("drawn by hand")).to_have_count(0)


def test_popup_says_name_and_votes(page: Page) -> None:
    """A click on a marker opens its popup; what is in a name stays text."""
    page.get_by_role("button", name="Penn's Landing <b>").click()
    popup = page.get_by_role("dialog", name="Penn's Landing <b>")
    expect(popup).to_contain_text("Penn's Landing <b>")
    expect(popup).to_contain_text("0 votes")


def test_popup_opens_from_the_keyboard(page: Page) -> None:
    """Enter opens it and takes the focus in, Escape closes it and gives the focus back."""
    marker = page.get_by_role("button", name="City Hall,")
    marker.focus()
    page.keyboard.press("Enter")
    popup = page.get_by_role("dialog", name="City Hall")
    expect(popup).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(popup).to_be_hidden()
    expect(marker).to_be_focused()


def test_markers_are_on_the_way_of_the_tab_key(page: Page) -> None:
    """The keyboard reaches each marker."""
    page.get_by_role("group", name="Map of the places").focus()
    reached = set()
    for _ in range(6):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.getAttribute('aria-label')"))
    assert 3 == len([name for name in reached if name and name.endswith(("vote", "votes"))])


def test_sketch_stays_without_javascript(visit: Open, toy: Toy) -> None:
    """The drawn map with its markers is there in any case."""
    page = visit(toy.path("city"), java_script_enabled=False)
    expect(page.get_by_role("img", name="Sketch map")).to_be_visible()
    expect(page.locator(".map .marker")).to_have_count(3)
