"""Rows of a file of places, the same for all formats."""

from typing import Any, NamedTuple


class Row(NamedTuple):
    """One place as the file has it, not yet checked."""

    line: int
    # text, lon, lat, and perhaps question.
    values: dict[str, Any]
    error: str = ""
    # Which place it is, where a line may hold many: "feature 3 (id 7, 'Market')".
    name: str = ""


class UnreadableFileError(Exception):
    """The file cannot be read, from this line on or, without a line, as a whole."""

    def __init__(self, line: int | None, reason: str) -> None:
        super().__init__(reason)
        self.line = line
