"""How a browser may keep the static files."""

import re
from urllib.parse import urljoin

import pytest
import requests
from tests.browser.toy import NewContext


def stylesheet(base_url: str) -> str:
    """Return the address of the stylesheet that the first page names."""
    link = re.search(r'href="([^"]*polls/polls\.[^"]*css)"', requests.get(base_url, timeout=30).text)
    assert link is not None
    return str(urljoin(base_url, link[1]))


def test_static_files_are_kept_by_their_hash(base_url: str, pytestconfig: pytest.Config) -> None:
    """In production for ever, under an address that changes with the content; in development not at all."""
    url = stylesheet(base_url)
    answer = requests.get(url, headers={"Accept-Encoding": "br"}, timeout=30)
    kept = answer.headers["Cache-Control"]
    if pytestconfig.getoption("--prod"):
        assert re.search(r"polls\.[0-9a-f]{12}\.css$", url)
        assert ("br", True) == (answer.headers["Content-Encoding"], "immutable" in kept)
    else:
        assert (True, True) == (url.endswith("/polls.css"), "max-age=0" in kept)


@pytest.mark.usefixtures("toy")
def test_second_page_loads_no_static_file_again(new_context: NewContext, pytestconfig: pytest.Config) -> None:
    """Where files bear a hash, the browser asks for each only once."""
    if not pytestconfig.getoption("--prod"):
        pytest.skip("only the production image (--prod) has hashed files")
    page = new_context().new_page()
    page.goto("/")
    page.goto("/near/")
    sizes = page.evaluate(
        "performance.getEntriesByType('resource').filter(e => e.name.endsWith('.css')).map(e => e.transferSize)"
    )
    assert sizes
    assert {0} == set(sizes)
