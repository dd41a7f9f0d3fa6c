"""The screen of a long script, on a terminal and elsewhere; and how Ansible's output says why it failed."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.project import ROOT

from breakable_toy import screen

SCRIPT = """
printf '\n▶ 0:00  Build\n'; echo noise
printf '\n▶ 0:01  Provision\n'; echo 'TASK [docker : Install] ****'; echo 'ok: [default]'
"""
GOOD = SCRIPT + r"printf '\n✓ The toy runs\n\n  Next: more\n'"
BAD = SCRIPT + r"printf '✗ It failed.\n  It matters.\n  → Run: more\n' >&2; echo 'Please fix these errors'; exit 3"
SLOW = SCRIPT + "sleep 0.5; echo '✓ The toy runs'"
PLAY = r"""
- hosts: localhost
  gather_facts: false
  tasks:
    - name: Skip
      ansible.builtin.debug:
      when: false
    - name: Try
      block:
        - name: Check
          ansible.builtin.assert:
            that: false
            fail_msg: "Rescued."
      rescue:
        - name: Continue
          ansible.builtin.debug:
    - name: Refuse
      ansible.builtin.fail:
        msg: "The value is wrong.\nIt matters.\n→ Run: more"
"""


def run(tmp_path: Path, script: str, **options: str) -> subprocess.CompletedProcess[str]:
    """Run a shell script on the screen of a pipe."""
    command = [sys.executable, "-m", "breakable_toy.screen", str(tmp_path / "log"), "bash", "-c", script]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), **options}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def test_screen_shows_steps_and_last_words(tmp_path: Path) -> None:
    """Without a terminal a good run is its steps and its end; the log has all."""
    ran = run(tmp_path, GOOD)
    assert (0, "") == (ran.returncode, ran.stderr)
    assert ["▶ 0:00  Build", "▶ 0:00  Provision", "✓ The toy runs", "", "  Next: more"] == ran.stdout.splitlines()
    assert "noise" in (tmp_path / "log").read_text()


def test_screen_shows_the_failed_step_and_the_error_last(tmp_path: Path) -> None:
    """A bad run shows the output of its failed step, then the error, once; its status is the command's."""
    ran = run(tmp_path, BAD)
    assert (3, "✗ It failed.\n  It matters.\n  → Run: more\n") == (ran.returncode, ran.stderr)
    assert "TASK [docker : Install]" in ran.stdout
    assert "noise" not in ran.stdout
    assert "It failed" not in ran.stdout


def test_screen_says_what_to_run_when_nothing_else_does(tmp_path: Path) -> None:
    """A command that fails without our error format gets one."""
    ran = run(tmp_path, SCRIPT + "echo 'Please fix these errors'; exit 1")
    assert f"{screen.UNEXPLAINED}\n{screen.AGAIN}\n" == ran.stderr


def test_screen_survives_a_connection_that_stays_open(tmp_path: Path) -> None:
    """A process left behind with the pipe, as Ansible's connections are, does not block the end."""
    ran = subprocess.run(
        [sys.executable, "-m", "breakable_toy.screen", tmp_path / "log", "sh", "-c", "sleep 8 & echo ✓ The toy runs"],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE,
        timeout=7,
        check=False,
    )
    assert "✓ The toy runs\n".encode() == ran.stdout


def test_screen_redraws_one_line_of_a_terminal(tmp_path: Path) -> None:
    """A terminal sees each finished step with its time, and the tasks of the last run as the length of the bar."""
    (tmp_path / "log").write_text("TASK [a]\nTASK [b]\n✓ The toy runs\n")
    main, terminal = pty.openpty()
    command = [sys.executable, "-m", "breakable_toy.screen", str(tmp_path / "log"), "bash", "-c", SLOW]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "100"}
    with subprocess.Popen(command, stdout=terminal, env=environment) as process:
        os.close(terminal)
        seen = b""
        while True:
            try:
                seen += os.read(main, 65536)
            except OSError:  # the other end is closed
                break
    assert 0 == process.returncode
    assert "✓ 0:00  Build" in seen.decode()
    assert f"\r\x1b[K{screen.bar(1, 2)}  … 0:00  Provision  docker : Install (0 s)" in seen.decode()


@pytest.mark.parametrize(("count", "bar"), [(0, "[░░░░]"), (5, "[██░░]"), (12, "[████]")])
def test_bar_ends_where_more_tasks_come_than_last_time(count: int, bar: str) -> None:
    """The count of the last run is an estimate."""
    assert bar == screen.bar(count, 10, 4)


def test_clock_reads_as_elapsed_time() -> None:
    """Minutes, and seconds of two digits."""
    assert "1:06" == screen.clock(66.9)


def test_ansible_gives_the_reason_of_a_failure_once_and_last(tmp_path: Path) -> None:
    """A role's message comes after the recap and nowhere else; skipped tasks are hidden."""
    (tmp_path / "play.yml").write_text(PLAY)
    command = [str(ROOT / ".venv/bin/ansible-playbook"), "-i", "localhost,", "-c", "local", str(tmp_path / "play.yml")]
    environment = {**os.environ, "ANSIBLE_FORCE_COLOR": "0"}
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=environment)
    assert ran.stdout.rstrip().endswith("✗ The value is wrong.\n  It matters.\n  → Run: more")
    assert 1 == (ran.stdout + ran.stderr).count("The value is wrong")
    assert "Rescued" not in ran.stdout
    assert "Skip" not in ran.stdout
    assert "TASK [Refuse]" in ran.stdout
