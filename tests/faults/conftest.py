"""The box of this clone, with the production image beside the development one."""

from collections.abc import Iterator

import pytest
from tests.production import Inside, inside_fixture, running  # noqa: F401 - for pytest


@pytest.fixture(scope="session", autouse=True)
def production(inside: Inside) -> Iterator[None]:
    """Have it run as long as these tests take."""
    with running(inside):
        yield
