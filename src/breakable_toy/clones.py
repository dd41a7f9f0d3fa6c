"""The other clones of this project on this machine that have a box, from Vagrant's index and their notes."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Clone:
    """A clone with a box: its folder, the host port of its page, and the box's identity (a container's ID)."""

    folder: Path
    port: str
    identity: str
    is_running: bool


def others(variable: str = "TOY_PORT") -> Iterator[Clone]:
    """Yield them; ``variable`` names the port."""
    home = Path(os.environ.get("VAGRANT_HOME") or Path.home() / ".vagrant.d")
    try:
        index = json.loads((home / "data/machine-index/index").read_text())
    except (OSError, ValueError):
        # Vagrant has made no box yet, or writes it at this moment.
        return
    for machine in index.get("machines", {}).values():
        folder, data = Path(machine["vagrantfile_path"]), Path(machine["local_data_path"])
        identity = _text(data / "machines" / machine["name"] / machine["provider"] / "id")
        port = _text(data / variable)
        if identity and port and folder != ROOT:
            yield Clone(folder, port, identity, machine["state"] == "running")


def _text(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
