"""What a file of places is made of, whatever its format."""

from typing import Any, NamedTuple


class Row(NamedTuple):
    """One place as it stands in the file, not yet checked."""

    line: int
    # Characters of the file up to the end of this row.
    end: int
    # text, lon, lat, and perhaps question.
    values: dict[str, Any]
    error: str = ""


class UnreadableFileError(Exception):
    """From this line on the file makes no sense."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
