"""Keys merged into a JSON file."""

import json
from pathlib import Path

import pytest
from ansible_collections.breakable.toy.plugins.module_utils.json_file import merged, parsed


@pytest.mark.parametrize(("text", "expected"), [('{"a": 1}', {"a": 1}), ("{", None), ("[1]", None), ("", None)])
def test_only_an_object_is_parsed(text: str, expected: object) -> None:
    assert expected == parsed(text)


def test_values_replace_defaults_and_defaults_replace_old_keys() -> None:
    wanted = merged({"a": 1, "b": 1, "c": 1}, {"b": 2, "c": 2}, {"c": 3})
    assert {"a": 1, "b": 2, "c": 3} == wanted


def test_null_removes_a_key() -> None:
    assert {"b": 2} == merged({"a": 1}, {"b": 2, "c": 3}, {"a": None, "c": None})


def test_nested_objects_are_replaced() -> None:
    assert {"a": {"y": 2}} == merged({"a": {"x": 1}}, {}, {"a": {"y": 2}})


@pytest.mark.parametrize("text", ["", "{", json.dumps([1])])
def test_file_without_an_object_is_empty(tmp_path: Path, text: str) -> None:
    assert {"a": 1} == merged(parsed(text) or {}, {}, {"a": 1})
