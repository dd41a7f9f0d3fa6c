"""Settings from environment variables, with errors that name the variable."""

import re
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from environ import Env

# django-environ takes every word that it does not know for False. A typing
# error must not turn a safety switch off, so only these are accepted.
TRUE_WORDS = ("1", "on", "true", "yes")
FALSE_WORDS = ("0", "off", "false", "no")

MISSING = object()

_env = Env()


def text(name: str, default: Any = MISSING) -> str:
    """The variable as it stands. Empty counts as missing."""
    return _read(name, default, str, "a text")


def words(name: str, default: Any = MISSING) -> list[str]:
    """The variable split at commas, without empty items."""
    split: Callable[[str], list[str]] = lambda value: [w.strip() for w in value.split(",") if w.strip()]  # noqa: E731
    return _read(name, default, split, "a list with commas")


def flag(name: str, default: Any = MISSING) -> bool:
    """The variable as a yes or no."""
    return _read(name, default, _to_bool, f"one of {', '.join(TRUE_WORDS + FALSE_WORDS)}")


def number(name: str, default: Any = MISSING, cast: Callable[[str], Any] = int) -> Any:
    """The variable as a number, an integer unless `cast` says otherwise."""
    return _read(name, default, cast, "a number")


def tile_url(name: str, default: Any = MISSING) -> str:
    """The address of map tiles, with {z}, {x} and {y} in its path."""
    return _read(name, default, _to_tile_url, "an address like https://tiles.example.org/{z}/{x}/{y}.png")


def _to_tile_url(value: str) -> str:
    # Host and port end up in the Content Security Policy as they stand.
    match = re.fullmatch(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?(/[^\s{}]*(\{(z|x|y|r)\}[^\s{}]*)+)", value)
    if not match or any(part not in value for part in ("{z}", "{x}", "{y}")):
        raise ValueError(value)
    return value


def _to_bool(value: str) -> bool:
    word = value.strip().lower()
    if word not in TRUE_WORDS + FALSE_WORDS:
        raise ValueError(word)
    return word in TRUE_WORDS


def _read(name: str, default: Any, cast: Callable[[str], Any], expected: str) -> Any:
    value = _env.str(name, default="")
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
