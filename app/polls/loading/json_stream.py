"""JSON in pieces: only the text of one value is in memory."""

import re
from collections import Counter
from collections.abc import Iterator
from json import JSONDecodeError, JSONDecoder
from typing import Any

from polls.loading.rows import UnreadableFileError
from polls.loading.source import LONGEST, PIECE, Text

SPACE = re.compile(r"[ \t\n\r]*")
# Tokens that the end of a piece may cut, other than strings: a number, an escape, `false`.
LONGEST_TOKEN = 32


class Walker:
    """Position in a JSON text; `value` reads the value at this position."""

    def __init__(self, source: Text) -> None:
        self._source, self._text, self._at = source, "", 0
        # Position of the text in the file, and the line up to `_counted`.
        self._line, self._column, self._counted = 1, 0, 0
        # Names that an object of the last value has twice. Python keeps the last value of each.
        self.twice: list[str] = []
        self._decode = JSONDecoder(object_pairs_hook=self._object, parse_constant=_refuse_constant).raw_decode

    @property
    def line(self) -> int:
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def value(self) -> Any:
        """Raises UnreadableFileError."""
        self._skip_space()
        while True:
            self.twice.clear()
            try:
                value, end = self._decode(self._text, self._at)
            except JSONDecodeError as error:
                cut = error.msg.startswith("Unterminated string") or error.pos > len(self._text) - LONGEST_TOKEN
                if not cut or not self._more():
                    raise self._error(error.msg, error.pos) from error
            except (ValueError, RecursionError) as error:
                raise self._error(f"{error}", self._at) from error
            else:
                # A number at the end of the piece may continue in the next one.
                if end < len(self._text) or not self._more():
                    self._at = end
                    return value

    def members(self) -> Iterator[str]:
        """Each name of an object, with the walker before its value, which the caller takes."""
        found = set()
        for _ in self._parts("{", "}"):
            name = self.value()
            if not isinstance(name, str):
                raise self._error("Expected a name", self._at)
            if name in found:
                raise self._error(f"{name!r:.50} is there twice", self._at)
            found.add(name)
            self._take(":")
            yield name

    def items(self) -> Iterator[None]:
        """Stop before each item of an array, which the caller takes."""
        yield from self._parts("[", "]")

    def is_at_end(self) -> bool:
        return not self._next()

    def _parts(self, first: str, last: str) -> Iterator[None]:
        self._take(first)
        if self._next() == last:
            self._take(last)
            return
        while True:
            self._skip_space()
            yield
            if self._take(f",{last}") == last:
                return

    def _take(self, expected: str) -> str:
        found = self._next()
        if not found or found not in expected:
            raise self._error(f"Expected {' or '.join(expected)}", self._at)
        self._at += 1
        return found

    def _next(self) -> str:
        self._skip_space()
        return self._text[self._at : self._at + 1]

    def _skip_space(self) -> None:
        self._at = SPACE.match(self._text, self._at).end()
        while self._at == len(self._text) and self._more():
            self._at = SPACE.match(self._text, self._at).end()

    def _more(self) -> bool:
        """Drop the text before this position and read the next piece; False at the end of the file."""
        rest = len(self._text) - self._at
        if rest > LONGEST:
            raise self._error(f"This is longer than {LONGEST:,} characters, which no place needs", self._at)
        # As much again, so that a long value is not tried too often.
        piece = self._source.piece(max(PIECE, rest))
        if not piece:
            return False
        self._line, self._column = self.line, self._column_of(self._at)
        self._text, self._at, self._counted = self._text[self._at :] + piece, 0, 0
        return True

    def _column_of(self, position: int) -> int:
        """Counted from 0."""
        start = self._text.rfind("\n", 0, position)
        return self._column + position if start < 0 else position - start - 1

    def _error(self, reason: str, position: int) -> UnreadableFileError:
        line = self.line + self._text.count("\n", self._at, position)
        return UnreadableFileError(line, f"{reason}, in column {self._column_of(position) + 1}.")

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) < len(pairs):
            self.twice += [name for name, count in Counter(name for name, _ in pairs).items() if count > 1]
        return members


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number in JSON")
