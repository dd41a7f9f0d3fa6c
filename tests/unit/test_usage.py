"""Mistakes in a command line: reported at once, in three lines, before anything is installed or asked."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.project import ROOT, copy_project


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which nothing is installed."""
    folder = tmp_path_factory.mktemp("clone") / "toy"
    copy_project(folder)
    return folder


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a script or a Python program."""
    given = {**os.environ, "PYTHONPATH": str(folder / "src")}
    return subprocess.run(command, cwd=folder, env=given, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("command", "error"),
    [
        ("setup --provder docker", "unknown argument '--provder'. Did you mean --provider?"),
        ("setup --provider", "--provider needs a value."),
        ("setup --provider=", "--provider needs a value."),
        ("bootstrap --provider --with-tests", "--provider needs a value."),
        ("bootstrap --with-test", "unknown argument '--with-test'. Did you mean --with-tests?"),
        ("box", "the kind is missing: container or libvirt."),
        ("box contaner", "unknown argument 'contaner'. Did you mean container?"),
        ("box container --debian", "--debian needs a value."),
        ("cibuild --dwon", "unknown argument '--dwon'. Did you mean --down?"),
        ("cipublish staging other", "unknown argument 'other'."),
        ("console databse", "unknown argument 'databse'. Did you mean database?"),
        ("doctor --jsn", "unknown argument '--jsn'. Did you mean --json?"),
        ("infra", "the command is missing."),
        ("infra plam staging", "unknown argument 'plam'. Did you mean plan?"),
        ("infra plan staging --imge x", "unrecognized arguments: --imge x. Did you mean --image?"),
        ("infra unlock staging", "the following arguments are required: ID."),
        ("manage", "the argument is missing: what manage.py is to do."),
        ("test unti", "unknown argument 'unti'. Did you mean unit?"),
        ("update xyzzy", "unknown argument 'xyzzy'."),
    ],
)
def test_script_names_the_mistake_first(copy: Path, command: str, error: str) -> None:
    """Then one line of usage, then where to find more; the status is 2, and nothing was installed."""
    script, *arguments = command.split()
    done = run(copy, f"./scripts/{script}", *arguments)
    first, second, third = done.stderr.splitlines()
    assert (2, "") == (done.returncode, done.stdout)
    assert first.startswith(f"✗ {script}")
    assert first.endswith(f": {error}")
    assert second.startswith(f"  usage: scripts/{script}")
    assert third.startswith(f"  → Type: ./scripts/{script}")
    assert third.endswith(" --help")
    assert not (copy / ".venv").exists()


@pytest.mark.parametrize("command", ["cipublish bogus", "infra plan bogus"])
def test_unknown_deployment_is_refused_before_anything_is_installed(copy: Path, command: str) -> None:
    """It took 63 MB of packages before."""
    script, *arguments = command.split()
    done = run(copy, f"./scripts/{script}", *arguments)
    assert 1 == done.returncode
    assert "There is no deployment bogus" in done.stderr
    assert not (copy / ".venv").exists()


@pytest.mark.parametrize("program", ["infra", "release", "preflight", "health", "packages", "environment", "only_one"])
def test_program_names_the_mistake_first(program: str) -> None:
    """The Python programs, too."""
    done = run(ROOT, sys.executable, "-m", f"breakable_toy.{program}", "--nonsense")
    first, second, third = done.stderr.splitlines()
    assert (2, "") == (done.returncode, done.stdout)
    assert first.startswith(f"✗ {program}")
    assert "  usage: " == second[:9]
    assert third.endswith(" --help")
