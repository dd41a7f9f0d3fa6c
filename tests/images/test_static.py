"""How a browser may keep the static files."""

import re
import subprocess
from collections.abc import Callable, Iterator
from urllib.parse import urljoin

import pytest
import requests
from tests.browser.conftest import browser_type_launch_args  # noqa: F401 - for pytest
from tests.browser.toy import NewContext
from tests.support import production
from tests.support.inside import ssh
from tests.support.project import free_ports

DEVELOPMENT = 8000
# The headers of a load balancer.
HEADERS = {"X-Forwarded-Proto": "https"}

Address = Callable[[int], str]


@pytest.fixture(scope="module")
def address(prod: None) -> Iterator[Address]:
    """Return the address of a server by its port in the box: there is a tunnel to each."""
    ports = dict(zip((DEVELOPMENT, production.PORT), free_ports(2), strict=True))
    forward = [word for port, here in ports.items() for word in ("-L", f"127.0.0.1:{here}:127.0.0.1:{port}")]
    command = ssh("-o", "ExitOnForwardFailure=yes", *forward, "default", "echo forwards && exec cat")
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as tunnel:
        try:
            assert tunnel.stdout
            assert tunnel.stdout.readline()
            yield lambda port: f"http://localhost:{ports[port]}"
        finally:
            # It would wait for the connections that the browser keeps.
            tunnel.terminate()


@pytest.fixture
def prod_url(address: Address) -> str:
    """The production image's address."""
    return address(production.PORT)


def stylesheet(url: str) -> str:
    """Return the address of the stylesheet that the first page names."""
    page = requests.get(url, headers=HEADERS, timeout=30).text
    link = re.search(r'href="([^"]*polls/polls\.[^"]*css)"', page)
    assert link is not None
    return str(urljoin(url, link[1]))


def test_development_keeps_nothing(address: Address) -> None:
    """An edit shows on the next reload."""
    url = stylesheet(address(DEVELOPMENT))
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
