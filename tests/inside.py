"""Commands in the running box of this clone."""

import subprocess

from tests.project import ROOT

# By ssh itself: Vagrant takes three seconds to find out each time how, and two of it at once find each other's lock.
# `scripts/test box` has asked it.
CONFIG = ROOT / ".cache/ssh-config"
SSH = ("ssh", "-F", str(CONFIG))


def inside(command: str) -> str:
    """Run a shell command in the box's project folder; return its standard output, stripped. Fails where it does."""
    assert CONFIG.is_file(), "Nobody has asked how to get into the box. Type: ./scripts/test box"
    done = subprocess.run([*SSH, "default", f"cd /vagrant && {command}"], capture_output=True, text=True, check=False)
    assert 0 == done.returncode, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout.strip()
