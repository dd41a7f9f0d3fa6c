"""Failures: each message names the cause, and its commands correct it.

Of the toy and its scripts, not of a provider: the container shows it for the virtual machine as well.
"""

import shutil

import pytest
from tests.e2e.box import Box, answers, eventually
from tests.support.project import free_port


def test_server_brings_what_mends_the_toy(box: Box, request: pytest.FixtureRequest) -> None:
    """Also where the toy in the box cannot start: the mistake is in the code that `./scripts/server` syncs."""
    file = box.folder / "app/polls/views.py"
    text = file.read_text()
    try:
        file.write_text(f"{text}\nraise RuntimeError\n")
        assert box.vagrant("rsync").returncode == 0
        assert eventually(lambda: not answers(box.url), 120)
    finally:
        file.write_text(text)
    request.getfixturevalue("server")
    assert eventually(lambda: answers(box.url), 120)


@pytest.mark.parametrize("pause", [0.3, 1.0, 2.5])
def test_no_edit_is_lost(box: Box, pause: float) -> None:
    """An edit that is saved during a restart counts as well."""
    box.inside(f"cd app/polls && cp views.py /tmp && echo 'raise 0' >>views.py && sleep {pause} && cp /tmp/views.py .")
    # For longer than it takes until a restart begins.
    assert eventually(lambda: not eventually(lambda: not answers(box.url), 4), 60)


def test_provision_syncs_first(box: Box) -> None:
    """`vagrant provision` applies the host's files: a mistake in compose.yaml, and then its correction."""
    file = box.folder / "compose.yaml"
    text = file.read_text()
    try:
        file.write_text(f"{text}\n  mistake: [\n")
        run = box.vagrant("provision")
    finally:
        file.write_text(text)
    assert run.returncode != 0
    assert "did not find expected node content" in run.stdout
    # Not Vagrant's advice.
    assert "run: vagrant provision" in run.stderr.splitlines()[-1]
    # As lines, not as one with \n in it.
    assert "\\n" not in run.stdout
    again = box.vagrant("provision")
    assert again.returncode == 0, again.stdout + again.stderr


def test_provision_mends_what_was_unhealthy(box: Box) -> None:
    """Also where the database was away for so long that the web service is unhealthy."""
    box.inside("docker compose stop database")
    assert eventually(lambda: "unhealthy" in box.inside("docker compose ps --format '{{.Health}}' web"), 120)
    for console in ("django", "database"):
        run = box.script("console", console)
        assert (1, True) == (run.returncode, "vagrant provision" in run.stderr), run.stderr
    run = box.vagrant("provision")
    assert run.returncode == 0, run.stdout + run.stderr


def test_up_says_that_the_toy_does_not_answer(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    """`vagrant up` prints the address of a toy that answers, and ends with what to type where it does not."""
    run = box.vagrant("up")
    assert (0, True) == (run.returncode, f"The toy runs at {box.url}" in run.stdout), run.stdout + run.stderr
    box.inside("docker compose stop web")
    monkeypatch.setenv("TOY_WAIT_SECONDS", "2")
    run = box.vagrant("up")
    box.inside("docker compose start web")
    assert (1, True) == (run.returncode, "did not answer within 2 s" in run.stderr), run.stdout + run.stderr
    assert "docker compose logs" in run.stderr


def test_folder_is_moved_and_copied(box: Box) -> None:
    """A moved folder continues with its box; in a copy no command reaches the original's."""
    moved = Box(box.folder.with_name("moved"), box.port, box.provider)
    box.folder.rename(moved.folder)
    (moved.folder / "new file").touch()
    try:
        run = moved.vagrant("rsync")
        assert (0, True) == (run.returncode, "moved here from" in run.stderr), run.stderr
        assert "new file" in moved.inside("ls 'new file' && rm 'new file'")
        (moved.folder / "new file").unlink()
        shutil.copytree(moved.folder, box.folder, symlinks=True)
        for command in (["rsync"], ["ssh", "-c", "true"], ["provision"], ["destroy", "-f"]):
            run = box.vagrant(*command)
            assert (1, True) == (run.returncode, f"is a copy of {moved.folder}" in run.stderr), run.stderr
    finally:
        shutil.rmtree(box.folder, ignore_errors=True)
        moved.folder.rename(box.folder)
    assert box.vagrant("rsync").returncode == 0


def test_another_port_is_refused(box: Box) -> None:
    """The box keeps its port: every command with another one says so at once, and forget nothing."""
    other = Box(box.folder, free_port(), box.provider)
    for run in (other.vagrant("up"), other.vagrant("provision"), other.script("setup")):
        assert run.returncode == 1
        assert f"TOY_PORT is '{other.port}', but this clone's box has port {box.port}." in run.stderr
    assert f"{box.port}" == (box.folder / ".vagrant/TOY_PORT").read_text()
