r"""Record a command on a terminal as an animated SVG.

``.venv/bin/python docs/images/record.py FILE.svg COMMAND...`` runs the command on a terminal of 96 columns and draws
what it shows: lines that are printed, and the one line that ``\r`` redraws (breakable_toy.screen needs no more). The
whole run lasts 12 seconds in the picture, however long it took. ``./scripts/setup`` in a fresh clone makes setup.svg.
"""

import html
import os
import pty
import re
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

COLUMNS, ROWS, SECONDS = 96, 12, 12.0
LINE_HEIGHT, WIDTH = 19, 820
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
STYLE = (
    "rect{fill:#1b1f27}text{font:14px ui-monospace,Menlo,Consolas,monospace;fill:#d8dee9;white-space:pre}"
    "g{visibility:hidden;animation:%gs step-end infinite}"
)
Frame = tuple[float, list[str]]


def frames(command: Sequence[str]) -> Iterator[Frame]:
    """Run the command; yield the seconds since its start and the screen's lines after each change."""
    main, terminal = pty.openpty()
    began = time.monotonic()
    lines, current = [f"$ {' '.join(command)}"], ""
    yield 0.0, [*lines]
    termios.tcsetwinsize(terminal, (ROWS, COLUMNS))
    with subprocess.Popen(command, stdin=terminal, stdout=terminal, stderr=terminal):
        os.close(terminal)
        while data := _read(main):
            for part in re.split(r"(\r?\n|\r)", CONTROL.sub("", data)):
                if part.endswith("\n"):
                    lines, current = [*lines, current], ""
                elif part == "\r":
                    current = ""
                else:
                    current += part
            yield time.monotonic() - began, [*lines, current][-ROWS:]


def _read(main: int) -> str:
    try:
        return os.read(main, 65536).decode(errors="replace")
    except OSError:
        # The command has ended.
        return ""


def svg(recorded: Sequence[Frame], seconds: float = SECONDS) -> str:
    """Return the picture: a group of lines for each frame, shown from its time to that of the next one."""
    whole = recorded[-1][0] or 1.0
    # Ten drawings a second; the last one stays for a quarter of the time.
    step, kept = whole / (seconds * 10), [recorded[0]]
    for frame in recorded[1:-1]:
        if frame[0] - kept[-1][0] >= step:
            kept.append(frame)
    kept.append(recorded[-1])
    starts = [75 * at / whole for at, _ in kept] + [100.0]
    groups, rules = [], []
    for number, (_, lines) in enumerate(kept):
        begin, end = starts[number], starts[number + 1]
        rules.append(f"@keyframes f{number}{{{_visible(begin, end)}}}#f{number}{{animation-name:f{number}}}")
        rows = "".join(
            f'<text x="16" y="{36 + LINE_HEIGHT * row}">{html.escape(line[:COLUMNS])}</text>'
            for row, line in enumerate(lines)
            if line.strip()
        )
        groups.append(f'<g id="f{number}">{rows}</g>')
    height = 40 + LINE_HEIGHT * ROWS
    # A reader that shows no animation, or a person who wants none, sees the end.
    still = f"@media(prefers-reduced-motion:reduce){{g{{animation:none}}#f{len(kept) - 1}{{visibility:visible}}}}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}">'
        f"<style>{STYLE % seconds}{''.join(rules)}{still}</style>"
        f'<rect width="{WIDTH}" height="{height}" rx="8"/>{"".join(groups)}</svg>\n'
    )


def _visible(begin: float, end: float) -> str:
    """Return the keyframes of a drawing that is seen between two percentages of the whole."""
    hidden = "0%{visibility:hidden}" if begin > 0 else ""
    return f"{hidden}{begin:.2f}%{{visibility:visible}}{end:.2f}%{{visibility:{'hidden' if end < 100 else 'visible'}}}"  # noqa: PLR2004 - percent


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(svg(list(frames(sys.argv[2:]))))
