"""Show a long script as a few calm lines and keep its whole output in a file.

``python3 -m breakable_toy.screen LOG COMMAND...`` runs the command. Its lines ``▶ TITLE`` (``step`` of
scripts/lib/common.sh) become the steps, Ansible's ``TASK [NAME]`` what is going on now, ``✗`` with the indented lines
after it the error. A terminal gets one line that is redrawn, anything else a line for each step and each quiet minute.
If the command fails, the output of the failed step is shown, the error last. Exits as the command does.
"""

import os
import re
import selectors
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TextIO

COLOR = re.compile(r"\x1b\[[0-9;]*m")
TASK = re.compile(r"^(?:==> \w+: )?(?:TASK|RUNNING HANDLER) \[(.*)\] \*+$")
STEP = re.compile(r"^▶ (?:\d+:\d\d  )?(.*)$")
ERROR, DONE = "✗ ", "✓ The toy runs"
# A prompt at the terminal announces itself first: nothing is drawn until it has its answer.
ASKS = "sudo asks"
INTERRUPTED = "✗ Interrupted. Finished work is kept."
UNEXPLAINED = "✗ The command failed; the output above has the reason."
AGAIN = "  → Run the same command again: it continues."
REDRAW_SECONDS = 0.2
HEARTBEAT_SECONDS = 60
MOST_LINES = 100


class Screen:
    """The screen of a run. ``out`` is where, ``tasks`` how many tasks of Ansible the last whole run had, or 0."""

    def __init__(self, out: TextIO, tasks: int = 0) -> None:
        """Begin with the clock at zero."""
        self.out, self.tasks = out, tasks
        self.step = self.task = ""
        self.output: list[str] = []
        self.count = 0
        self._terminal = out.isatty()
        self._began = self._step_began = self._task_began = self._shown = time.monotonic()
        self._ends = self._waits = False

    def line(self, text: str) -> None:
        """Take a line of the output."""
        self._waits = text.strip().startswith(ASKS)
        plain = COLOR.sub("", text)
        if found := STEP.match(plain):
            self._next_step(found[1])
            return
        if found := TASK.match(plain):
            self.task, self._task_began = found[1], time.monotonic()
            self.count += 1
        self.output.append(text)
        # A script's last words are for its reader.
        self._ends = self._ends or plain.startswith(DONE)
        if self._ends:
            self.close()
            print(text, file=self.out, flush=True)
        elif self._waits:
            self._clear()
            print(text, file=self.out, flush=True)

    def tick(self) -> None:
        """Redraw the terminal's line, or say once a minute that something still runs."""
        now = time.monotonic()
        if self._ends or self._waits or not self.step:
            return
        if self._terminal:
            width = shutil.get_terminal_size().columns
            self.out.write(f"\r\x1b[K{self._status(now)[: width - 1]}")
            self.out.flush()
        elif now - self._shown > HEARTBEAT_SECONDS:
            self._shown = now
            print(f"  {self._status(now)}", file=self.out, flush=True)

    def close(self) -> None:
        """End the step that runs."""
        if self.step and self._terminal:
            self._clear()
            print(f"✓ {clock(time.monotonic() - self._step_began)}  {self.step}", file=self.out, flush=True)
        self.step = ""

    def fail(self, log: Path, *, interrupted: bool) -> None:
        """Show the output of the failed step, and the error last."""
        self._clear()
        output, error = split_error(self.output)
        if not interrupted:
            if len(output) > MOST_LINES:
                print(f"  … {len(output) - MOST_LINES} lines before are in {log}", file=self.out)
            print("\n".join(output[-MOST_LINES:]), file=self.out)
        if self.step:
            print(f"\nFailed after {clock(time.monotonic() - self._began)}: {self.step}", file=self.out)
            print(f"All output: {log}", file=self.out, flush=True)
        reason = INTERRUPTED if interrupted else UNEXPLAINED
        print("\n".join(error or [reason, AGAIN]), file=sys.stderr, flush=True)

    def _next_step(self, title: str) -> None:
        self.close()
        self.step, self.task, self.output = title, "", []
        self._step_began = self._shown = time.monotonic()
        if not self._terminal:
            print(f"▶ {clock(self._step_began - self._began)}  {title}", file=self.out, flush=True)

    def _clear(self) -> None:
        if self._terminal:
            self.out.write("\r\x1b[K")

    def _status(self, now: float) -> str:
        parts = [f"… {clock(now - self._step_began)}  {self.step}"]
        if self.task:
            parts.append(f"{self.task} ({now - self._task_began:.0f} s)")
            if self.tasks:
                parts.insert(0, bar(self.count, self.tasks))
        elif self.output:
            parts.append(COLOR.sub("", self.output[-1]).strip())
        return "  ".join(parts)


def bar(count: int, whole: int, width: int = 20) -> str:
    """Return a bar of so many characters for ``count`` of about ``whole``."""
    full = min(width, width * count // whole)
    return f"[{'█' * full}{'░' * (width - full)}]"


def clock(seconds: float) -> str:
    """Return seconds as ``M:SS``."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def split_error(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the other lines, and the last error: the line that begins with ✗ and the indented ones after it."""
    begins = [number for number, line in enumerate(lines) if COLOR.sub("", line).startswith(ERROR)]
    if not begins:
        return list(lines), []
    end = begins[-1] + 1
    while end < len(lines) and COLOR.sub("", lines[end]).startswith("  "):
        end += 1
    return [*lines[: begins[-1]], *lines[end:]], list(lines[begins[-1] : end])


def tasks_of(log: Path) -> int:
    """Return how many tasks the run had that this log is of, 0 where it did not end well."""
    text = log.read_text(errors="replace") if log.is_file() else ""
    return len(re.findall(r"^TASK \[", text, re.MULTILINE)) if re.search(rf"^{DONE}", text, re.MULTILINE) else 0


def _follow(process: "subprocess.Popen[bytes]", pipe: IO[bytes], kept: IO[bytes], screen: Screen) -> None:
    """Hand each line to the screen until the process has ended: connections that it left open may keep the pipe."""
    rest = b""
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while True:
            has_ended = process.poll() is not None
            if not selector.select(0 if has_ended else REDRAW_SECONDS):
                screen.tick()
                if has_ended:
                    break
                continue
            data = os.read(pipe.fileno(), 65536)
            if not data:
                process.wait()
                break
            kept.write(data)
            kept.flush()
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                # A progress bar redraws its line: the last drawing counts.
                screen.line(line.rstrip(b"\r").rpartition(b"\r")[2].decode(errors="replace"))
            screen.tick()
    if rest:
        screen.line(rest.decode(errors="replace"))


def main(arguments: Sequence[str]) -> int:
    """Run the command; return its exit status, 130 after Ctrl-C."""
    log, command = Path(arguments[0]), arguments[1:]
    screen, interrupted = Screen(sys.stdout, tasks_of(log)), []
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as kept:
        # With the lock of breakable_toy.only_one.
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0, close_fds=False
        )
        # A terminal's Ctrl-C reaches the command, too, which has to tidy up first.
        signal.signal(signal.SIGINT, lambda *_: interrupted.append(True))
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda number, _: process.send_signal(number))
        if process.stdout:
            _follow(process, process.stdout, kept, screen)
    if interrupted or process.returncode:
        screen.fail(log, interrupted=bool(interrupted))
    else:
        screen.close()
    return 130 if interrupted else process.returncode if process.returncode >= 0 else 128 - process.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
