"""Keys of a JSON file that several programs write to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.breakable.toy.plugins.module_utils.files import Difference, File, difference

Values = Mapping[str, Any]


def parsed(text: str) -> dict[str, Any] | None:
    """Return the object in a JSON text; None where there is none."""
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def merged(old: Values, defaults: Values, values: Values) -> dict[str, Any]:
    """Return the old keys under the defaults under the values, without those that are null."""
    return {key: value for key, value in {**old, **defaults, **values}.items() if value is not None}


@dataclass(frozen=True)
class JsonFile:
    """The wanted state of a file.

    previous: the file's text; None where there is no file.
    """

    file: File
    previous: str | None

    @property
    def is_unreadable(self) -> bool:
        """Whether the file exists and holds no JSON object."""
        return self.previous is not None and parsed(self.previous) is None

    @property
    def difference(self) -> Difference | None:
        """How the file differs from its wanted state; None where it does not."""
        return difference(self.file)


def json_file(path: str, values: Values, defaults: Values, **options: str) -> JsonFile:
    """Return the wanted state of a file. A text with the same keys and values stays as it is.

    ``options`` are those of File: its mode, owner, group and validation.
    """
    place = Path(path)
    previous = place.read_text(errors="replace") if place.is_file() else None
    old = None if previous is None else parsed(previous)
    wanted = merged(old or {}, defaults, values)
    # As texts: to Python, 1 equals true.
    text, is_equal = _text(wanted), old is not None and _text(old) == _text(wanted)
    if previous is not None and is_equal:
        text = previous
    return JsonFile(File(path, text, **options), previous)


def _text(value: Values) -> str:
    return f"{json.dumps(value, indent=4, sort_keys=True)}\n"
