"""Places in CSV: a header with text, lat and lon, perhaps question; other columns are ignored."""

import csv
import io
from collections.abc import Iterator

from polls.loading.rows import Row, UnreadableFileError

NEEDED = ("text", "lat", "lon")


def read(text: str) -> Iterator[Row]:
    """The rows under the header; blank lines are none. Raises UnreadableFileError."""
    end, line = 0, 1

    def lines() -> Iterator[str]:
        nonlocal end
        for part in io.StringIO(text, newline=""):
            end += len(part)
            yield part

    reader = csv.reader(lines(), strict=True)
    try:
        header = _header(next(reader, []))
        line = reader.line_num + 1
        for cells in reader:
            if cells:
                yield _row(line, end, header, cells)
            line = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableFileError(line, f"{error}.") from error


def _header(cells: list[str]) -> list[str]:
    header = [cell.strip().lower() for cell in cells]
    missing = [name for name in NEEDED if name not in header]
    if missing:
        raise UnreadableFileError(1, f"The header has no {', '.join(missing)}. It needs {', '.join(NEEDED)}.")
    return header


def _row(line: int, end: int, header: list[str], cells: list[str]) -> Row:
    if len(cells) != len(header):
        return Row(line, end, {}, f"Here are {len(cells)} columns, in the header {len(header)}.")
    return Row(line, end, {name: cell.strip() for name, cell in zip(header, cells, strict=True)})
