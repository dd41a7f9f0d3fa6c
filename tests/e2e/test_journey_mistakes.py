"""Days on which something is wrong: what is broken is said, and mended by the commands that are said.

Of the toy and its scripts, not of a provider: the container shows it for the virtual machine as well.
"""

import pytest
from tests.e2e.box import Box, answers, eventually
from tests.project import free_port


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
    """What is saved while the server restarts for the edit before it counts as well."""
    box.inside(f"cd app/polls && cp views.py /tmp && echo 'raise 0' >>views.py && sleep {pause} && cp /tmp/views.py .")
    # For longer than it takes until a restart begins.
    assert eventually(lambda: not eventually(lambda: not answers(box.url), 4), 60)


def test_provision_syncs_first(box: Box) -> None:
    """`vagrant provision` applies what stands on the host: a mistake in compose.yaml, and then its mending."""
    file = box.folder / "compose.yaml"
    text = file.read_text()
    try:
        file.write_text(f"{text}\n  mistake: [\n")
        run = box.vagrant("provision")
    finally:
        file.write_text(text)
    assert run.returncode != 0
    assert "compose.yaml" in run.stdout
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


def test_another_port_is_refused(box: Box) -> None:
    """The box keeps its port: every command with another one says so at once, and forget nothing."""
    other = Box(box.folder, free_port(), box.provider)
    for run in (other.vagrant("up"), other.vagrant("provision"), other.script("setup")):
        assert run.returncode == 1
        assert f"TOY_PORT is '{other.port}', but this clone's box has port {box.port}." in run.stderr
    assert f"{box.port}" == (box.folder / ".vagrant/TOY_PORT").read_text()
