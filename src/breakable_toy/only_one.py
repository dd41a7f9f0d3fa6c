"""``python3 -m breakable_toy.only_one [--wait] LOCK COMMAND...``: run it while no other one with that lock runs.

Refuses where one does, or waits until it has ended. Exits as the command does, and not before it: who is ended by a
signal may have to tidy up first, and the next one must find that done.
"""

import argparse
import fcntl
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from breakable_toy.problem import Problem, report


def main(argv: Sequence[str] | None = None) -> int:
    """Run it; return the exit status, 1 where another one runs."""
    parser = argparse.ArgumentParser("only_one", description=__doc__)
    parser.add_argument("--wait", action="store_true")
    parser.add_argument("lock", type=Path)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args(argv)
    name = arguments.lock.stem
    # Not inherited: daemons that the command starts must not keep the lock.
    with arguments.lock.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not arguments.wait:
                problem = Problem(
                    f"Another ./scripts/{name} is running in this clone.",
                    "Two at once would make the same box twice.",
                    "Wait for it to end, or stop it with Ctrl-C, then run this again.",
                )
                return report([problem])
            print(f"Waiting for another ./scripts/{name}…", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        process = subprocess.Popen(arguments.command)
        # A terminal tells the command as well.
        signal.signal(signal.SIGINT, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, lambda number, _: process.send_signal(number))
        status = process.wait()
        return 128 - status if status < 0 else status


if __name__ == "__main__":
    sys.exit(main())
