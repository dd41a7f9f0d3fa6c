"""Runs suites of the tests, as breakable_toy.plan has it, and says how they ended.

``python3 -m breakable_toy.parts [PART...]`` runs those that are named, or what this machine is for; ``scripts/test``
calls it, and refuses a part that there is not. Each part is a function in ``scripts/lib/parts.sh``. Exits with 0 where
all have passed, 1 where one has not, 128 and the signal's number after an end by force.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Lock

from breakable_toy import checks, times
from breakable_toy.outcome import complaints, counted
from breakable_toy.plan import ASK_THE_TOY, NEEDS, PLAN, WANTS, Lane, announcement, chosen
from breakable_toy.problem import report

LOGS = checks.ROOT / ".cache/log"
PATIENCE_SECONDS = 60
HEARTBEAT_SECONDS = 60
POLL_SECONDS = 0.1


class Run:
    """A run of some parts: those that have passed, each with its seconds, and the processes of those that run."""

    def __init__(self, parts: Sequence[str], command: Sequence[str], logs: Path = LOGS) -> None:
        """Take the parts, in any order. ``command`` runs the one whose name is added to it."""
        self.parts = ["box", *parts] if ASK_THE_TOY & set(parts) else list(parts)
        self.seconds: dict[str, int] = {}
        self._command = command
        self._logs = logs
        self._began = time.monotonic()
        self._began_at = time.time()
        self._output = Lock()
        self._processes: set[subprocess.Popen[bytes]] = set()
        self._is_stopped = False

    @property
    def failed(self) -> list[str]:
        """The parts that have not passed."""
        return [part for part in self.parts if part not in self.seconds]

    def all(self) -> None:
        """Run them, as the plan has it."""
        for line in PLAN:
            lanes = [mine for lane in line if (mine := [part for part in lane if part in self.parts])]
            if not lanes:
                continue
            self._say(f"\n▶ Test: {' | '.join(map(' '.join, lanes))}  ({time.monotonic() - self._began:.0f} s)\n")
            with ThreadPoolExecutor(len(lanes)) as pool:
                ended = [pool.submit(self._lane, lane, is_alone=len(lanes) == 1) for lane in lanes]
            for lane_end in ended:
                # An error of this program itself shows.
                lane_end.result()

    def stop(self) -> None:
        """End what runs, with all that it has started: as by Ctrl-C, so that it can tidy up, then by force."""
        # After a second signal there is no more waiting.
        deadline = time.monotonic() + (0 if self._is_stopped else PATIENCE_SECONDS)
        self._is_stopped = True
        for process in list(self._processes):
            _signal(process, signal.SIGINT)
        for process in list(self._processes):
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0, deadline - time.monotonic()))
            _signal(process, signal.SIGKILL)

    def summary(self, left_out: Sequence[str] = ()) -> Iterator[str]:
        """Yield its lines: what failed in each suite, how long each took, and the counts of suites and of tests."""
        for part in self.failed:
            yield f"\nFailed in {part} ({self.log(part)}):"
            yield from complaints(self.log(part))
        yield f"\nSeconds: {', '.join(f'{part} {seconds}' for part, seconds in self.seconds.items()) or 'none'}"
        passed = [part for part in self.parts if part in self.seconds]
        total = time.monotonic() - self._began
        yield f"Passed: {' '.join(passed) or 'none'}. Failed: {' '.join(self.failed) or 'none'}. ({total:.0f} s)"
        yield from (f"Not run: {reason}" for reason in left_out)
        yield f"suites: {len(passed)} passed, {len(self.failed)} failed, {len(left_out)} skipped"
        tests = counted(self._reports())
        # A suite may fail without a failed test: lint, Molecule, or what ends before its report.
        tests["failed"] = max(tests["failed"], len(self.failed))
        yield "tests: {passed} passed, {failed} failed, {skipped} skipped".format(**tests)

    def log(self, part: str) -> Path:
        """Return where a part's output is kept."""
        return self._logs / f"{part}.log"

    def _reports(self) -> list[Path]:
        """Return the reports that this run has written."""
        reports = (self._logs.parent / "reports").glob("*.xml")
        return [report for report in reports if report.stat().st_mtime >= self._began_at]

    def _lane(self, lane: Lane, *, is_alone: bool) -> None:
        """Run one after another. What a lane alone says is shown at once, of several each part's when it has ended."""
        for part in lane:
            self.log(part).unlink(missing_ok=True)
            if self._is_stopped or (part in ASK_THE_TOY and "box" not in self.seconds):
                continue
            began = time.monotonic()
            if self._part(part, shows=is_alone) == 0:
                self.seconds[part] = round(time.monotonic() - began)
            if not is_alone:
                self._say(f"\n▶ Test: {part}\n{self.log(part).read_text(errors='replace')}")

    def _part(self, part: str, *, shows: bool) -> int:
        """Run a part; return its exit status."""
        with self.log(part).open("wb") as log, self.log(part).open("rb") as said:
            process = subprocess.Popen(
                [*self._command, part],
                cwd=checks.ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Its own group, to end it as a whole.
                start_new_session=True,
                # With the lock, by which the next run finds what a killed one has left.
                close_fds=False,
            )
            self._processes.add(process)
            if self._is_stopped:
                _signal(process, signal.SIGINT)
            began = heard = time.monotonic()
            try:
                is_running = True
                while is_running:
                    # Before what it said is read, so that its last words are.
                    is_running = process.poll() is None
                    if shows and (words := said.read()):
                        sys.stdout.buffer.write(words)
                        sys.stdout.buffer.flush()
                        heard = time.monotonic()
                    if time.monotonic() - heard >= HEARTBEAT_SECONDS:
                        heard = time.monotonic()
                        self._say(f"  … {part} has run for {heard - began:.0f} s; log: {self.log(part)}")
                    time.sleep(POLL_SECONDS)
            except BaseException:
                # There is no reader any more.
                _signal(process, signal.SIGKILL)
                raise
            finally:
                self._processes.discard(process)
            return process.returncode

    def _say(self, text: str) -> None:
        with self._output:
            print(text, flush=True)


def _signal(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    """Signal a process and all that it has started; root's processes obey root alone."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def main(parts: Sequence[str]) -> int:
    """Run the parts, or all; return the exit status."""
    missing = {part: problem for part, need in NEEDS.items() if (problem := need())}
    if stops := [part for part in parts if part in missing]:
        print(f"✗ test: {', '.join(stops)} cannot run here; nothing was run.", file=sys.stderr)
        return report({problem.what: problem for part, problem in missing.items() if part in stops}.values())
    if not parts:
        missing |= {part: problem for part, want in WANTS.items() if part not in missing and (problem := want())}
    left_out = [] if parts else [f"{part}: {problem.what} {problem.fix}" for part, problem in missing.items()]
    run = Run(parts or chosen(missing), ["bash", "scripts/lib/parts.sh"])
    print("\n".join(announcement(run.parts, left_out)), flush=True)

    def end(number: int, _: object) -> None:
        run.stop()
        sys.exit(128 + number)

    # Also where this was started in the background, with Ctrl-C ignored, as all that is started here would be.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # nohup means it.
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, end)
    run.all()
    times.note(run.seconds)
    print("\n".join(run.summary(left_out)))
    return int(bool(run.failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
