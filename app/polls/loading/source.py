"""A file, or standard input, as text in pieces, so that little of it is in memory."""

import codecs
import io
import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from polls.loading.rows import UnreadableFileError

PIECE = 65_536
# Of a line or a feature, in characters. A place takes some hundred.
LONGEST = 1_000_000
STANDARD_INPUT = Path("-")
# First bytes of files that are not text in UTF-8.
NO_TEXT = {
    b"\x1f\x8b": "This is compressed (gzip). Unpack it: gunzip",
    b"PK\x03\x04": "This is a zip archive or a spreadsheet. Unpack it, or save it as CSV in UTF-8.",
    b"\xff\xfe": "This is UTF-16. Save it as UTF-8.",
    b"\xfe\xff": "This is UTF-16. Save it as UTF-8.",
    b"\x1e": "This is a GeoJSON text sequence. Make it one collection: ogr2ogr NEW.geojson OLD.geojsons",
}


class Text:
    """UTF-8 text from a binary file; `on_progress` is called with the number of bytes after each read."""

    def __init__(self, file: Any, on_progress: Callable[[int], object]) -> None:
        binary = io.BufferedReader(_Counted(file, on_progress), PIECE)
        start = self.start = binary.peek().removeprefix(codecs.BOM_UTF8)
        for magic, reason in NO_TEXT.items():
            if start.startswith(magic):
                raise UnreadableFileError(None, reason)
        if b"\0" in start[:4]:
            raise UnreadableFileError(None, "This is not text in UTF-8: it begins with zero bytes.")
        # An error of the codec itself would not say in which line.
        self._text = io.TextIOWrapper(binary, "utf-8-sig", errors="surrogateescape", newline="")
        self._line = 1

    def piece(self, size: int = PIECE) -> str:
        """The next characters, at most `size`; none at the end. Raises UnreadableFileError."""
        return self._checked(self._text.read(size))

    def lines(self) -> Iterator[str]:
        """Each line with its end. Raises UnreadableFileError."""
        while line := self._checked(self._text.readline(LONGEST + 1)):
            if len(line) > LONGEST:
                raise UnreadableFileError(self._line, f"This line is longer than {LONGEST:,} characters.")
            yield line

    def _checked(self, piece: str) -> str:
        if not piece.isascii():
            try:
                piece.encode()
            except UnicodeEncodeError as error:
                line = self._line + piece.count("\n", 0, error.start)
                reason = "This is not UTF-8, which it must be. Convert it: iconv -f latin1 -t utf-8 OLD >NEW."
                raise UnreadableFileError(line, reason) from error
        self._line += piece.count("\n")
        return piece


class _Counted(io.RawIOBase):
    def __init__(self, file: Any, on_progress: Callable[[int], object]) -> None:
        self._file, self._on_progress = file, on_progress

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        size = self._file.readinto(buffer)
        self._on_progress(size)
        return size


@contextmanager
def opened(path: Path) -> Iterator[tuple[Any, int | None]]:
    """The binary file and its size, None for standard input (`-`). Raises UnreadableFileError."""
    if path == STANDARD_INPUT:
        yield sys.stdin.buffer, None
        return
    try:
        file = open(path, "rb", buffering=0, opener=_open)  # noqa: SIM115 - pathlib has no opener; closed below
    except OSError as error:
        raise UnreadableFileError(None, f"It cannot be read: {error.strerror}. {_advice(path)}") from error
    with file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableFileError(None, "It is a pipe or a device, not a file. Send it to standard input (-).")
        yield file, status.st_size


def _open(path: str, flags: int) -> int:
    """Do not wait for the writer of a named pipe."""
    return os.open(path, flags | os.O_NONBLOCK)


def _advice(path: Path) -> str:
    if path.is_symlink() and not path.exists():
        return (
            f"It is a link to {path.readlink()}, which is not in this container: `vagrant rsync` copies the link and "
            "not its target. Copy the file itself into app/."
        )
    return "In a container app/ is /app; a file of your own machine gets there with `vagrant rsync`."
