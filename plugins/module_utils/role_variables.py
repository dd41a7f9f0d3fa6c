"""Strict types of a role's variables: the values of an argument specification, without Ansible's conversions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

# A longer default is not an example for a command line.
EXAMPLE_LENGTH = 80


def is_list(value: Any) -> bool:
    """Return whether a value is a list of YAML's."""
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


def is_of_type(expected: str, value: Any) -> bool:
    """Return whether a value has the type that a specification names.

    No value at all (null) has every type. An integer may stand for a text, since its text is the same; a float may not:
    28.10 is 28.1. Types that a specification seldom names, such as C(raw), take every value.
    """
    if value is None:
        return True
    if expected in ("str", "path"):
        return not (isinstance(value, (float, bool, Mapping)) or is_list(value))
    if expected == "list":
        return is_list(value)
    types: dict[str, type | tuple[type, ...]] = {"bool": bool, "dict": Mapping, "int": int, "float": (int, float)}
    return isinstance(value, types.get(expected, object))


def mismatches(options: Mapping[str, Any], values: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """Yield the variables whose values have another type, as C(name (type)); values inside lists as C(name[].key)."""
    for name, option in options.items():
        if name in values:
            yield from _mismatches(option, values[name], prefix + name)


def _mismatches(option: Mapping[str, Any], value: Any, name: str) -> Iterator[str]:
    expected = option.get("type", "str")
    if not is_of_type(expected, value):
        yield f"{name} ({expected})"
    elif expected == "list" and value:
        element = {"type": option.get("elements", "raw"), "options": option.get("options", {})}
        found = [mismatch for item in value for mismatch in _mismatches(element, item, f"{name}[]")]
        # Ten elements with the same mistake are one mistake.
        yield from dict.fromkeys(found)
    elif expected == "dict" and value:
        yield from mismatches(option.get("options") or {}, value, f"{name}.")


def message(options: Mapping[str, Any], found: Sequence[str]) -> str:
    """Return the text of a refusal: the variables, the reason and the remedy."""
    name = found[0].partition(" ")[0].partition("[")[0].partition(".")[0]
    example = json.dumps({name: options[name].get("default")})
    hint = f": --extra-vars '{example}'" if len(example) <= EXAMPLE_LENGTH else ""
    return (
        f"Not of the type that the role's README names: {', '.join(found)}. "
        "Ansible's own check converts such values, but the role would read a text as a list of letters, "
        '"false" as true and 28.10 as 28.1. '
        f"Write lists as lists and versions in quotes; on the command line, JSON{hint}."
    )
