"""See what Compose makes of a project, and which one-shot tasks are due: an object of JSON on standard output.

usage: due.py FOLDER NOTES < WANTED

WANTED is JSON: {"services": [names], "tasks": [{"service": name, "watch": [paths]}]}. NOTES is the folder with a note
of each task's last run, of what it depended on: the project's configuration, its image, files that it watches, and the
volumes that there were (a person may have removed them since); and with a note of how the services ran when they had
been started.

errors     what Compose says of a project that it cannot read, or what it has not of what is wanted
services   those that are to run: the wanted ones, or those without a profile, or of one that is on (COMPOSE_PROFILES)
forgotten  those of them that Docker does not start again at boot
missing    images that are not there, of those services and of what they depend on
held       containers of those services that Docker is to start always, and does not, because the project was stopped
due        of each task that has something to do, by its service, what it depends on, in one line
volumes    a line for each volume: the rest of a task's note
running    a digest of how the services run, upon which images and configuration
is_started whether they run, as they did when they had been started
"""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

# No service can be called so.
STARTED = "@started"
# All that `docker inspect` is asked of a container; the health of one that has none is nothing. For an unknown name,
# such as Id, Docker would go on with what it has as JSON, where there is no Health then.
CONTAINER = """{"id": {{json .ID}}, "image": {{json .Image}}, "status": {{json .State.Status}},
"health": {{if .State.Health}}{{json .State.Health.Status}}{{else}}null{{end}},
"service": {{json (index .Config.Labels "com.docker.compose.service")}},
"policy": {{json .HostConfig.RestartPolicy.Name}}}"""

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
    digest.update(images[task["service"]].encode())
    for watched in task.get("watch", []):
        try:
            for file in files(folder / watched):
                digest.update(f"{file}\n".encode() + hashlib.sha256(file.read_bytes()).digest())
        except OSError as error:
            told["errors"].append(
                f"The task {task['service']} watches {watched}, which cannot be read: {error.strerror}."
            )
    return digest.hexdigest()


def note(name: str) -> str:
    """Return what was noted."""
    file = notes / name
    return file.read_text() if file.is_file() else ""


def is_due(service: str, new: str) -> bool:
    """Whether a task has not run yet, or not upon this, or not upon these volumes; others may have come since."""
    old, *volumes = note(service).splitlines() or [""]
    return old != new or not set(volumes) <= set(told["volumes"].splitlines())


def containers() -> list[dict[str, str | None]]:
    """Return the containers of the project's services; not those of `docker compose run`."""
    labels = [f"project={config['name']}", "oneoff=False"]
    filters = [f"--filter=label=com.docker.compose.{label}" for label in labels]
    listed = docker("ps", "--all", "--quiet", *filters).stdout.split()
    if not listed:
        return []
    # One that is gone meanwhile is none.
    seen = docker("inspect", "--format", CONTAINER.replace("\n", ""), *listed)
    if not seen.stdout.strip():
        told["errors"].append(f"Docker does not tell how its containers run: {seen.stderr}")
    lines = filter(None, seen.stdout.splitlines())
    return sorted(map(json.loads, lines), key=lambda container: container["id"])


def with_dependencies(names: Iterable[str]) -> list[str]:
    """Return these services, and all that they depend on."""
    found: list[str] = []
    waiting = list(names)
    while waiting:
        if (name := waiting.pop()) not in found:
            found.append(name)
            waiting += services[name].get("depends_on") or {}
    return found


told: dict[str, Any] = {
    "errors": [],
    "services": [],
    "forgotten": [],
    "missing": [],
    "held": [],
    "due": {},
    "volumes": "",
    "running": "",
    "is_started": False,
}
wanted = json.load(sys.stdin)
tasks = wanted["tasks"]
with ThreadPoolExecutor() as pool:
    asked = ("--profile", "*", "config", "--format", "json"), ("config", "--services")
    read, active = pool.map(lambda words: docker("compose", *words), asked)
if read.returncode:
    told["errors"] = [f"Compose cannot read it: {read.stderr or f'status {read.returncode}'}"]
else:
    config = json.loads(read.stdout)
    services = config["services"]
    named = {"services": wanted["services"], "tasks": [task["service"] for task in tasks]}
    listed = docker(
        "volume", "ls", "--quiet", "--filter", f"label=com.docker.compose.project={config['name']}"
    ).stdout.split()
    if listed:
        told["volumes"] = docker("volume", "inspect", "--format", "{{.Name}} {{.CreatedAt}}", *listed).stdout
    wants = wanted["services"] or active.stdout.split()
    # In the project's order: Compose lists them in another one each time.
    told["services"] = [name for name in services if name in wants]
    told["forgotten"] = [
        name
        for name in told["services"]
        if services[name].get("restart") not in ("always", "unless-stopped") and name not in named["tasks"]
    ]
    images = {name: docker("image", "inspect", "--format", "{{.Id}}", image(name)).stdout for name in services}
    told["missing"] = [image(name) for name in with_dependencies(told["services"]) if not images[name]]
    there = containers()
    told["held"] = [
        container["id"]
        for container in there
        if container["service"] in told["services"]
        and services[container["service"]].get("restart") == "always"
        and container["policy"] == "unless-stopped"
    ]
    told["errors"] += [
        f"It has no service {name}, which compose_project_{variable} names; it has {', '.join(services)}."
        for variable, names in named.items()
        for name in names
        if name not in services
    ]
    due = {task["service"]: depends(task) for task in tasks if task["service"] in services}
    told["due"] = {service: new for service, new in due.items() if is_due(service, new)}
    how = json.dumps([read.stdout, told["services"], images, there])
    told["running"] = hashlib.sha256(how.encode()).hexdigest()
    # What was noted may have been about to end.
    runs = all(container["status"] == "running" and container["health"] in (None, "healthy") for container in there)
    is_whole = set(told["services"]) <= {container["service"] for container in there}
    told["is_started"] = runs and is_whole and note(STARTED) == told["running"]
json.dump(told, sys.stdout)
