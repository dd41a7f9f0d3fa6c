"""How a browser may keep the static files."""

import re
import subprocess
from collections.abc import Iterator
from urllib.parse import urljoin

import pytest
import requests
from tests import production
from tests.browser.toy import NewContext
from tests.e2e.box import Box
from tests.project import ROOT, free_port

# What a load balancer says to the server behind it.
HEADERS = {"X-Forwarded-Proto": "https"}


@pytest.fixture(scope="module")
def prod_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The production image's address, through a tunnel into the box."""
    box, port = Box(ROOT, 0, ""), free_port()
    config = tmp_path_factory.mktemp("ssh") / "config"
    config.write_text(box.machine.ssh_config())
    forward = ["-L", f"127.0.0.1:{port}:127.0.0.1:{production.PORT}", "-o", "ExitOnForwardFailure=yes"]
    with production.running(box.inside):
        # To the background once it forwards; until nobody has used it for a while.
        subprocess.run(["ssh", "-F", config, "-f", *forward, "default", "sleep 30"], check=True)
        yield f"http://localhost:{port}"


def stylesheet(url: str) -> str:
    """Return the address of the stylesheet that the first page names."""
    page = requests.get(url, headers=HEADERS, timeout=30).text
    link = re.search(r'href="([^"]*polls/polls\.[^"]*css)"', page)
    assert link is not None
    return str(urljoin(url, link[1]))


def test_development_keeps_nothing(base_url: str) -> None:
    """An edit shows on the next reload."""
    url = stylesheet(base_url)
    assert url.endswith("/polls.css")
    assert "max-age=0" in requests.get(url, timeout=30).headers["Cache-Control"]


def test_production_keeps_for_ever(prod_url: str) -> None:
    """Under an address that changes with the content, compressed as the browser likes best."""
    url = stylesheet(prod_url)
    assert re.search(r"polls\.[0-9a-f]{12}\.css$", url)
    for encoding in ("br", "gzip"):
        answer = requests.get(url, headers={**HEADERS, "Accept-Encoding": encoding}, timeout=30)
        assert (encoding, True) == (answer.headers["Content-Encoding"], "immutable" in answer.headers["Cache-Control"])


def test_second_page_loads_no_static_file_again(new_context: NewContext, prod_url: str) -> None:
    """The browser asks for each file only once."""
    page = new_context(extra_http_headers=HEADERS).new_page()
    page.goto(prod_url)
    page.goto(f"{prod_url}/near/")
    sizes = page.evaluate(
        "performance.getEntriesByType('resource').filter(e => e.name.endsWith('.css')).map(e => e.transferSize)"
    )
    assert sizes
    assert {0} == set(sizes)
