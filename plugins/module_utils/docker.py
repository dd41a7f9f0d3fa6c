"""Docker on a machine: the descriptions of its repository, its versions, and the pins that they must match."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.breakable.toy.plugins.module_utils.apt import Run

MISSING = "missing"
# Numbers of a whole version, as in 26.1.5.
NUMBERS = 3


def uris(text: str, suffix: str) -> set[str]:
    """Return the addresses in a file of apt's sources (``.list`` or ``.sources``), without slashes at their ends."""
    if suffix == ".list":
        found = re.findall(r"(?m)^\s*deb(?:-src)?\s+(?:\[[^]]*\]\s+)?(\S+)", text)
    else:
        found = " ".join(re.findall(r"(?mi)^URIs:(.*(?:\n[ \t].*)*)", text)).split()
    return {uri.rstrip("/") for uri in found}


def source_files(folder: Path = Path("/etc/apt")) -> dict[str, set[str]]:
    """Return the addresses in each file that apt reads its sources from, by the file's path."""
    paths = [folder / "sources.list", *sorted((folder / "sources.list.d").glob("*"))]
    files = (path for path in paths if path.suffix in (".list", ".sources") and path.is_file())
    return {str(path): uris(path.read_text(errors="replace"), path.suffix) for path in files}


def repository(url: str, own: str, sources: Mapping[str, set[str]]) -> dict[str, Any]:
    """Return which files describe a repository, as facts. ``own`` is the file that describes it alone."""
    url = url.rstrip("/")
    described = {path: found for path, found in sources.items() if path != own and url in found}
    return {
        "source_files": [path for path, found in described.items() if found == {url}],
        "shared_source_files": [path for path, found in described.items() if found != {url}],
        "repository_url_changed": own in sources and sources[own] != {url},
    }


def installed_versions(run: Run) -> dict[str, str]:
    """Return the versions of the running Engine and its plugins compose and buildx; "missing" without one."""
    try:
        info = json.loads(run(["timeout", "30", "docker", "info", "--format", "{{json .}}"]))
    except ValueError:
        info = {}
    plugins = ((info.get("ClientInfo") or {}).get("Plugins")) or []
    found = {plugin["Name"]: plugin["Version"].removeprefix("v") for plugin in plugins if plugin.get("Version")}
    engine = info.get("ServerVersion") or MISSING
    # Without an Engine the answer is not Docker's (podman has the same command).
    return {"engine": engine, **{name: found.get(name, MISSING) for name in ("compose", "buildx")}}


@dataclass(frozen=True)
class Part:
    """A part of Docker: its packages, and the pin that its version must match.

    pin: the beginning of a version, or a lower bound such as ``>=26.1``.
    versioned: whether the source has several versions of each package. One that is called in ``unpinned`` has versions
    of another program. The epoch precedes the version in apt (``5:``).
    """

    packages: list[str]
    pin: str
    versioned: bool = False
    epoch: str = ""
    unpinned: tuple[str, ...] = ("containerd.io",)

    @property
    def is_exact(self) -> bool:
        """Whether apt has to choose a version."""
        return self.versioned and not self.pin.startswith(">=")

    @property
    def apt_version(self) -> str:
        """The version as a pattern of apt's: a prefix ends where a number ends, of the three that there are."""
        return f"{self.epoch}{self.pin}{'.*' if len(self.pin.split('.')) < NUMBERS else '-*'}"

    @property
    def pinned_packages(self) -> list[str]:
        """The packages that have the part's version."""
        return [name for name in self.packages if name not in self.unpinned]

    @property
    def apt_packages(self) -> list[str]:
        """The packages as apt takes them, with versions where it has to choose."""
        bound = f">={self.epoch}{self.pin.removeprefix('>=')}" if self.versioned else ""
        version = f"={self.apt_version}" if self.is_exact else bound
        return [f"{name}{version if name in self.pinned_packages else ''}" for name in self.packages]


def candidate_versions(parts: Mapping[str, Part], run: Run) -> dict[str, str]:
    """Return the versions that apt would install, without epochs, of the first package of each part."""
    found = {}
    for name, part in parts.items():
        shown = run(["apt-cache", "policy", *part.packages[:1]])
        candidate = re.search(r"(?m)^  Candidate: (?:\d+:)?(\S+)$", shown)
        found[name] = candidate[1] if candidate and candidate[1] != "(none)" else MISSING
    return found


def matches(pin: str, version: str) -> bool:
    """Return whether a version begins with a pin (26.1: 26.1.5, not 26.10), or is not below it (>=26.1)."""
    if version == MISSING:
        return False
    if pin.startswith(">="):
        return _numbers(version) >= _numbers(pin)
    return re.match(rf"{re.escape(pin)}(?![0-9])", version) is not None


def mismatches(parts: Mapping[str, Part], versions: Mapping[str, str]) -> list[str]:
    """Return the parts whose version does not match their pin."""
    return [name for name, part in parts.items() if not matches(part.pin, versions[name])]


def trusted_registries(folder: Path, name: str) -> list[str]:
    """Return the registries with an authority of this file name in Docker's folder of certificates."""
    return sorted(path.parent.name for path in folder.glob(f"*/{name}"))


def _numbers(version: str) -> list[int]:
    # A suffix, as in 2.26.1-4 or 26.1.5+dfsg1, is not part of the program's version.
    return [int(number) for number in re.findall(r"\d+", re.split(r"[-+~]", version)[0])]
