"""See what Compose makes of a project, and which one-shot tasks are due: an object of JSON on standard output.

usage: due.py FOLDER NOTES < TASKS

TASKS is JSON: a list of {"service": name, "watch": [paths]}. NOTES is the folder with a note of each task's last run,
of what it depended on: the project's configuration, its image, files that it watches, and the volumes that there were
(a person may have removed them since).

errors     what Compose says of a project that it cannot read, or what is wrong with a task
services   those that start by themselves: without a profile
forgotten  those of them that Docker does not start again at boot
missing    images of services that are not there
held       containers that Docker is to start always, and does not, because the project was stopped: service and id
due        of each task that has something to do, by its service, what it depends on, in one line
volumes    a line for each volume: the rest of a task's note
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


def depends(task: dict[str, Any]) -> str:
    """Return what a task depends on, but for the volumes, which it may make itself."""
    digest = hashlib.sha256(read.stdout.encode())
    digest.update(docker("image", "inspect", "--format", "{{.Id}}", image(task["service"])).stdout.encode())
    for watched in task.get("watch", []):
        try:
            for file in files(folder / watched):
                digest.update(f"{file}\n".encode() + hashlib.sha256(file.read_bytes()).digest())
        except OSError as error:
            told["errors"].append(
                f"The task {task['service']} watches {watched}, which cannot be read: {error.strerror}."
            )
    return digest.hexdigest()


def is_due(service: str, new: str) -> bool:
    """Whether a task has not run yet, or not upon this, or not upon these volumes; others may have come since."""
    note = notes / service
    old, *volumes = (note.read_text() if note.is_file() else "").splitlines() or [""]
    return old != new or not set(volumes) <= set(told["volumes"].splitlines())


def held() -> list[dict[str, str]]:
    """Return the containers of services that always run which tasks/stop.yml has held back."""
    always = [name for name, service in services.items() if service.get("restart") == "always"]
    if not always:
        return []
    containers = docker("compose", "--profile", "*", "ps", "--all", "--quiet", *always).stdout.split()
    form = '{{.HostConfig.RestartPolicy.Name}} {{index .Config.Labels "com.docker.compose.service"}} {{.Id}}'
    lines = docker("inspect", "--format", form, *containers).stdout.splitlines() if containers else []
    # Those of `docker compose run` have the policy `no`.
    return [
        {"service": service, "id": identifier}
        for policy, service, identifier in map(str.split, lines)
        if policy == "unless-stopped"
    ]


told: dict[str, Any] = {
    "errors": [],
    "services": [],
    "forgotten": [],
    "missing": [],
    "held": [],
    "due": {},
    "volumes": "",
}
tasks = json.load(sys.stdin)
read = docker("compose", "--profile", "*", "config", "--format", "json")
if read.returncode:
    told["errors"] = [f"Compose cannot read it: {read.stderr or f'status {read.returncode}'}"]
else:
    config = json.loads(read.stdout)
    services = config["services"]
    listed = docker(
        "volume", "ls", "--quiet", "--filter", f"label=com.docker.compose.project={config['name']}"
    ).stdout.split()
    if listed:
        told["volumes"] = docker("volume", "inspect", "--format", "{{.Name}} {{.CreatedAt}}", *listed).stdout
    told["services"] = [name for name, service in services.items() if not service.get("profiles")]
    told["forgotten"] = [
        name for name in told["services"] if services[name].get("restart") not in ("always", "unless-stopped")
    ]
    told["missing"] = [image(name) for name in told["services"] if docker("image", "inspect", image(name)).returncode]
    told["held"] = held()
    known = [task for task in tasks if task["service"] in services]
    told["errors"] = [
        f"It has no service {task['service']}, which compose_project_tasks names; it has {', '.join(services)}."
        for task in tasks
        if task not in known
    ]
    due = {task["service"]: depends(task) for task in known}
    told["due"] = {service: new for service, new in due.items() if is_due(service, new)}
json.dump(told, sys.stdout)
