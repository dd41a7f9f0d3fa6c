"""See what Compose makes of a project, and which one-shot tasks are due: an object of JSON on standard output.

usage: due.py FOLDER NOTES < TASKS

TASKS is JSON: a list of {"service": name, "watch": [paths]}. NOTES is the folder with a note of each task's last run,
of what it depended on: the project's configuration, its image, the volumes (a person may have removed them), and files
that it watches.

error      what Compose says of a project that it cannot read
services   those that start by themselves: without a profile
forgotten  those of them that Docker does not start again at boot
missing    images of services that are not there
due        the new note of each task that has something to do, by its service
"""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

folder, notes = Path(sys.argv[1]), Path(sys.argv[2])


def docker(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Docker in the project's folder."""
    return subprocess.run(["docker", *arguments], cwd=folder, check=False, capture_output=True, text=True)


def image(name: str) -> str:
    """Return the name of a service's image."""
    return str(services[name].get("image", f"{config['name']}-{name}"))


def files(path: Path) -> Iterator[Path]:
    """Return the files in a folder, in one order; or the file itself."""
    yield from sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]


def note(task: dict[str, Any]) -> str:
    """Return what a task depends on."""
    depends = hashlib.sha256(read.stdout.encode())
    depends.update(docker("image", "inspect", "--format", "{{.Id}}", image(task["service"])).stdout.encode())
    for watched in task.get("watch", []):
        for file in files(folder / watched):
            depends.update(f"{file}\n".encode() + hashlib.sha256(file.read_bytes()).digest())
    return f"{depends.hexdigest()}\n{volumes}"


def is_due(service: str, new: str) -> bool:
    """Whether a task has not run yet, or not with this note."""
    old = notes / service
    return not old.is_file() or old.read_text() != new


read = docker("compose", "--profile", "*", "config", "--format", "json")
error = (read.stderr or f"Status {read.returncode}.") if read.returncode else ""
told: dict[str, Any] = {"error": error, "services": [], "forgotten": [], "missing": [], "due": {}}
if not read.returncode:
    config = json.loads(read.stdout)
    services = config["services"]
    listed = docker(
        "volume", "ls", "--quiet", "--filter", f"label=com.docker.compose.project={config['name']}"
    ).stdout.split()
    volumes = docker("volume", "inspect", "--format", "{{.Name}} {{.CreatedAt}}", *listed).stdout if listed else ""
    told["services"] = [name for name, service in services.items() if not service.get("profiles")]
    told["forgotten"] = [
        name for name in told["services"] if services[name].get("restart") not in ("always", "unless-stopped")
    ]
    told["missing"] = [image(name) for name in told["services"] if docker("image", "inspect", image(name)).returncode]
    due = {task["service"]: note(task) for task in json.load(sys.stdin)}
    told["due"] = {service: new for service, new in due.items() if is_due(service, new)}
json.dump(told, sys.stdout)
