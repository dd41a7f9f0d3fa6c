"""A user's first day with the box, in order: look, vote, edit, reload, provision.

The tests of this module build on each other, as the day does.
"""

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from urllib.parse import urljoin

import pytest
import requests
from tests.e2e.box import Box
from tests.project import free_port


def eventually(condition: Callable[[], bool], seconds: float) -> bool:
    """Ask until the condition holds; False when it does not within so many seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


def answers(url: str) -> bool:
    """Whether the URL answers 200."""
    try:
        return requests.get(url, timeout=5).ok
    except requests.RequestException:
        return False


def test_first_page_shows_a_question(box: Box) -> None:
    """The forwarded port serves the toy's page, seeded with questions."""
    page = requests.get(box.url, timeout=30)
    assert page.status_code == 200
    assert re.search(r'href="/polls/\d+/"|href="/\d+/"', page.text)


def test_stylesheet_is_served(box: Box) -> None:
    """The page's own stylesheet arrives as CSS."""
    page = requests.get(box.url, timeout=30).text
    link = re.search(r'<link[^>]+href="([^"]+\.css)"', page)
    assert link is not None, page
    sheet = requests.get(urljoin(box.url, link[1]), timeout=30)
    assert (200, "text/css") == (sheet.status_code, sheet.headers["content-type"].split(";")[0])


def test_a_vote_counts(box: Box) -> None:
    """A vote, sent as a browser sends the form, is on the results page."""
    browser = requests.Session()
    index = browser.get(box.url, timeout=30)
    question = re.search(r'href="((?:/polls)?/\d+/)"', index.text)
    assert question is not None
    form = browser.get(urljoin(box.url, question[1]), timeout=30)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form.text)
    choice = re.search(r'name="choice"[^>]*value="(\d+)"', form.text)
    action = re.search(r'<form[^>]+action="([^"]*vote[^"]*)"', form.text)
    assert token is not None
    assert choice is not None
    assert action is not None
    before = box.inside(votes_of(choice[1]))
    result = browser.post(
        urljoin(form.url, action[1]),
        data={"csrfmiddlewaretoken": token[1], "choice": choice[1]},
        headers={"Referer": form.url},
        timeout=30,
    )
    assert result.status_code == 200
    assert int(before) + 1 == int(box.inside(votes_of(choice[1])))


def votes_of(choice: str) -> str:
    """Return the command that prints a choice's votes, asked of the database."""
    python = f"from polls.models import Choice; print(Choice.objects.get(pk={int(choice)}).votes)"
    return f'docker compose exec -T web ./manage.py shell --verbosity 0 --command "{python}"'


def test_health_is_200(box: Box) -> None:
    """Readiness and liveness answer 200."""
    assert [200, 200] == [
        requests.get(box.url + path, timeout=30).status_code for path in ("/health-check/", "/health-check/live/")
    ]


def test_services_are_healthy(box: Box) -> None:
    """`docker compose ps` in the project's folder shows web and database healthy."""
    listed = box.inside("docker compose ps --format '{{.Service}} {{.Health}}'")
    assert ["database healthy", "web healthy"] == sorted(listed.splitlines())


def test_port_is_bound_to_loopback_only(box: Box) -> None:
    """The forwarded port listens on 127.0.0.1 and nowhere else."""
    listening = subprocess.run(
        ["ss", "--listening", "--tcp", "--numeric", f"sport = :{box.port}"], capture_output=True, text=True, check=True
    ).stdout.splitlines()[1:]
    assert [f"127.0.0.1:{box.port}"] == [line.split()[3] for line in listening]


@pytest.fixture
def server(box: Box) -> Iterator[None]:
    """Run `./scripts/server` beside the test."""
    with subprocess.Popen(
        ["./scripts/server"],
        cwd=box.folder,
        env=box.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        seen = []
        for line in process.stdout:
            seen.append(line)
            if "Watching:" in line:
                break
        else:
            pytest.fail("./scripts/server ended: " + "".join(seen))
        yield
        os.killpg(process.pid, signal.SIGINT)


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    ("file", "place", "page"),
    [
        ("app/polls/templates/polls/index.html", "</h1>", "/"),
        ("app/polls/static/polls/polls.css", "*/", "/static/polls/polls.css"),
    ],
)
def test_an_edit_arrives(box: Box, file: str, place: str, page: str) -> None:
    """What is saved on the host, a template or a stylesheet, shows on the next reload."""
    edited = box.folder / file
    text = edited.read_text()
    time.sleep(1)  # the watcher prints its line a moment before it watches
    try:
        edited.write_text(text.replace(place, f" edited on the host{place}", 1))
        assert eventually(lambda: "edited on the host" in requests.get(box.url + page, timeout=30).text, 30)
    finally:
        edited.write_text(text)


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


@pytest.mark.parametrize("pause", [0.3, 0.6, 1.0, 1.5, 2.5])
def test_no_edit_is_lost(box: Box, pause: float) -> None:
    """What is saved while the server restarts for the edit before it counts as well."""
    box.inside(f"cd app/polls && cp views.py /tmp && echo 'raise 0' >>views.py && sleep {pause} && cp /tmp/views.py .")
    # For longer than it takes until a restart begins.
    assert eventually(lambda: not eventually(lambda: not answers(box.url), 4), 60)


def test_guest_files_survive_a_sync(box: Box) -> None:
    """A migration made in the box is still there after the next sync, and belongs to the user."""
    made = "app/polls/migrations/9999_made_in_the_box.py"
    box.inside(f"touch {made}")
    assert box.vagrant("rsync").returncode == 0
    assert "vagrant" == box.inside(f"stat --format %U {made} && rm {made}").strip()


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


def test_reload_brings_the_toy_back(box: Box) -> None:
    """After `vagrant reload` the page answers again without anybody's help."""
    run = box.vagrant("reload")
    assert run.returncode == 0, run.stdout + run.stderr
    assert eventually(lambda: answers(box.url + "/health-check/"), 300)


def test_second_provision_changes_nothing(box: Box) -> None:
    """`vagrant provision` on a provisioned box reports changed=0 and no failure, also after a boot."""
    run = box.vagrant("provision")
    assert run.returncode == 0, run.stdout + run.stderr
    recap = re.search(r"ok=\d+\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)", run.stdout)
    assert recap is not None, run.stdout
    assert ("0", "0", "0") == recap.groups(), run.stdout


@pytest.mark.parametrize(
    ("console", "typed"), [("django", "print(6 * 7)"), ("database", "select 6 * 7;"), ("box", "echo $((6 * 7))")]
)
def test_console_answers(box: Box, console: str, typed: str) -> None:
    """Each console of `./scripts/console` takes what a person types."""
    run = box.script("console", console, typed=f"{typed}\n")
    assert run.returncode == 0, run.stderr
    assert "42" in run.stdout
