"""The box of this clone, with the production image and the development one."""

from collections.abc import Iterator

import pytest
from tests.support.production import running


@pytest.fixture(scope="session", autouse=True)
def production() -> Iterator[None]:
    """Have it run as long as these tests take."""
    with running():
        yield
