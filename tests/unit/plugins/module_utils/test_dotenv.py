"""The statements of a dotenv file, and their replacement."""

import re

import pytest
from ansible_collections.breakable.toy.plugins.module_utils.dotenv import quoted, random_secret, statements, with_value
from tests.support.dotenv import ENV, NAMES


def test_statements_have_composes_bounds() -> None:
    found = [ENV[start:end] for _, start, end, _ in statements(ENV)]
    assert NAMES == [name for name, *_ in statements(ENV)]
    assert 'export EXPORTED="two\nlines with BARE=not\n"' in found
    assert {"SPACED = value # a comment", "INDENTED: value", "INHERITED", "EMPTY=", "LAST=a'b\"c"} <= set(found)


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment", "\ufeff"])
def test_text_without_statements(text: str) -> None:
    assert [] == statements(text)


@pytest.mark.parametrize("name", NAMES)
def test_replacement_leaves_other_statements(name: str) -> None:
    before = {name: ENV[start:end] for name, start, end, _ in statements(ENV)}
    text = with_value(ENV, name, "new")
    after = {name: text[start:end] for name, start, end, _ in statements(text)}
    prefix = "export " * (name == "EXPORTED")
    assert {**before, name: f"{prefix}{name}=new"} == after
    assert ENV.count("#") - (name in ("SPACED", "SINGLE")) == text.count("#")


def test_last_of_several_statements_is_replaced() -> None:
    assert "A=1\nB=x\nA=new\n" == with_value("A=1\nB=x\nA=2\n", "A", "new")


def test_new_variable_begins_a_line() -> None:
    assert "A=1\nB=new\n" == with_value("A=1", "B", "new")
    assert "B=new\n" == with_value("", "B", "new")


def test_line_ends_of_windows_stay() -> None:
    assert "A=new\r\nB=1\r\n" == with_value("A: 'x'\r\nB=1\r\n", "A", "new")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("", ""),
        ("plain-1.0", "plain-1.0"),
        ("a #b", "'a #b'"),
        ("pa$$word", "'pa$$word'"),
        ("it's", '"it\'s"'),
        ("a\\b$x", '"a\\\\b\\$x"'),
        ("two\nlines", '"two\\nlines"'),
    ],
)
def test_value_is_quoted_where_needed(value: str, text: str) -> None:
    assert text == quoted(value)


def test_random_secret_is_long_and_new() -> None:
    assert re.fullmatch("[A-Za-z0-9]{50}", random_secret())
    assert random_secret() != random_secret()
