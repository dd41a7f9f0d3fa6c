"""A user's first day with the box, in order: look, vote, edit, reload, provision.

The tests of this module build on each other, as the day does.
"""

import os
import re
import subprocess
import time
from pathlib import Path
from urllib.parse import urljoin

import pytest
import requests
from tests.e2e.box import Box, answers, eventually
from tests.project import ROOT


def test_first_page_shows_a_question(box: Box) -> None:
    """The forwarded port serves the toy's page, seeded with questions."""
    page = requests.get(box.url, timeout=30)
    assert page.status_code == 200
    assert re.search(r'href="/polls/\d+/"', page.text)


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
    question = re.search(r'href="(/polls/\d+/)"', index.text)
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


def test_public_key_opens_nothing(box: Box) -> None:
    """The private keys that come with every Vagrant are refused; the box's own opens it."""
    config = dict(
        line.split(maxsplit=1) for line in box.vagrant("ssh-config").stdout.splitlines() if " " in line.strip()
    )
    unknown = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "BatchMode=yes"]
    ssh = [
        "ssh",
        "-F",
        "none",
        *unknown,
        "-o",
        "IdentitiesOnly=yes",
        "-p",
        config["Port"],
        f"vagrant@{config['HostName']}",
    ]
    vagrant_home = Path(os.environ.get("VAGRANT_HOME", Path.home() / ".vagrant.d"))
    keys = [path for path in vagrant_home.glob("insecure_private_key*/**/*") if path.is_file()]
    for key in [vagrant_home / "insecure_private_key", *keys]:
        run = subprocess.run([*ssh, "-i", str(key), "sudo", "id"], capture_output=True, text=True, check=False)
        assert (255, True) == (run.returncode, "Permission denied (publickey)" in run.stderr), run.stdout + run.stderr
    own = subprocess.run([*ssh, "-i", config["IdentityFile"].strip('"'), "true"], check=False)
    assert 0 == own.returncode


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    ("file", "place", "page"),
    [
        ("app/polls/templates/polls/index.html", "</h1>", "/"),
        ("app/polls/static/polls/polls.css", "*/", "/static/polls/polls.css"),
    ],
)
def test_an_edit_arrives(box: Box, file: str, place: str, page: str) -> None:
    """A template or stylesheet that is saved on the host shows on the next reload."""
    edited = box.folder / file
    text = edited.read_text()
    time.sleep(1)  # the watcher prints its line a moment before it watches
    try:
        edited.write_text(text.replace(place, f" edited on the host{place}", 1))
        assert eventually(lambda: "edited on the host" in requests.get(box.url + page, timeout=30).text, 30)
    finally:
        edited.write_text(text)


@pytest.mark.usefixtures("server")
def test_migration_comes_back_formatted(box: Box) -> None:
    """`./scripts/manage makemigrations` leaves a migration here that lint accepts, while edits are synced."""
    models = box.folder / "app/polls/models.py"
    text = models.read_text()
    models.write_text(re.sub(r"(class Question\(.*\n)", r"\1    notes = models.TextField(blank=True)\n", text))
    made = box.folder / "app/polls/migrations/9999_notes.py"
    try:
        run = box.script("manage", "makemigrations", "polls", "--name", "notes")
        (made,) = made.parent.glob("*_notes.py")
        assert (0, "AddField" in made.read_text()) == (run.returncode, True), run.stdout + run.stderr
        check = [str(ROOT / ".venv/bin/ruff"), "format", "--check", str(made)]
        assert 0 == subprocess.run(check, cwd=box.folder, check=False).returncode
    finally:
        models.write_text(text)
        made.unlink(missing_ok=True)
        box.inside(f"rm -f app/polls/migrations/{made.name}")


def test_doctor_finds_nothing_until_something_differs(box: Box) -> None:
    """`./scripts/doctor` says that all is well; after an edit without a sync, it names the file."""
    edited = box.folder / "app/manage.py"
    text = edited.read_text()

    def finds(status: int, first: str) -> bool:
        run = box.script("doctor")
        return status == run.returncode and run.stdout.startswith(first)

    # The toy may still restart for the edit of another test, and an emulated box take longer than doctor waits.
    assert eventually(lambda: finds(0, "✓ No problem found."), 60), box.script("doctor").stdout
    try:
        edited.write_text(f"{text}# An edit.\n")
        differs = "✗ Files differ between host and box (1), such as app/manage.py."
        assert eventually(lambda: finds(1, differs), 60), box.script("doctor").stdout
    finally:
        edited.write_text(text)
        assert eventually(lambda: box.vagrant("rsync").returncode == 0, 60)


def test_guest_files_survive_a_sync(box: Box) -> None:
    """A migration made in the box is still there after the next sync, and belongs to the user."""
    made = "app/polls/migrations/9999_made_in_the_box.py"
    box.inside(f"touch {made}")
    assert box.vagrant("rsync").returncode == 0
    assert "vagrant" == box.inside(f"stat --format %U {made} && rm {made}").strip()


def test_modes_are_those_of_git(box: Box) -> None:
    """Programs can be run and all files read by every user of the box, whatever the umask was at the clone."""
    modes = box.inside("stat --format %a app app/manage.py app/config/settings.py app/entrypoint").split()
    assert ["755", "755", "644", "755"] == modes


def test_reload_brings_the_toy_back(box: Box) -> None:
    """After `vagrant reload` the page answers again by itself."""
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
