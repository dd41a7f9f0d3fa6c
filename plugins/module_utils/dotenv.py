"""The text of a dotenv file (.env) by Compose's grammar: find the statements, and replace one."""

from __future__ import annotations

import re
import secrets
import string
from typing import NamedTuple

SECRET_LENGTH = 50
BOM = "\ufeff"
SPACE = r"[ \t\v\f\r\x85\xa0]"
# Between statements: blank space, and comments, which begin where a statement could.
BETWEEN = re.compile(rf"(?:{SPACE}|\n|#[^\n]*)*")
# `export`, a name, and `=` or `:` with a value, which in quotes may span lines; or a name alone: the shell's value.
STATEMENT = re.compile(
    rf"""(?P<export>export\s+)?
    (?P<name>[^=:\n]*?){SPACE}*
    (?:[=:]{SPACE}*(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\n]*)|(?=\n|\Z))""",
    re.VERBOSE | re.DOTALL,
)
PLAIN = re.compile(r"[A-Za-z0-9_./:@%+,=~^-]*")
# In double quotes a backslash keeps these from their special meaning.
ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "$": "\\$", "\n": "\\n", "\r": "\\r"})


class Statement(NamedTuple):
    """A variable's name, the offsets of its statement's start and end, and the statement's `export`."""

    name: str
    start: int
    end: int
    export: str


def statements(text: str) -> list[Statement]:
    """Return the statements of a file that Compose can read."""
    found = []
    position = len(BOM) if text.startswith(BOM) else 0
    while (between := BETWEEN.match(text, position)) and between.end() < len(text):
        match = STATEMENT.match(text, between.end())
        if not match or match.end() == between.end():
            break
        found.append(Statement(match["name"], match.start(), match.end(), match["export"] or ""))
        position = match.end()
    return found


def quoted(value: str) -> str:
    """Return a value as Compose reads it back: bare, in single quotes, or in double ones."""
    if PLAIN.fullmatch(value):
        return value
    return f'"{value.translate(ESCAPES)}"' if re.search(r"['\\\n\r]", value) else f"'{value}'"


def with_value(text: str, name: str, value: str) -> str:
    """Return the text with this value of a variable: in its last statement, which counts, or in a new one."""
    assignment = f"{name}={quoted(value)}"
    old = [statement for statement in statements(text) if statement.name == name]
    if not old:
        return f"{text}{'' if not text or text.endswith(chr(10)) else chr(10)}{assignment}\n"
    _, start, end, export = old[-1]
    # After a value in quotes another statement may follow in the same line, which a bare value would swallow.
    line_end = "" if re.match(r"\r?\n|\Z", text[end:]) else "\n"
    return f"{text[:start]}{export}{assignment}{line_end}{text[end:]}"


def random_secret() -> str:
    """Return random letters and digits."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(SECRET_LENGTH))
