"""Every page: nothing to complain about, for the browser, for axe, and on a phone."""

from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.browser.toy import NewContext, Open, Toy

# By the name of its screenshot; `city` is the question of these tests that lies on a map.
PAGES = {
    "index": "/",
    "index-page": "/?page=2",
    "search": "/?q=browser+test+where",
    "search-nothing": "/?q=zebra+crossing+xylophone",
    "detail": "{city}",
    "results": "{city}results/",
    "abroad": "{sea}results/",
    "near": "/near/",
    "near-places": "/near/?lat=39.9526&lon=-75.1635&radius=10000",
    "near-nothing": "/near/?lat=0&lon=-160&radius=1",
}
REFUSED = {"near-refused": "/near/?lat=91&lon=x", "search-refused": f"/?q={'x' * 101}"}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = {"desktop": {"width": 1100, "height": 900}, "phone": {"width": 390, "height": 844}}


def path_of(page: str, toy: Toy) -> str:
    """Return the path of a page by its name."""
    return (PAGES | REFUSED)[page].format(city=toy.path("city"), sea=toy.path("sea"))


@pytest.mark.smoke
@pytest.mark.parametrize("page_name", PAGES)
def test_browser_does_not_complain(visit: Open, toy: Toy, page_name: str) -> None:
    """No error in the console, no broken policy, no request to another machine."""
    page = visit(path_of(page_name, toy))
    page.wait_for_load_state("networkidle")
    assert page.get_by_role("heading", level=1).is_visible()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("page_name", PAGES | REFUSED)
def test_page_is_accessible(new_context: NewContext, toy: Toy, screenshots: Path, page_name: str, width: str) -> None:
    """Axe finds nothing in light or dark, and nothing sticks out sideways."""
    # Axe is a script that the page's policy would refuse.
    page = new_context(viewport=WIDTHS[width], bypass_csp=True).new_page()
    page.goto(path_of(page_name, toy))
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        page.screenshot(path=screenshots / f"{page_name}-{width}-{scheme}.png", full_page=True)
        found = Axe().run(page)
        assert 0 == found.violations_count, f"{scheme}: {found.generate_report()}"


@pytest.mark.parametrize("page_name", PAGES | REFUSED)
def test_page_works_without_javascript(new_context: NewContext, toy: Toy, screenshots: Path, page_name: str) -> None:
    """Without JavaScript its controls are hidden, and the page is complete."""
    page = new_context(viewport=WIDTHS["desktop"], java_script_enabled=False).new_page()
    page.goto(path_of(page_name, toy))
    page.screenshot(path=screenshots / f"{page_name}-without-javascript.png", full_page=True)
    assert page.get_by_role("heading", level=1).is_visible()
    assert 0 == page.locator(".city-map:visible, #locate:visible").count()
