"""Places in CSV: a header with text, lat and lon, perhaps question; other columns are ignored."""

import csv
from collections.abc import Iterator

from polls.loading.rows import Row, UnreadableFileError
from polls.loading.source import LONGEST, Text
from polls.names import normal_name

NEEDED = ("text", "lat", "lon")
USED = (*NEEDED, "question")
# How a place is found in the file.
PLACE = "line {line}"
SEPARATORS = (",", ";", "\t")


def read(text: Text) -> Iterator[Row]:
    """The rows under the header, without blank ones. Raises UnreadableFileError."""
    lines = _Lines(text)
    separator, header = _header(lines)
    before, line = lines.number, lines.number + 1
    reader = csv.reader(lines, delimiter=separator, strict=True)
    try:
        for cells in reader:
            values = [cell.strip() for cell in cells]
            # Spreadsheets fill up with rows of separators.
            if any(values):
                yield _row(line, separator, header, values)
            line = before + reader.line_num + 1
            lines.row_ended()
    except csv.Error as error:
        raise UnreadableFileError(line, f"{error}.") from error


class _Lines:
    """The lines, and the length of the current row: a quoted cell may span many lines."""

    def __init__(self, text: Text) -> None:
        self._lines, self.number, self._length = text.lines(), 0, 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.number += 1
        self._length += len(line)
        if self._length > LONGEST:
            raise UnreadableFileError(self.number, f"This row is longer than {LONGEST:,} characters.")
        return line

    def row_ended(self) -> None:
        self._length = 0


def _header(lines: _Lines) -> tuple[str, list[str]]:
    """The separator, which is the one that makes the needed names appear, and the names of the columns."""
    line = next((line for line in lines if line.strip()), "")
    names = {separator: _names(line, separator) for separator in SEPARATORS}
    separator = max(SEPARATORS, key=lambda separator: len({*NEEDED} & {*names[separator]}))
    found, number = names[separator], max(lines.number, 1)
    if missing := [name for name in NEEDED if name not in found]:
        raise UnreadableFileError(
            number,
            f"The header has no {', '.join(missing)}, only {', '.join(map(repr, found))[:200] or 'nothing'}. "
            f"It needs {', '.join(NEEDED)}, separated by commas, semicolons or tabs.",
        )
    if twice := [name for name in USED if found.count(name) > 1]:
        raise UnreadableFileError(number, f"The header has {', '.join(twice)} twice. Leave one of each.")
    return separator, found


def _names(line: str, separator: str) -> list[str]:
    try:
        return [normal_name(name).lower() for name in next(csv.reader([line], delimiter=separator, strict=True), [])]
    except csv.Error:
        return []


def _row(line: int, separator: str, header: list[str], values: list[str]) -> Row:
    if len(values) != len(header):
        return Row(line, {}, f"Here are {len(values)} columns, in the header {len(header)}.")
    row = dict(zip(header, values, strict=True))
    if separator != ",":
        row |= {name: _with_point(row[name]) for name in ("lat", "lon")}
    return Row(line, row)


def _with_point(number: str) -> str:
    """A decimal comma as a point; what has both is left for its refusal."""
    return number.replace(",", ".") if number.count(",") == 1 and "." not in number else number
