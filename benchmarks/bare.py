#!/usr/bin/env python
"""How long `./scripts/setup --provider docker` takes on a bare Debian, and where that time goes.

The machine is a container of this host's Docker with nothing but git, Python and apt in it, a user with sudo, and a
with its own Docker, box and containers of the toy. Prints each step's seconds, appends to
benchmarks/history.jsonl, removes the container. Needs mmdebstrap and what ./scripts/test needs:
``.venv/bin/python benchmarks/bare.py --suite trixie``.
"""

import argparse
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.history import append  # noqa: E402 - the path is known only now

PACKAGES = "systemd-sysv,dbus,sudo,git,python3,python3-venv,ca-certificates,iproute2,procps"
TARGET = 360.0
AUTHORITIES = Path("/usr/local/share/ca-certificates")
PREPARE = """
useradd --create-home --shell /bin/bash dev
echo 'dev ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/dev
update-ca-certificates
git clone --quiet /srv/toy.bundle '/srv/a clone/toy'
chown --recursive dev: '/srv/a clone'
"""


def run(*command: str) -> str:
    """Run a command in the project's root; return its output, or stop with its error."""
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def image(suite: str) -> str:
    """Make the bare machine's image, once; return its name."""
    name = f"breakable-toy/bare:{suite}"
    if not run("docker", "images", "--quiet", name):
        command = f"mmdebstrap --quiet --variant=minbase --include={PACKAGES} {suite} - | docker import - {name}"
        run("bash", "-o", "pipefail", "-c", command)
    return name


def machine(image: str) -> str:
    """Start a bare machine with a clone of this commit; return its name."""
    box = yaml.safe_load((ROOT / "box/container.yml").read_text())["create_args"]
    # A box inside this machine needs what the machine itself has, and devices.
    more = [
        "--cap-add=ALL",
        "--cap-drop=SYS_RESOURCE",
        "--device-cgroup-rule=a *:* rwm",
        "--volume=/srv",
        "--volume=/home",
    ]
    name = run("docker", "run", "--detach", *box, *more, image, "/sbin/init")
    bundle = ROOT / ".cache/bare.bundle"
    run("git", "bundle", "create", "--quiet", str(bundle), "HEAD")
    run("docker", "cp", str(bundle), f"{name}:/srv/toy.bundle")
    for certificate in AUTHORITIES.glob("*.crt"):
        run("docker", "cp", str(certificate), f"{name}:{certificate}")
    run("docker", "exec", name, "bash", "-ec", PREPARE)
    return name


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print, append; return 1 when the setup fails or the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", default="bookworm", choices=["bookworm", "trixie"], help="the host's Debian")
    suite = parser.parse_args(argv).suite
    name = machine(image(suite))
    steps: dict[str, float] = {}
    try:
        start = time.perf_counter()
        setup = ["docker", "exec", "--user=dev", "--workdir=/srv/a clone/toy", name, "./scripts/setup"]
        with subprocess.Popen(
            [*setup, "--provider", "docker"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            for line in process.stdout or ():
                print(line, end="")
                if heading := re.match(r"▶ (.{1,50})|TASK \[(.{1,50})", line):
                    steps[heading[1] or f"  {heading[2].rstrip('] *')}"] = time.perf_counter() - start
        total = time.perf_counter() - start
    finally:
        run("docker", "rm", "--force", "--volumes", name)
    ends = [*list(steps.values())[1:], total]
    for (title, began), ended in zip(steps.items(), ends, strict=True):
        print(f"{title:<54} {ended - began:>6.1f} s")
    print(f"{'setup from bare':<54} {total:>6.1f} s   target {TARGET:.0f} s")
    append(ROOT, f"bare {suite}", {"setup from bare": total})
    return int(process.returncode != 0 or total > TARGET)


if __name__ == "__main__":
    sys.exit(main())
