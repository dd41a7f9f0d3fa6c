"""A person who watches ``scripts/infra``, and answers."""

import os
import pty
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Timer

from tests.infra.conftest import Cloud

LIMIT_SECONDS = 540
QUESTION = "Type its name to continue: "


@contextmanager
def watched(process: "subprocess.Popen[str]") -> Iterator[Callable[[str], str]]:
    """Lend what reads until something is said, and returns it with all before it; end it after nine minutes."""
    timer = Timer(LIMIT_SECONDS, os.killpg, (process.pid, signal.SIGKILL))

    def until(words: str) -> str:
        assert process.stdout
        said = ""
        while not said.endswith(words):
            read = process.stdout.read(1)
            assert read, said
            said += read
        return said

    timer.start()
    try:
        yield until
    finally:
        timer.cancel()
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


def destroyed(cloud: Cloud, typed: str) -> tuple[int, str]:
    """Run `destroy` at a terminal where a person types this when it asks; return its status and what was said."""
    keyboard, terminal = pty.openpty()
    process = subprocess.Popen(
        [cloud.folder / "scripts/infra", "destroy", "staging"],
        env=cloud.environment,
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    os.close(terminal)
    try:
        with watched(process) as until:
            said = until(QUESTION)
            os.write(keyboard, typed.encode())
            rest, _ = process.communicate()
    finally:
        os.close(keyboard)
    return process.returncode, said + rest
