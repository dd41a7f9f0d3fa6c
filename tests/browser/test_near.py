"""Places nearby: by the browser's position, by numbers, by invalid values."""

import pytest
from playwright.sync_api import Page, expect
from tests.browser.toy import NEMO, NewContext, Open


def names(page: Page) -> list[str]:
    """Return the places that the page lists, in its order."""
    page.locator(".nearest").wait_for()
    return page.locator(".nearest strong").all_inner_texts()


@pytest.mark.usefixtures("toy")
def test_position_of_the_browser(visit: Open) -> None:
    """A click asks the browser where it is and lists what is near, the nearest first."""
    page = visit("/near/", geolocation=NEMO, permissions=["geolocation"])
    page.get_by_role("button", name="Use my position").click()
    page.wait_for_url("**/near/?lat=-48.8767*")
    assert ["Point Nemo", "Drifting buoy"] == names(page)
    expect(page.locator(".nearest .far").first).to_have_text("0 m")
    expect(page.get_by_role("button", name="Point Nemo")).to_be_visible()


@pytest.mark.usefixtures("toy")
def test_position_that_is_refused_is_explained(visit: Open) -> None:
    """A browser without permission leaves the form as it is, with a message."""
    page = visit("/near/", permissions=[])
    page.get_by_role("button", name="Use my position").click()
    expect(page.get_by_role("status")).to_contain_text("may not tell your position")


@pytest.mark.usefixtures("toy")
def test_radius_leaves_out_what_is_farther(visit: Open) -> None:
    """Typed in without JavaScript: only what lies within so many metres is listed."""
    page = visit("/near/", java_script_enabled=False)
    page.get_by_label("Latitude").fill(str(NEMO["latitude"]))
    page.get_by_label("Longitude").fill(str(NEMO["longitude"]))
    page.get_by_label("Within metres").fill("1000")
    page.get_by_role("button", name="Show places").click()
    assert ["Point Nemo"] == names(page)


def test_nonsense_is_explained(new_context: NewContext) -> None:
    """Numbers off the earth bring the form back, with what was typed and what is wrong."""
    page = new_context().new_page()
    page.goto("/near/?lat=91&lon=0")
    expect(page.get_by_text("less than or equal to 90")).to_be_visible()
    expect(page.get_by_label("Latitude")).to_have_value("91")
