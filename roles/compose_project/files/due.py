"""See what Compose makes of a project, and which one-shot tasks are due: an object of JSON on standard output.

usage: due.py FOLDER NOTES < WANTED

WANTED is JSON: {"services": [names], "tasks": [{"service": name, "watch": [paths]}]}. NOTES is the folder with a note
of each task's last run, of what it depended on: the project's configuration, its image, files that it watches, and the
volumes that there were (a person may have removed them since); and with a note of how the services ran when they had
been started.

errors     what Compose says of a project that it cannot read, or what it has not of what is wanted
services   those that are to run: the wanted ones, or those without a profile, or of one that is on (COMPOSE_PROFILES)
forgotten  those of them, and of what they depend on, that Docker does not start again at boot
builds     services that have something to build: of those, of what they depend on, and of the tasks
unbuilt    those of them whose image is not there
missing    images that are not there, of those services and of what they depend on
held       containers of those services that Docker is to start always, and does not, because the project was stopped
sick       containers that are unhealthy or paused, which Compose leaves as they are
needed     those services, and all that they depend on
changed    services that Compose is to be asked for: all but those that ended well, and are the same as they were then
pending    services that neither run, healthy where there is a check, nor have ended well
troubles   of each of these, and of each image that is missing, a line that says why
due        of each task that has something to do, by its service, what it depends on, in one line
volumes    a line for each volume: the rest of a task's note
note       a digest of how the services run, upon which images and configuration; in a second line, what each of them is
is_started whether they run, as they did when they had been started

A service ends well with status 0, where it has no restart policy, no health check and no published port: it had one
thing to do, and has done it.
"""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from functools import cached_property
from pathlib import Path
from typing import Any

# What is told of a project that Compose cannot read, beside the error. Of any other, Project tells each by its name.
NOTHING: dict[str, Any] = {
    "errors": [],
    "services": [],
    "forgotten": [],
    "builds": [],
    "unbuilt": [],
    "missing": [],
    "held": [],
    "sick": [],
    "needed": [],
    "changed": [],
    "pending": [],
    "troubles": [],
    "due": {},
    "volumes": "",
    "note": "",
    "is_started": False,
}
# No service can be called so.
STARTED = "@started"
# The containers that the role itself has stopped: these have not ended.
STOPPED = "@stopped"
# Docker keeps no more than its last 256 events.
MEMORY_SINCE = "15m"
# All that `docker inspect` is asked of a container; the health of one that has none is nothing. For an unknown name,
# such as Id, Docker would go on with what it has as JSON, where there is no Health then.
CONTAINER = """{"id": {{json .ID}}, "name": {{json .Name}}, "image": {{json .Image}}, "status": {{json .State.Status}},
"exit": {{.State.ExitCode}}, "oom": {{json .State.OOMKilled}}, "error": {{json .State.Error}},
"begun": {{json .State.StartedAt}}, "ports": {{json .HostConfig.PortBindings}}, "memory": {{.HostConfig.Memory}},
"health": {{if .State.Health}}{{json .State.Health.Status}}{{else}}null{{end}},
"checks": {{if .State.Health}}{{json .State.Health.Log}}{{else}}null{{end}},
"service": {{json (index .Config.Labels "com.docker.compose.service")}},
"policy": {{json .HostConfig.RestartPolicy.Name}}}"""
ENDED = {"exited": "has ended", "dead": "has ended", "restarting": "ends again and again, last"}
# A restart may heal these.
SICK = (("running", "unhealthy"), *(("paused", health) for health in (None, "starting", "healthy", "unhealthy")))
# What of a container stays as it is while nothing happens to it.
LASTING = ("id", "image", "status", "exit", "health", "service", "policy")


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


