"""The next run ends the processes that a killed run left, and no others."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.project import ROOT

# Also where these tests run under nohup.
DEFAULT = "--default-signal=HUP"
ONLY_ONE = ["env", DEFAULT, f"PYTHONPATH={ROOT}/src", sys.executable, "-m", "breakable_toy.only_one"]
# As Ansible's workers do, it leaves the process group, and only the lock shows its owner.
WORKER = "exec -a ansible-playbook sleep 120"
COMMAND = f"setsid bash -c '{WORKER}' & echo $! >worker; wait"


@pytest.fixture
def decoy(tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A process of the same name, in the same folder, that no run has started."""
    with subprocess.Popen(["bash", "-c", WORKER], cwd=tmp_path) as process:
        yield process
        process.kill()


def is_running(process: int) -> bool:
    """Return whether there is such a process, not a zombie."""
    stat = Path(f"/proc/{process}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def begin(folder: Path, *options: str, command: str = COMMAND) -> tuple["subprocess.Popen[bytes]", int]:
    """Start a run; return it, and its worker."""
    (folder / "worker").unlink(missing_ok=True)
    process = subprocess.Popen([*ONLY_ONE, *options, "setup.lock", "bash", "-c", command], cwd=folder)
    while not (folder / "worker").is_file() or not (text := (folder / "worker").read_text().strip()):
        assert process.poll() is None
        time.sleep(0.01)
    time.sleep(0.2)
    return process, int(text)


@pytest.mark.parametrize("options", [[], ["--wait"]])
def test_next_run_ends_what_a_killed_run_left(
    tmp_path: Path, decoy: "subprocess.Popen[bytes]", options: list[str]
) -> None:
    """Both the script and its worker outlive SIGKILL to the one that was started first."""
    first, worker = begin(tmp_path)
    first.kill()
    first.wait()
    assert is_running(worker)
    done = subprocess.run(
        [*ONLY_ONE, *options, "setup.lock", "true"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (0, False) == (done.returncode, is_running(worker))
    assert "Ending what an interrupted setup of this clone has left running" in done.stderr
    assert decoy.poll() is None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_signal_ends_the_worker_before_the_run(tmp_path: Path, number: signal.Signals) -> None:
    """Ctrl-C, a closed terminal, a cancelled job: by the end of the run its worker has ended."""
    first, worker = begin(tmp_path)
    if number == signal.SIGINT:
        # As a terminal does: to the script as well.
        (script,) = Path(f"/proc/{first.pid}/task/{first.pid}/children").read_text().split()
        os.kill(int(script), number)
    first.send_signal(number)
    assert 0 != first.wait(30)
    assert not is_running(worker)


def test_waiting_run_ends_without_a_traceback(tmp_path: Path) -> None:
    """After Ctrl-C."""
    first, _ = begin(tmp_path)
    command = [*ONLY_ONE, "--wait", "setup.lock", "true"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as second:
        assert second.stdout
        assert second.stderr
        assert b"Waiting" in second.stdout.readline()
        time.sleep(0.2)
        second.send_signal(signal.SIGINT)
        assert (130, b"") == (second.wait(10), second.stderr.read())
    first.terminate()
    first.wait()


def test_stubborn_worker_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that ignores SIGTERM does not stop the next run for ever."""
    command = "trap '' TERM; setsid sleep 120 & echo $! >worker; wait"
    first, worker = begin(tmp_path, command=command)
    first.kill()
    first.wait()
    code = "from breakable_toy import only_one as o; o.PATIENCE_SECONDS = 1; raise SystemExit(o.main())"
    done = subprocess.run([*ONLY_ONE[:4], "-c", code, "setup.lock", "true"], cwd=tmp_path, check=False)
    assert (0, False) == (done.returncode, is_running(worker))


def test_playbook_replaces_one_whose_vagrant_was_killed(tmp_path: Path) -> None:
    """By the way that the Vagrantfile starts it; its own supervisor lives on, too."""
    first, worker = begin(tmp_path, "--replace")
    second, other = begin(tmp_path, "--replace")
    assert 0 != first.wait(30)
    assert [False, True] == [is_running(worker), is_running(other)]
    second.terminate()
    second.wait()


def test_daemon_is_started_without_the_mark(tmp_path: Path) -> None:
    """Docker, started by a setup, is not what a killed setup has left."""
    script = "source scripts/lib/common.sh; source scripts/lib/daemons.sh; daemon trial sleep 57"
    lock = tmp_path / "setup.lock"
    code = f"{script}; sleep 0.5; pgrep -P 1 -f 'sleep 57' || pgrep -f '^sleep 57'"
    command = [*ONLY_ONE, str(lock), "bash", "-c", code, str(ROOT / "scripts/setup")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    (daemon,) = done.stdout.split()
    try:
        opened = [os.readlink(path) for path in Path(f"/proc/{daemon}/fd").iterdir()]  # noqa: PTH115 - not all are files
        assert str(lock.with_suffix(".running")) not in opened
    finally:
        os.kill(int(daemon), signal.SIGKILL)
