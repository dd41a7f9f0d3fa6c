"""How many seconds each suite takes: the last time on this machine, else on a build server with two processors."""

import json
from collections.abc import Collection, Mapping
from contextlib import suppress

from breakable_toy import checks

USUAL = checks.ROOT / "tests/seconds.json"
LAST = checks.ROOT / ".cache/seconds.json"
MINUTE = 60


def label(suite: str, smoke: Collection[str]) -> str:
    """Return the name by which a suite's seconds are kept: apart where only its smoke tests run."""
    return f"{suite} smoke" if suite in smoke else suite


def expected() -> dict[str, int]:
    """Return the seconds of each suite, by its label."""
    return {**_read(USUAL.read_text()), **last()}


def last() -> dict[str, int]:
    """Return those of the last runs here that have passed; none where there was no run."""
    with suppress(OSError, ValueError):
        return _read(LAST.read_text())
    return {}


def note(seconds: Mapping[str, int]) -> None:
    """Keep these for the next run."""
    LAST.parent.mkdir(exist_ok=True)
    LAST.write_text(json.dumps({**last(), **seconds}, indent=1, sort_keys=True) + "\n")


def spoken(seconds: float) -> str:
    """Return a duration as a person says it."""
    return f"{seconds:.0f} s" if seconds < 1.5 * MINUTE else f"{seconds / MINUTE:.0f} min"


def _read(text: str) -> dict[str, int]:
    return {str(suite): int(seconds) for suite, seconds in json.loads(text).items()}
