"""The admin's map: a click sets a place, numbers do it as well."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from tests.browser.toy import Open, Toy


def change(toy: Toy) -> str:
    """Return the path of the form that changes the question in the city."""
    return f"/admin/polls/question/{toy.questions['city']}/change/"


def test_click_sets_the_place(admin: Open, toy: Toy) -> None:
    """A click on the map writes the numbers; saved, they come back."""
    page = admin(change(toy))
    row = page.locator("#choices-0")
    before = row.get_by_label("Latitude").input_value()
    row.locator(".city-map").click(position={"x": 60, "y": 160})
    after = row.get_by_label("Latitude").input_value()
    assert before != after
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.locator("#choices-0").get_by_label("Latitude")).to_have_value(after)


def test_numbers_move_the_pin(admin: Open, toy: Toy) -> None:
    """What is typed shows on the map, and an empty field takes the pin away."""
    page = admin(change(toy))
    row = page.locator("#choices-0")
    expect(row.locator(".pin")).to_be_visible()
    before = row.locator(".pin").bounding_box()
    row.get_by_label("Longitude").fill("-75.17")
    assert before != row.locator(".pin").bounding_box()
    row.get_by_label("Longitude").fill("")
    expect(row.locator(".pin")).to_have_count(0)


def test_added_row_has_a_map(admin: Open, toy: Toy) -> None:
    """Rows that the admin adds are as good as those that were there."""
    page = admin(change(toy))
    before = page.locator(".city-map.leaflet-container").count()
    page.get_by_text("Add another Choice").click()
    expect(page.locator(".city-map.leaflet-container")).to_have_count(before + 1)


def test_numbers_do_without_javascript(admin: Open, toy: Toy) -> None:
    """The fields alone set a place."""
    page = admin(change(toy), java_script_enabled=False)
    page.locator("#id_choices-1-place_lat").fill("39.95")
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.locator("#id_choices-1-place_lat")).to_have_value("39.95")


def test_widget_is_accessible(admin: Open, toy: Toy, screenshots: Path) -> None:
    """Axe finds nothing in the fields and the map; the rest of the admin is Django's."""
    page = admin(change(toy), bypass_csp=True)
    page.locator(".city-map path.river").first.wait_for(state="attached")
    page.screenshot(path=screenshots / "admin.png", full_page=True)
    found = Axe().run(page, context=".place")
    assert 0 == found.violations_count, found.generate_report()
