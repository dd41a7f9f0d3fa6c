"""A developer asks a box of one's own what the roles promise, with nothing but pytest and Vagrant's way in."""

import subprocess
import sys
from pathlib import Path

from tests.e2e.box import Box
from tests.support.project import ROOT


def test_roles_tests_run_on_ones_own_box(box: Box, tmp_path: Path) -> None:
    """The very tests that Molecule runs are green over SSH, on a box that `vagrant up` made."""
    # testinfra wants a path in ASCII.
    way = tmp_path / "ssh"
    way.write_text(box.vagrant("ssh-config").stdout)
    options = [f"--ssh-config={way}", "--hosts=ssh://default"]
    command = [sys.executable, "-m", "pytest", *options, "roles"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stdout
