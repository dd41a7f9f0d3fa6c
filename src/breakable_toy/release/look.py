"""See what is in an image: an object of JSON on standard output. Runs inside of it, with nothing but its own Python.

As root, with this file as Python's input: `look_into` in scripts/lib/release.sh.

distro     Debian's release, such as 13
debian     each package of Debian's: name, version, architecture, source
python     each Python package: name, version
libraries  the inventory of what comes from neither, in CycloneDX
pending    Debian's packages that its archives have in a newer version: name, version here, version there, where
unread     what apt said of archives that did not answer; "" where all did
"""

import importlib.metadata
import json
import re
import subprocess
import sys
from pathlib import Path

FIELDS = r"${db:Status-Status}\t${Package}\t${Version}\t${Architecture}\t${source:Package}\n"
# Format of apt-get --simulate for a package: Inst name [here] (there archive, archive [architecture])
PENDING = re.compile(r"^Inst (\S+) \[(\S+)\] \((\S+) (.+?) \[", re.MULTILINE)


def run(*command: str) -> str:
    """Return what a program prints; its standard error passes through."""
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def pending(told: str) -> list[tuple[str, ...]]:
    """Return the packages that apt would install, from its output."""
    found = PENDING.findall(told)
    # A package that comes along has no version here, and is nothing that is missing.
    expected = len(re.findall(r"^Inst \S+ \[", told, re.MULTILINE))
    if len(found) != expected:
        raise SystemExit(f"apt speaks another way than this knows: {told}")
    return found


lists = subprocess.run(["apt-get", "-q", "update"], check=False, capture_output=True, text=True)
# apt continues with old lists, and only warns.
unread = "\n".join(line for line in lists.stderr.splitlines() if "Failed to fetch" in line or line.startswith("E:"))
release = dict(line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line)
libraries = Path("/usr/local/share/sbom/libraries.cdx.json")
json.dump(
    {
        "distro": release["VERSION_ID"].strip('"'),
        "debian": [
            package
            for state, *package in (
                line.split("\t") for line in run("dpkg-query", "--show", "--showformat", FIELDS).splitlines()
            )
            if state == "installed"
        ],
        "python": [[found.metadata["Name"], found.version] for found in importlib.metadata.distributions()],
        "libraries": json.loads(libraries.read_text()) if libraries.is_file() else None,
        "pending": pending(run("apt-get", "-q", "--simulate", "dist-upgrade")),
        "unread": unread,
    },
    sys.stdout,
)
