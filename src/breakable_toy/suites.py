"""Runs suites of the tests in the stages of breakable_toy.plan, and reports how they ended.

``python3 -m breakable_toy.suites [--all | SUITE...]`` runs the named ones, all that this machine can run, or those of
each change; ``scripts/test`` calls it, and refuses unknown names. A suite is a function in ``scripts/lib/suites.sh``.
Exits with 0 if all have passed, 1 if one has not, 128 and the signal's number after an end by force.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Lock

from breakable_toy import checks, times
from breakable_toy.outcome import complaints, counted
from breakable_toy.plan import (
    DEFAULT,
    NEEDS,
    SMOKE,
    STAGES,
    USE_THE_TOY,
    WANTS,
    Group,
    announcement,
    everything,
    not_run,
)
from breakable_toy.problem import report

LOGS = checks.ROOT / ".cache/log"
PATIENCE_SECONDS = 60
HEARTBEAT_SECONDS = 60
POLL_SECONDS = 0.1


class Run:
    """A run of some suites: those that have passed, each with its seconds, and the processes of those that run."""

    def __init__(
        self, suites: Sequence[str], command: Sequence[str], logs: Path = LOGS, smoke: Collection[str] = ()
    ) -> None:
        """Take the suites, in any order, and those of which only the smoke tests run.

        ``command`` runs the suite whose name is added to it.
        """
        self.suites = ["box", *suites] if USE_THE_TOY & set(suites) else list(suites)
        self.smoke = smoke
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
        """The suites that have not passed."""
        return [suite for suite in self.suites if suite not in self.seconds]

    def all(self) -> None:
        """Run them, stage by stage."""
        for stage in STAGES:
            groups = [mine for group in stage if (mine := [suite for suite in group if suite in self.suites])]
            if not groups:
                continue
            self._print(f"\n▶ Test: {' | '.join(map(' '.join, groups))}  ({time.monotonic() - self._began:.0f} s)\n")
            with ThreadPoolExecutor(len(groups)) as pool:
                results = [pool.submit(self._run_group, group, is_alone=len(groups) == 1) for group in groups]
            for result in results:
                # Raises an error of this program itself.
                result.result()

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
        for suite in self.failed:
            yield f"\nFailed in {suite} ({self.log(suite)}):"
            yield from complaints(self.log(suite))
        yield f"\nSeconds: {', '.join(f'{suite} {seconds}' for suite, seconds in self.seconds.items()) or 'none'}"
        passed = [suite for suite in self.suites if suite in self.seconds]
        total = time.monotonic() - self._began
        yield f"Passed: {' '.join(passed) or 'none'}. Failed: {' '.join(self.failed) or 'none'}. ({total:.0f} s)"
        yield from (f"Not run: {reason}" for reason in left_out)
        yield f"suites: {len(passed)} passed, {len(self.failed)} failed, {len(left_out)} skipped"
        tests = counted(self._reports())
        # A suite may fail without a failed test: lint, Molecule, or what ends before its report.
        tests["failed"] = max(tests["failed"], len(self.failed))
        yield "tests: {passed} passed, {failed} failed, {skipped} skipped".format(**tests)

    def log(self, suite: str) -> Path:
        """Return the file of a suite's output."""
        return self._logs / f"{suite}.log"

    def _reports(self) -> list[Path]:
        """Return the reports that this run has written."""
        reports = (self._logs.parent / "reports").glob("*.xml")
        return [report for report in reports if report.stat().st_mtime >= self._began_at]

    def _run_group(self, group: Group, *, is_alone: bool) -> None:
        """Run one after another. The output of a group alone is shown at once, else each suite's at its end."""
        for suite in group:
            self.log(suite).unlink(missing_ok=True)
            if self._is_stopped or (suite in USE_THE_TOY and "box" not in self.seconds):
                continue
            began = time.monotonic()
            if self._run_suite(suite, shows=is_alone) == 0:
                self.seconds[suite] = round(time.monotonic() - began)
            if not is_alone:
                self._print(f"\n▶ Test: {suite}\n{self.log(suite).read_text(errors='replace')}")

    def _run_suite(self, suite: str, *, shows: bool) -> int:
        """Run a suite; return its exit status."""
        with self.log(suite).open("wb") as log, self.log(suite).open("rb") as output:
            process = subprocess.Popen(
                [*self._command, suite, *(["-m", "smoke"] if suite in self.smoke else [])],
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
                    # Before the output is read, so that nothing is missed.
                    is_running = process.poll() is None
                    if shows and (text := output.read()):
                        sys.stdout.buffer.write(text)
                        sys.stdout.buffer.flush()
                        heard = time.monotonic()
                    if time.monotonic() - heard >= HEARTBEAT_SECONDS:
                        heard = time.monotonic()
                        self._print(f"  … {suite} has run for {heard - began:.0f} s; log: {self.log(suite)}")
                    time.sleep(POLL_SECONDS)
            except BaseException:
                # The reader is gone.
                _signal(process, signal.SIGKILL)
                raise
            finally:
                self._processes.discard(process)
            return process.returncode

    def _print(self, text: str) -> None:
        with self._output:
            print(text, flush=True)


def _signal(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    """Signal a process and all that it has started; root's processes obey root alone."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def main(arguments: Sequence[str]) -> int:
    """Run the suites that are named, all, or those of each change; return the exit status."""
    named = [] if list(arguments) == ["--all"] else arguments
    missing = {suite: problem for suite, need in NEEDS.items() if (problem := need())}
    if stops := [suite for suite in named if suite in missing]:
        print(f"✗ test: {', '.join(stops)} cannot run here; nothing was run.", file=sys.stderr)
        return report({problem.what: problem for suite, problem in missing.items() if suite in stops}.values())
    missing |= {suite: problem for suite, want in WANTS.items() if suite not in missing and (problem := want())}
    runs_all = bool(arguments) and not named
    left_out = [f"{suite}: {problem.what} {problem.fix}" for suite, problem in missing.items()] if runs_all else []
    smoke = () if arguments else SMOKE
    suites = named or (everything(missing) if runs_all else DEFAULT)
    run = Run(suites, ["bash", "scripts/lib/suites.sh"], smoke=smoke)
    print("\n".join(announcement(run.suites, smoke, left_out)), flush=True)

    def end(number: int, _: object) -> None:
        run.stop()
        sys.exit(128 + number)

    # Also where this was started in the background, with Ctrl-C ignored, as all that is started here would be.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # nohup means it.
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, end)
    run.all()
    times.note({times.label(suite, smoke): seconds for suite, seconds in run.seconds.items()})
    print("\n".join([*not_run(suites, smoke, missing), *run.summary(left_out)]))
    return int(bool(run.failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
