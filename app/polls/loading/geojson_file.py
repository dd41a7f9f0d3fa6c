"""Places in GeoJSON: a FeatureCollection of points, with properties text (or name), perhaps question."""

import re
from collections.abc import Iterator
from json import JSONDecodeError, JSONDecoder
from typing import Any

from polls.loading.rows import Row, UnreadableFileError

SPACE = re.compile(r"[ \t\n\r]*")


class Walker:
    """Goes through a JSON text and stops at each item, for json.loads forgets where it stood."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self._decode = JSONDecoder().raw_decode
        self._line, self._counted = 1, 0

    @property
    def line(self) -> int:
        self._line += self.text.count("\n", self._counted, self.at)
        self._counted = self.at
        return self._line

    def value(self) -> Any:
        self._skip_space()
        value, self.at = self._decode(self.text, self.at)
        return value

    def members(self) -> Iterator[str]:
        """Each name of an object, with the walker before its value, which the caller takes."""
        for _ in self._parts("{", "}"):
            name = self.value()
            if not isinstance(name, str):
                raise JSONDecodeError("Expected a name", self.text, self.at)
            self._take(":")
            yield name

    def items(self) -> Iterator[None]:
        """Stop before each item of an array, which the caller takes."""
        yield from self._parts("[", "]")

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
            raise JSONDecodeError(f"Expected {' or '.join(expected)}", self.text, self.at)
        self.at += 1
        return found

    def _next(self) -> str:
        self._skip_space()
        return self.text[self.at : self.at + 1]

    def _skip_space(self) -> None:
        self.at = SPACE.match(self.text, self.at).end()


def read(text: str) -> Iterator[Row]:
    """The features. Raises UnreadableFileError."""
    walker = Walker(text)
    found: dict[str, Any] = {}
    try:
        for name in walker.members():
            if name == "features":
                found[name] = True
                for _ in walker.items():
                    line = walker.line
                    yield _row(line, walker.value(), walker)
            else:
                found[name] = walker.value()
        if walker.text[walker.at :].strip():
            raise ValueError("Something follows the end of the collection")
        if found.get("type") != "FeatureCollection" or "features" not in found:
            raise ValueError("This is no FeatureCollection")
    except JSONDecodeError as error:
        raise UnreadableFileError(error.lineno, f"{error.msg}, in column {error.colno}.") from error
    except (ValueError, RecursionError) as error:
        raise UnreadableFileError(walker.line, f"{error}.") from error


def _row(line: int, feature: Any, walker: Walker) -> Row:
    try:
        if feature["type"] != "Feature" or feature["geometry"]["type"] != "Point":
            raise TypeError
        lon, lat = feature["geometry"]["coordinates"][:2]
        if {type(lon), type(lat)} - {int, float}:
            raise TypeError
        properties = feature["properties"] or {}
        values = {"text": properties.get("text", properties.get("name")), "question": properties.get("question")}
    except (AttributeError, KeyError, TypeError, ValueError):
        return Row(line, walker.at, {}, "This is no Feature with a Point.")
    return Row(line, walker.at, {**values, "lon": lon, "lat": lat})
