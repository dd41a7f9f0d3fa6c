"""Settings from environment variables, with errors that name the variable."""

import os
import re
import ssl
from collections.abc import Callable, Sequence
from typing import Any

from django.core.exceptions import ImproperlyConfigured

# A typing error must not turn a safety switch off, so only these are accepted.
TRUE_WORDS = ("1", "on", "true", "yes")
FALSE_WORDS = ("0", "off", "false", "no")

MISSING = object()

# The variables of the settings, for the table in app/README.md and its tests.
NAMES: list[str] = []

HOST = r"\*|\.?[\w-]+(\.[\w-]+)*|\[[\da-fA-F:.]+\]"
SERVER = r"https?://[\w-]+(\.[\w-]+)*(:\d+)?"
HEADER = r"[A-Za-z0-9-]+"
ORIGIN = r"https?://(\*\.)?[\w-]+(\.[\w-]+)*(:\d+)?"


def text(name: str, default: Any = MISSING) -> str:
    """The variable's raw value. Empty counts as missing."""
    return _read(name, default, str, "a text")


def flag(name: str, default: Any = MISSING) -> bool:
    """The variable as a yes or no."""
    return _read(name, default, _to_bool, f"one of {', '.join(TRUE_WORDS + FALSE_WORDS)}")


def number(
    name: str, default: Any = MISSING, cast: Callable[[str], Any] = int, low: float = 0, high: float = 65_535
) -> Any:
    """The variable as a number from `low` to `high`, an integer unless `cast` says otherwise."""

    def between(value: str) -> Any:
        if not low <= (number := cast(value)) <= high:
            raise ValueError(value)
        return number

    return _read(name, default, between, f"{'an integer' if cast is int else 'a number'} from {low:g} to {high:g}")


def choice(name: str, default: Any, choices: Sequence[str]) -> str:
    """The variable as one of `choices`."""
    return _read(name, default, lambda value: choices[choices.index(value)], f"one of {', '.join(choices)}")


def hosts(name: str, default: Any = MISSING) -> list[str]:
    """The variable as host names and addresses, `.example.org` for all names below it."""
    return _read(name, default, lambda value: _each(HOST, value), "a list of host names with commas")


def origins(name: str, default: Any = MISSING) -> list[str]:
    """The variable as origins, `https://*.example.org` for all names below it."""
    return _read(name, default, lambda value: _each(ORIGIN, value), "a list like https://toy.example.org with commas")


def origin(name: str, default: Any = MISSING) -> str:
    """The variable as the origin of a server."""
    return _read(name, default, lambda value: _match(SERVER, value), "an origin like https://static.example.org")


def header(name: str, default: Any = MISSING) -> str:
    """The variable as the name of an HTTP header."""
    return _read(name, default, lambda value: _match(HEADER, value), "a header's name like X-Forwarded-Proto")


def certificates(name: str, default: Any = MISSING) -> str:
    """The variable as certificates in PEM, one after the other."""
    return _read(name, default, _to_certificates, "a list of certificates in PEM")


def tile_url(name: str, default: Any = MISSING) -> str:
    """The address of map tiles, with {z}, {x} and {y} in its path."""
    return _read(name, default, _to_tile_url, "an address like https://tiles.example.org/{z}/{x}/{y}.png")


def _to_certificates(value: str) -> str:
    try:
        ssl.create_default_context(cadata=value)
    except ssl.SSLError:
        raise ValueError(value) from None
    return value


def _to_tile_url(value: str) -> str:
    # Host and port end up in the Content Security Policy as they stand.
    match = re.fullmatch(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?(/[^\s{}]*(\{(z|x|y|r)\}[^\s{}]*)+)", value)
    if not match or any(part not in value for part in ("{z}", "{x}", "{y}")):
        raise ValueError(value)
    return value


def _match(pattern: str, value: str) -> str:
    if not re.fullmatch(pattern, value):
        raise ValueError(value)
    return value


def _each(pattern: str, value: str) -> list[str]:
    return [_match(pattern, item.strip()) for item in value.split(",") if item.strip()]


def _to_bool(value: str) -> bool:
    word = value.strip().lower()
    if word not in TRUE_WORDS + FALSE_WORDS:
        raise ValueError(word)
    return word in TRUE_WORDS


def _read(name: str, default: Any, cast: Callable[[str], Any], expected: str) -> Any:
    NAMES.append(name)
    value = os.environ.get(name, "")
    if not value:
        if default is MISSING:
            raise ImproperlyConfigured(
                f"{name} is not set. The toy cannot start without it. "
                f"Set {name} in the container's environment (compose.yaml, .env)."
            )
        return default
    try:
        return cast(value)
    except ValueError:
        raise ImproperlyConfigured(
            f"{name} is {value!r}, which is not {expected}. The toy does not guess what was meant. "
            f"Correct {name} in the container's environment (compose.yaml, .env)."
        ) from None
