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
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Any

# What is told of a project that Compose cannot read, beside the error. Of any other, Project tells each by its name.
NOTHING: dict[str, Any] = {
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
# No service can be called so.
STARTED = "@started"
# All that `docker inspect` is asked of a container; the health of one that has none is nothing. For an unknown name,
# such as Id, Docker would go on with what it has as JSON, where there is no Health then.
CONTAINER = """{"id": {{json .ID}}, "image": {{json .Image}}, "status": {{json .State.Status}},
"health": {{if .State.Health}}{{json .State.Health.Status}}{{else}}null{{end}},
"service": {{json (index .Config.Labels "com.docker.compose.service")}},
"policy": {{json .HostConfig.RestartPolicy.Name}}}"""


def docker(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Docker in the project's folder."""
    return subprocess.run(["docker", *arguments], cwd=folder, check=False, capture_output=True, text=True)


def files(path: Path) -> Iterator[Path]:
    """Return the files in a folder, in one order; or the file itself."""
    yield from sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]


def content(path: Path) -> tuple[bytes, str]:
    """Return the name and digest of each file there; and why one cannot be read, where they end."""
    found = b""
    try:
        for file in files(path):
            found += f"{file}\n".encode() + hashlib.sha256(file.read_bytes()).digest()
    except OSError as error:
        return found, str(error.strerror)
    return found, ""


class Project:
    """A project that Compose can read. What takes Docker's time, or the disk's, is asked once."""

    def __init__(self, folder: Path, notes: Path, wanted: dict[str, Any], read: str, active: list[str]) -> None:
        """Take the configuration as Compose prints it, and the names of what it would start by itself."""
        self.folder, self.notes, self.read = folder, notes, read
        self.config = json.loads(read)
        self.defined = self.config["services"]
        self.named = {"services": wanted["services"], "tasks": [task["service"] for task in wanted["tasks"]]}
        self.tasks = [task for task in wanted["tasks"] if task["service"] in self.defined]
        # In the project's order: Compose lists them in another one each time.
        self.services = [name for name in self.defined if name in (wanted["services"] or active)]

    @property
    def errors(self) -> list[str]:
        """What Docker does not tell, what is wanted and not there, and what cannot be read."""
        seen = self.inspected
        silent = [f"Docker does not tell how its containers run: {seen.stderr}"] if seen and not self.containers else []
        unknown = [
            f"It has no service {name}, which compose_project_{variable} names; it has {', '.join(self.defined)}."
            for variable, names in self.named.items()
            for name in names
            if name not in self.defined
        ]
        unread = [
            f"The task {task['service']} watches {path}, which cannot be read: {self.watched[path][1]}."
            for task in self.tasks
            for path in task.get("watch", [])
            if self.watched[path][1]
        ]
        return [*silent, *unknown, *unread]

    @property
    def forgotten(self) -> list[str]:
        """Services that Docker does not start again at boot; a task is not to be."""
        others = (name for name in self.services if name not in self.named["tasks"])
        return [name for name in others if self.defined[name].get("restart") not in ("always", "unless-stopped")]

    @property
    def missing(self) -> list[str]:
        """Images that are not there, of the services and of all that they depend on."""
        found: list[str] = []
        waiting = list(self.services)
        while waiting:
            if (name := waiting.pop()) not in found:
                found.append(name)
                waiting += self.defined[name].get("depends_on") or {}
        return [self.image(name) for name in found if not self.images[name]]

    @property
    def held(self) -> list[str]:
        """Containers that Docker is to start always, and does not."""
        always = [name for name in self.services if self.defined[name].get("restart") == "always"]
        stopped = (container for container in self.containers if container["policy"] == "unless-stopped")
        return [container["id"] for container in stopped if container["service"] in always]

    @property
    def due(self) -> dict[str, str]:
        """What each task depends on that has not run yet, or not upon this, or not upon these volumes."""
        depends = {task["service"]: self.depends(task) for task in self.tasks}
        return {service: new for service, new in depends.items() if self.is_due(service, new)}

    @cached_property
    def volumes(self) -> str:
        """A line for each volume."""
        label = f"label=com.docker.compose.project={self.config['name']}"
        listed = docker(self.folder, "volume", "ls", "--quiet", "--filter", label).stdout.split()
        inspect = ("volume", "inspect", "--format", "{{.Name}} {{.CreatedAt}}")
        return docker(self.folder, *inspect, *listed).stdout if listed else ""

    @property
    def running(self) -> str:
        """A digest of how the services run."""
        how = json.dumps([self.read, self.services, self.images, self.containers])
        return hashlib.sha256(how.encode()).hexdigest()

    @property
    def is_started(self) -> bool:
        """Whether they run, as was noted."""
        # What was noted may have been about to end.
        runs = all(one["status"] == "running" and one["health"] in (None, "healthy") for one in self.containers)
        is_whole = set(self.services) <= {container["service"] for container in self.containers}
        return runs and is_whole and self.note(STARTED) == self.running

    @cached_property
    def images(self) -> dict[str, str]:
        """The id of each service's image; nothing where it is not there."""
        inspect = ("image", "inspect", "--format", "{{.Id}}")
        return {name: docker(self.folder, *inspect, self.image(name)).stdout for name in self.defined}

    @cached_property
    def inspected(self) -> subprocess.CompletedProcess[str] | None:
        """What Docker says of the services' containers, not of those of `docker compose run`; None without any."""
        labels = [f"project={self.config['name']}", "oneoff=False"]
        filters = [f"--filter=label=com.docker.compose.{label}" for label in labels]
        listed = docker(self.folder, "ps", "--all", "--quiet", *filters).stdout.split()
        return docker(self.folder, "inspect", "--format", CONTAINER.replace("\n", ""), *listed) if listed else None

    @cached_property
    def containers(self) -> list[dict[str, Any]]:
        """These containers, in one order. One that is gone meanwhile is none."""
        lines = filter(None, self.inspected.stdout.splitlines()) if self.inspected else ()
        return sorted(map(json.loads, lines), key=lambda container: container["id"])

    @cached_property
    def watched(self) -> dict[str, tuple[bytes, str]]:
        """The content of each path that a task watches."""
        return {path: content(self.folder / path) for task in self.tasks for path in task.get("watch", [])}

    def image(self, name: str) -> str:
        """Return the name of a service's image."""
        return str(self.defined[name].get("image", f"{self.config['name']}-{name}"))

    def depends(self, task: dict[str, Any]) -> str:
        """Return what a task depends on, but for the volumes, which it may make itself."""
        watched = b"".join(self.watched[path][0] for path in task.get("watch", []))
        return hashlib.sha256(self.read.encode() + self.images[task["service"]].encode() + watched).hexdigest()

    def note(self, name: str) -> str:
        """Return what was noted."""
        file = self.notes / name
        return file.read_text() if file.is_file() else ""

    def is_due(self, service: str, new: str) -> bool:
        """Whether a task has not run yet, or not upon this, or not upon these volumes; others may have come since."""
        old, *volumes = self.note(service).splitlines() or [""]
        return old != new or not set(volumes) <= set(self.volumes.splitlines())


def main() -> None:
    """Ask Compose for the project and for what it would start, at the same time; then tell what comes of it."""
    folder, notes = map(Path, sys.argv[1:3])
    wanted = json.load(sys.stdin)
    asked = ("--profile", "*", "config", "--format", "json"), ("config", "--services")
    with ThreadPoolExecutor() as pool:
        read, active = pool.map(lambda words: docker(folder, "compose", *words), asked)
    # What it would start by itself is nobody's business where services are named.
    failed = next((one for one in ((read,) if wanted["services"] else (read, active)) if one.returncode), None)
    if failed:
        told = {**NOTHING, "errors": [f"Compose cannot read it: {failed.stderr or f'status {failed.returncode}'}"]}
    else:
        project = Project(folder, notes, wanted, read.stdout, active.stdout.split())
        told = {key: getattr(project, key) for key in NOTHING}
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
