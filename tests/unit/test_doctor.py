"""The page of scripts/doctor in parts, and whole on a machine that has nothing; tests/e2e has one of a running box."""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.support.project import ROOT

from breakable_toy.doctor import __main__ as doctor
from breakable_toy.doctor import logs, stack
from breakable_toy.doctor.section import Section
from breakable_toy.problem import Problem


def test_page_begins_with_problems() -> None:
    """A red line has what to run; the facts of all sections come after."""
    found = [Section("A", {"x": "1"}), Section("B", {"y": "2\n3"}, [Problem("B is broken.", "It matters.", "Run: b")])]
    page = doctor.page(found, color=False)
    assert page.startswith("✗ B is broken.\n  It matters.\n  → Run: b\n\nA\n")
    assert page.endswith("\nB\n  y:                 2\n                     3\n")


def test_section_that_fails_or_hangs_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither keeps the rest of the page, nor passes for healthy."""
    monkeypatch.setattr(doctor, "LIMIT_SECONDS", 0.5)
    found = doctor.sections({"Bad": lambda: 1 / 0, "Late": lambda: time.sleep(2), "Good": lambda: Section("Good")})  # type: ignore[dict-item,return-value]
    assert ["ZeroDivisionError: division by zero", "no answer within 0 s"] == [s.facts["unknown"] for s in found[:2]]
    assert "Good" == found[2].title


@pytest.mark.parametrize(
    ("line", "fact", "problem"),
    [
        ("web running healthy 0 false", "running, healthy, 0 restarts", ""),
        ("web running healthy 3 true", "running, healthy, 3 restarts, once killed for its memory", ""),
        (
            "web running unhealthy 0 false",
            "running, unhealthy, 0 restarts",
            "The service web is running and unhealthy.",
        ),
        ("web exited - 0 false", "exited, 0 restarts", "The service web is exited."),
    ],
)
def test_service_that_does_not_work_is_a_problem(line: str, fact: str, problem: str) -> None:
    """Its state, health and restarts are shown in any case."""
    section = Section("Toy")
    stack.add_services(section, f"{line}\n")
    assert {"web": fact} == section.facts
    assert ([problem] if problem else []) == [found.what for found in section.problems]


@pytest.mark.parametrize(("percent", "problems"), [(90, 0), (91, 1)])
def test_full_disk_is_a_problem(percent: int, problems: int) -> None:
    """With over 90 % in use the next image build may fail."""
    section = Section("Toy")
    stack.add_resources(section, f"MemTotal: 2000\nMemAvailable: 900\n {percent}%  512M\n")
    assert {"memory": "900 MiB available of 2000 MiB", "disk": f"{percent}% used, 512M free"} == section.facts
    assert problems == len(section.problems)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("error: POSTGRES_PASSWORD=abc def", "error: POSTGRES_PASSWORD=… def"),
        ('failed {"token": "two words"}', 'failed {"token": …}'),
        ("failed to fetch http://ada:abc@mirror.example/x", "failed to fetch http://…@mirror.example/x"),
        ("failed to fetch https://abc@mirror.example/x", "failed to fetch https://…@mirror.example/x"),
        ("error 401 Authorization: Bearer abc.def", "error 401 Authorization: …"),
        ("error Cookie: a=1; sessionid=abc", "error Cookie: …"),
        ("error with nothing to hide", "error with nothing to hide"),
    ],
)
def test_errors_have_no_secrets(line: str, shown: str) -> None:
    """Values that look like secrets are left out of the lines of a log."""
    assert [shown] == logs.errors(f"fine\n{line}\nPLAY RECAP failed=0\n")


def test_page_needs_nothing_but_python(tmp_path: Path) -> None:
    """Without git, Docker, Vagrant, .venv and box, the page is whole, names what is missing, and exits with 1."""
    shutil.copytree(ROOT / "src", tmp_path / "src")
    shutil.copytree(ROOT / "box", tmp_path / "box")
    command = [sys.executable, "-m", "breakable_toy.doctor", "--json"]
    environment = {"PATH": str(tmp_path), "PYTHONPATH": str(tmp_path / "src"), "HOME": str(tmp_path)}
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=environment)
    assert (1, "") == (run.returncode, run.stderr)
    page = json.loads(run.stdout)
    assert list(doctor.EXAMINE) == list(page["sections"])
    named = {problem["what"] for problem in page["problems"]}
    assert {"There is no box yet.", "Vagrant is not installed."} <= named
    assert not [facts for facts in page["sections"].values() if "unknown" in facts]
