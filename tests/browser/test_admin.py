"""The admin's map: a click sets a place, numbers do it as well."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect
from tests.browser.toy import Open, Toy


def change(toy: Toy) -> str:
    """Return the path of the form that changes the question in the city."""
    return f"/admin/polls/question/{toy.questions['city']}/change/"


def unfolded(page: Page, row: str = "#choices-0") -> Locator:
    """Return the row of a choice, with its map unfolded."""
    found = page.locator(row)
    found.get_by_text("Map", exact=True).click()
    found.locator(".city-map.leaflet-container").wait_for()
    return found


def test_click_sets_the_place(admin: Open, toy: Toy) -> None:
    """A click on the map writes the numbers; saved, they come back."""
    page = admin(change(toy))
    row = unfolded(page)
    before = row.get_by_label("Latitude").input_value()
    row.locator(".city-map").click(position={"x": 60, "y": 160})
    after = row.get_by_label("Latitude").input_value()
    assert before != after
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.locator("#choices-0").get_by_label("Latitude")).to_have_value(after)


def test_numbers_move_the_pin(admin: Open, toy: Toy) -> None:
    """A typed place shows on the map, and an empty field takes the pin away."""
    page = admin(change(toy))
    row = unfolded(page)
    expect(row.locator(".pin")).to_be_visible()
    before = row.locator(".pin").bounding_box()
    row.get_by_label("Longitude").fill("-75.17")
    assert before != row.locator(".pin").bounding_box()
    row.get_by_label("Longitude").fill("")
    expect(row.locator(".pin")).to_have_count(0)


def test_added_row_has_a_map(admin: Open, toy: Toy) -> None:
    """Rows that the admin adds are as good as those that were there."""
    page = admin(change(toy))
    page.get_by_text("Add another Choice").click()
    unfolded(page, "#choices-4")
    expect(page.locator(".city-map.leaflet-container")).to_have_count(1)


def test_map_opens_where_the_questions_places_are(admin: Open, toy: Toy) -> None:
    """The map for a new choice shows the question's other places."""
    page = admin(f"/admin/polls/question/{toy.questions['sea']}/change/")
    row = unfolded(page, "#choices-2")
    row.locator(".city-map").click(position={"x": 120, "y": 120})
    assert -60 < float(row.get_by_label("Latitude").input_value()) < -40


def test_clicked_street_has_no_frame(admin: Open, toy: Toy) -> None:
    """A line takes no focus, from which a click would draw two black lines across the map."""
    row = unfolded(admin(change(toy)))
    row.locator("path.street").first.wait_for(state="attached")
    # Chromium lets whatever listens for the focus have it.
    taken = row.page.evaluate("""() => [...document.querySelectorAll(".city-map path")].filter((line) => {
        line.focus();
        return document.activeElement === line;
    }).length""")
    assert 0 == taken


def test_numbers_do_without_javascript(admin: Open, toy: Toy) -> None:
    """The fields alone set a place."""
    page = admin(change(toy), java_script_enabled=False)
    page.locator("#id_choices-1-place_lat").fill("39.95")
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.locator("#id_choices-1-place_lat")).to_have_value("39.95")


def test_widget_is_accessible(admin: Open, toy: Toy, screenshots: Path) -> None:
    """Axe finds nothing in the fields and the map; the rest of the admin is Django's."""
    page = admin(change(toy), bypass_csp=True)
    unfolded(page).locator("path.river").first.wait_for(state="attached")
    page.screenshot(path=screenshots / "admin.png", full_page=True)
    for theme in ("light", "dark"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        found = Axe().run(page, context=".place")
        assert 0 == found.violations_count, f"{theme}: {found.generate_report()}"