def digest(*parts: Any) -> str:
    """Return one line for things that can be written as JSON."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def is_well(container: dict[str, Any]) -> bool:
    """Whether it runs, and is healthy where it has a check."""
    return container["status"] == "running" and container["health"] in (None, "healthy")


def trouble(container: dict[str, Any], memory: str) -> str:
    """Say what is wrong with a container; MEMORY is what its killed processes lacked, if any were."""
    failed = [check for check in container["checks"] or [] if check["ExitCode"]]
    if container["status"] in ENDED:
        told = f"{ENDED[container['status']]} with status {container['exit']}"
    elif container["status"] == "created":
        told = f"has not been started: {container['error']}" if container["error"] else "waits for another service"
    elif failed:
        # The last words are the answer; a check may print a page.
        output = failed[-1]["Output"].strip()[-1000:] or "nothing"
        told = (
            f"is {container['health']}. Its health check ended with status {failed[-1]['ExitCode']} and said: {output}"
        )
    else:
        told = f"is {container['health'] or container['status']}"
    return f"The service {container['service']} {told}{memory}"


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
        # A dependency that is not required, of a profile that is off, does not start.
        self.active = {*active, *wanted["services"]}
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
        """Services that Docker does not start again at boot; a task is not to be, nor what has ended well."""
        others = [name for name in self.needed if name not in self.named["tasks"] and not self.has_ended(name)]
        return [name for name in others if self.defined[name].get("restart") not in ("always", "unless-stopped")]

    @property
    def builds(self) -> list[str]:
        """Services that have something to build."""
        names = {*self.needed, *self.with_dependencies([task["service"] for task in self.tasks])}
        return [name for name in self.defined if name in names and self.defined[name].get("build")]

    @property
    def unbuilt(self) -> list[str]:
        """Those whose image is not there."""
        return [name for name in self.builds if not self.images[name]]

    @property
    def missing(self) -> list[str]:
        """Images that are not there, of the services and of all that they depend on."""
        return [self.image(name) for name in self.needed if not self.images[name]]

    @property
    def sick(self) -> list[str]:
        """Containers that a restart may heal: Compose starts what has ended, and leaves alone what is there."""
        known = (container for container in self.containers if container["service"] in self.needed)
        return [one["id"] for one in known if (one["status"], one["health"]) in SICK]

    @property
    def changed(self) -> list[str]:
        """Services that Compose is to be asked for. What has ended well is run again when it has become another."""
        return [
            name
            for name in self.needed
            if not (self.has_ended(name) and self.noted.get(name, [""])[0] == self.definition(name))
        ]

    @property
    def pending(self) -> list[str]:
        """Services that neither run nor have ended well."""
        return [
            name
            for name in self.needed
            if not (self.is_complete(name) and all(map(self.is_fine, self.containers_of(name))))
        ]

    @property
    def troubles(self) -> list[str]:
        """Why they do not: images that are missing come first."""
        lacking = [
            f"The image {self.image(name)} of the service {name} is not on this machine."
            for name in self.needed
            if not self.images[name]
        ]
        pending = self.pending
        ill = [one for name in pending for one in self.containers_of(name) if not self.is_fine(one)]
        # One that has yet to begin waits for another.
        ill.sort(key=lambda container: (container["status"], container["error"]) == ("created", ""))
        return [*lacking, *(trouble(container, self.memory(container)) for container in ill)]

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
    def note(self) -> str:
        """How the services run, and what they are."""
        return f"{self.running}\n{json.dumps({name: self.entry(name) for name in self.needed})}"

    @cached_property
    def noted(self) -> dict[str, list[Any]]:
        """What was noted of each service."""
        return dict(json.loads(self.note_of(STARTED).partition("\n")[2] or "{}"))

    @cached_property
    def running(self) -> str:
        """A digest of how the services run."""
        containers = [[container[key] for key in LASTING] for container in self.containers]
        return digest(self.read, self.services, self.images, containers)

    @property
    def is_started(self) -> bool:
        """Whether they run, as was noted."""
        # What was noted may have been about to end.
        return not self.pending and self.note_of(STARTED).partition("\n")[0] == self.running

    @cached_property
    def needed(self) -> list[str]:
        """The services, and all that they depend on."""
        return self.with_dependencies(self.services)

    @cached_property
    def images(self) -> dict[str, str]:
        """The id of each service's image; nothing where it is not there."""
        inspect = ("image", "inspect", "--format", "{{.Id}}")
        found = {name: docker(self.folder, *inspect, self.image(name)) for name in self.defined}
        # Of an image that is not there, Docker prints an empty line.
        return {name: done.stdout * (done.returncode == 0) for name, done in found.items()}

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

    def with_dependencies(self, names: list[str]) -> list[str]:
        """Return services and all that they depend on, in the project's order."""
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            if (name := waiting.pop()) not in found:
                found.add(name)
                depends: dict[str, Any] = self.defined[name].get("depends_on") or {}
                waiting += [
                    other for other, how in depends.items() if how.get("required", True) or other in self.active
                ]
        return [name for name in self.defined if name in found]

    def containers_of(self, name: str) -> list[dict[str, Any]]:
        """Return the containers of a service."""
        return [container for container in self.containers if container["service"] == name]

    def is_complete(self, name: str) -> bool:
        """Whether a service has a container, or is to have none."""
        return bool(self.containers_of(name)) or 0 in (
            self.defined[name].get("scale"),
            (self.defined[name].get("deploy") or {}).get("replicas"),
        )

    def is_over(self, container: dict[str, Any]) -> bool:
        """Whether it ended well by itself, and was not stopped by the role."""
        is_done = (container["status"], container["exit"], container["health"]) == ("exited", 0, None)
        is_lasting = container["ports"] or container["policy"] in ("always", "unless-stopped")
        return is_done and not is_lasting and not self.was_stopped(container)

    def was_stopped(self, container: dict[str, Any]) -> bool:
        """Whether the role has stopped it since it began."""
        if container["name"].removeprefix("/") not in self.note_of(STOPPED).split():
            return False
        # Docker's nanoseconds are too fine for Python.
        begun = datetime.fromisoformat(f"{container['begun'][:19]}+00:00")
        return begun < datetime.fromtimestamp((self.notes / STOPPED).stat().st_mtime, timezone.utc)

    def is_fine(self, container: dict[str, Any]) -> bool:
        """Whether it runs, or has ended well."""
        return is_well(container) or self.is_over(container)

    def has_ended(self, name: str) -> bool:
        """Whether all of a service has ended well."""
        return bool(self.containers_of(name)) and all(map(self.is_over, self.containers_of(name)))

    def entry(self, name: str) -> list[Any]:
        """Return what a service was when its containers began, and when that was."""
        begun = [container["begun"] for container in self.containers_of(name)]
        # What Compose has not begun again, as another service failed before, is still what it was.
        return self.noted[name] if self.noted.get(name, [""])[-1] == begun else [self.definition(name), begun]

    def definition(self, name: str) -> str:
        """Return a digest of what a service is."""
        return digest(self.defined[name], self.images[name])

    def memory(self, container: dict[str, Any]) -> str:
        """Return what to say of processes that the kernel has killed, in this start of a container or before."""
        since = ("--since", MEMORY_SINCE, "--until", "0s", "--filter", "event=oom", "--filter")
        events = docker(self.folder, "events", *since, f"container={container['id']}").stdout.splitlines()
        if not (events or container["oom"]):
            return ""
        limit = f", the limit of {container['memory'] // 2**20} MiB" if container["memory"] else ""
        return f" (out of memory: the kernel has killed a process of it, OOM{limit})"

    def image(self, name: str) -> str:
        """Return the name of a service's image."""
        return str(self.defined[name].get("image", f"{self.config['name']}-{name}"))

    def depends(self, task: dict[str, Any]) -> str:
        """Return what a task depends on, but for the volumes, which it may make itself."""
        watched = b"".join(self.watched[path][0] for path in task.get("watch", []))
        return hashlib.sha256(self.read.encode() + self.images[task["service"]].encode() + watched).hexdigest()

    def note_of(self, name: str) -> str:
        """Return what was noted."""
        file = self.notes / name
        return file.read_text() if file.is_file() else ""

    def is_due(self, service: str, new: str) -> bool:
        """Whether a task has not run yet, or not upon this, or not upon these volumes; others may have come since."""
        old, *volumes = self.note_of(service).splitlines() or [""]
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
