"""Strict types of a role's variables."""

from typing import Any

import pytest
from ansible_collections.breakable.toy.plugins.module_utils.role_variables import message, mismatches

OPTIONS: dict[str, Any] = {
    "packages": {"type": "list", "elements": "str", "default": ["git"]},
    "version": {"type": "str"},
    "enabled": {"type": "bool"},
    "size": {"type": "int"},
    "env": {"type": "dict"},
    "source": {"type": "path"},
    "anything": {"type": "raw"},
    "mirrors": {
        "type": "list",
        "elements": "dict",
        "options": {"uri": {"type": "str"}, "suites": {"type": "list", "elements": "str"}},
    },
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("packages", ["git"]),
        ("packages", []),
        ("version", "28.10"),
        ("version", 28),
        ("enabled", False),
        ("size", 1024),
        ("env", {"A": 1.5, "B": True}),
        ("source", "/srv"),
        ("anything", 1.5),
        ("mirrors", [{"uri": "http://a.example", "suites": ["trixie"]}]),
        # A variable without a value.
        *((name, None) for name in OPTIONS),
    ],
)
def test_right_type_passes(name: str, value: Any) -> None:
    assert [] == list(mismatches(OPTIONS, {name: value}))


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("packages", "git", "packages (list)"),
        ("packages", {"git": 1}, "packages (list)"),
        ("packages", [1.5, 2.5], "packages[] (str)"),
        ("version", 28.1, "version (str)"),
        ("version", True, "version (str)"),
        ("version", ["28"], "version (str)"),
        ("enabled", "false", "enabled (bool)"),
        ("enabled", 1, "enabled (bool)"),
        ("size", "60", "size (int)"),
        ("size", 1.5, "size (int)"),
        ("env", "A=1", "env (dict)"),
        ("source", 1.5, "source (path)"),
        ("mirrors", ["http://a.example"], "mirrors[] (dict)"),
        ("mirrors", [{"suites": "trixie"}], "mirrors[].suites (list)"),
        ("mirrors", [{"suites": "a"}, {"suites": "b"}], "mirrors[].suites (list)"),
    ],
)
def test_wrong_type_is_named(name: str, value: Any, found: str) -> None:
    assert [found] == list(mismatches(OPTIONS, {name: value}))


def test_all_mismatches_are_named() -> None:
    values = {"packages": "git", "enabled": "no", "version": "1", "unknown": 1.5}
    assert ["packages (list)", "enabled (bool)"] == list(mismatches(OPTIONS, values))


def test_message_has_an_example_of_the_first_variable() -> None:
    text = message(OPTIONS, ["packages (list)", "enabled (bool)"])
    assert "names: packages (list), enabled (bool). " in text
    assert text.endswith("""--extra-vars '{"packages": ["git"]}'.""")


def test_message_names_the_outer_variable_of_a_nested_one() -> None:
    assert '{"mirrors": null}' in message(OPTIONS, ["mirrors[].suites (list)"])


def test_message_omits_a_long_example() -> None:
    options = {"keys": {"type": "list", "default": ["x" * 100]}}
    assert "--extra-vars" not in message(options, ["keys (list)"])
