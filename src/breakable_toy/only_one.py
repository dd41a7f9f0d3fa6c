"""``python3 -m breakable_toy.only_one [--wait | --replace] LOCK COMMAND...``: run it alone among those with that lock.

Refuses where another one runs, waits until it has ended, or ends it. Exits as the command does, and not before it: who
is ended by a signal may have to tidy up first, and the next one must find that done.

All that the command starts inherits an open file next to the lock, its mark. So what outlives a killed run (Vagrant, an
ansible-playbook) is known among all processes of this machine, and the next run ends it. Daemons are started
without it (``daemon`` in scripts/lib/daemons.sh).
"""

import argparse
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from breakable_toy.problem import Problem, report, uninterrupted
from breakable_toy.usage import Parser

# For what has to tidy up, as scripts/cibuild has, which destroys its box.
PATIENCE_SECONDS = 60
KILL_SECONDS = 10
POLL_SECONDS = 0.1


def holders(mark: Path) -> Iterator[int]:
    """Yield the processes that have it open, this one left out."""
    if not Path("/proc/self/fd").is_dir():
        listed = subprocess.run(["lsof", "-t", mark], capture_output=True, text=True, check=False).stdout
        yield from (process for process in map(int, listed.split()) if process != os.getpid())
        return
    wanted = mark.stat()
    for folder in Path("/proc").glob("[0-9]*"):
        # Another user's processes show nothing; ended ones are gone.
        with suppress(OSError):
            if int(folder.name) != os.getpid() and any(
                os.path.samestat(wanted, descriptor.stat()) for descriptor in (folder / "fd").iterdir()
            ):
                yield int(folder.name)


def end(mark: Path) -> bool:
    """End what holds the mark: asked first, then by force; return whether nothing holds it now."""
    for number, seconds in ((signal.SIGTERM, PATIENCE_SECONDS), (signal.SIGKILL, KILL_SECONDS)):
        asked: set[int] = set()
        deadline = time.monotonic() + seconds
        while remaining := set(holders(mark)):
            if time.monotonic() > deadline:
                break
            # Each once: what tidies up may start others. By force, all of them.
            for process in remaining - (asked if number == signal.SIGTERM else set()):
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(process, number)
            asked |= remaining
            time.sleep(POLL_SECONDS)
        else:
            return True
    return False


def _take(file: IO[str], mark: Path, name: str, *, wait: bool, replace: bool) -> Problem | None:
    """Take the lock, and end what an interrupted run has left; return a problem where that is not possible."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        if replace:
            end(mark)
        elif wait:
            print(f"Waiting for another ./scripts/{name}…", flush=True)
        else:
            return Problem(
                f"Another ./scripts/{name} is running in this clone.",
                "Two at once would make the same box twice.",
                "Wait for it to end, or stop it with Ctrl-C, then run this again.",
            )
        fcntl.flock(file, fcntl.LOCK_EX)
    # Only one that was killed has left something, now that the lock is ours.
    if left := " ".join(map(str, holders(mark))):
        print(f"Ending what an interrupted {name} of this clone has left running: {left}", file=sys.stderr, flush=True)
        if not end(mark):
            left = " ".join(map(str, holders(mark)))
            return Problem(
                f"Processes of an interrupted {name} are still running: {left}.",
                "They would change the same box.",
                f"Type: ps -f -p {left.replace(' ', ',')}   and end them, then run this again.",
            )
    return None


def main(argv: Sequence[str] | None = None) -> int:
    """Run it; return the exit status, 1 where another one runs."""
    parser = Parser("only_one", description=__doc__)
    parser.add_argument("--wait", action="store_true")
    parser.add_argument("--replace", action="store_true")
    parser.add_argument("lock", type=Path)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args(argv)
    lock: Path = arguments.lock
    lock.parent.mkdir(parents=True, exist_ok=True)
    mark = lock.with_suffix(".running")
    mark.touch()
    # The lock is not inherited: it ends with this process, whatever is left.
    with lock.open("w") as file:
        if problem := _take(file, mark, lock.stem, wait=arguments.wait, replace=arguments.replace):
            return report([problem])
        with mark.open() as inherited:
            os.set_inheritable(inherited.fileno(), True)
            return _run(arguments.command, mark)


def _run(command: Sequence[str], mark: Path) -> int:
    """Run it; after a signal, end what is left of it. Return the exit status."""
    signals: list[int] = []
    started: list[subprocess.Popen[bytes]] = []

    def forward(number: int, _: object) -> None:
        signals.append(number)
        # A terminal's Ctrl-C reaches the command as well.
        if started and number != signal.SIGINT:
            started[0].send_signal(number)

    # Before it starts: a signal at that moment is for it, too.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # nohup means it.
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, forward)
    process = subprocess.Popen(command, close_fds=False)
    started.append(process)
    for missed in signals[:]:
        process.send_signal(missed)
    status = process.wait()
    if signals:
        end(mark)
    return 128 - status if status < 0 else status


if __name__ == "__main__":
    sys.exit(uninterrupted(main))
