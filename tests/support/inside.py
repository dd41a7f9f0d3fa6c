"""Commands in the running box of this clone."""

import subprocess

from tests.support.project import ROOT

UNREACHABLE = 255


def ssh(*words: str) -> list[str]:
    """Return the command line of an ssh into the box, with more options, `default`, and what to run there.

    By ssh itself: `inside` in scripts/lib/box.sh says why.
    """
    config = next(ROOT.glob(".vagrant/machines/default/*/ssh-config"), None)
    assert config, "The box's SSH configuration is missing. Run: ./scripts/test app"
    return ["ssh", "-F", str(config), "-o", "LogLevel=ERROR", *words]


def inside(command: str) -> str:
    """Run a shell command in the box's project folder; return its standard output, stripped. Fails where it does."""
    done = subprocess.run(ssh("default", f"cd /vagrant && {command}"), capture_output=True, text=True, check=False)
    # ssh's own status where it does not get there.
    way = "\nThe box has moved, or does not run. Type: ./scripts/test app" if done.returncode == UNREACHABLE else ""
    assert 0 == done.returncode, f"{command}\n{done.stdout}{done.stderr}{way}"
    return done.stdout.strip()
