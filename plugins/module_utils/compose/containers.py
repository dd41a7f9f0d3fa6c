"""A project's containers as Docker describes them: their state, and what is wrong with them."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from .config import ALWAYS
from .docker import ComposeError, Docker

# Docker keeps no more than its last 256 events.
OOM_SINCE = "15m"
# All that `docker inspect` is asked of a container; the health of one that has no check is null. For an unknown name,
# such as Id, Docker would continue with its raw JSON, where Health is missing then.
TEMPLATE = """{"id": {{json .ID}}, "name": {{json .Name}}, "image": {{json .Image}}, "status": {{json .State.Status}},
"exit_code": {{.State.ExitCode}}, "oom_killed": {{json .State.OOMKilled}}, "error": {{json .State.Error}},
"started_at": {{json .State.StartedAt}}, "ports": {{json .HostConfig.PortBindings}}, "memory": {{.HostConfig.Memory}},
"health": {{if .State.Health}}{{json .State.Health.Status}}{{else}}null{{end}},
"checks": {{if .State.Health}}{{json .State.Health.Log}}{{else}}null{{end}},
"service": {{json (index .Config.Labels "com.docker.compose.service")}},
"policy": {{json .HostConfig.RestartPolicy.Name}}}""".replace("\n", "")
ENDED = {"exited": "has ended", "dead": "has ended", "restarting": "ends again and again, last"}


class Container(NamedTuple):
    """A container; checks are the last results of its health check, memory is its limit in bytes (0 for none)."""

    id: str
    name: str
    image: str
    status: str
    exit_code: int
    oom_killed: bool
    error: str
    started_at: str
    ports: dict[str, Any] | None
    memory: int
    health: str | None
    checks: list[dict[str, Any]] | None
    service: str
    policy: str

    @property
    def is_up(self) -> bool:
        """Whether it runs, and is healthy where it has a check."""
        return self.status == "running" and self.health in (None, "healthy")

    @property
    def is_unhealthy(self) -> bool:
        """Whether a restart may help: Compose starts a container that has ended, but leaves these as they are."""
        return self.status == "paused" or (self.status, self.health) == ("running", "unhealthy")

    @property
    def has_succeeded(self) -> bool:
        """Whether it ended with status 0, and was not meant to keep running."""
        is_lasting = self.ports or self.policy in ALWAYS
        return (self.status, self.exit_code, self.health) == ("exited", 0, None) and not is_lasting

    @property
    def lasting(self) -> list[Any]:
        """The values that stay the same while nothing happens to it."""
        return [self.id, self.image, self.status, self.exit_code, self.health, self.service, self.policy]

    @property
    def is_waiting(self) -> bool:
        """Whether it has yet to start, after another service."""
        return (self.status, self.error) == ("created", "")

    def trouble(self, memory: str) -> str:
        """Return a line that says what is wrong; MEMORY is the part about killed processes."""
        return f"The service {self.service} {self._description()}{memory}"

    def _description(self) -> str:
        if self.status in ENDED:
            return f"{ENDED[self.status]} with status {self.exit_code}"
        if self.status == "created":
            return f"has not been started: {self.error}" if self.error else "waits for another service"
        failed = [check for check in self.checks or [] if check["ExitCode"]]
        if not failed:
            return f"is {self.health or self.status}"
        # The end has the reason; a check may print a page.
        output = failed[-1]["Output"].strip()[-1000:] or "nothing"
        return f"is {self.health}. Its health check ended with status {failed[-1]['ExitCode']} and said: {output}"


def containers(docker: Docker, project: str) -> list[Container]:
    """Return the containers of a project's services, ordered by id, without those of `docker compose run`."""
    filters = [f"--filter=label=com.docker.compose.{label}" for label in (f"project={project}", "oneoff=False")]
    listed = docker("ps", "--all", "--quiet", *filters).stdout.split()
    if not listed:
        return []
    done = docker("inspect", "--format", TEMPLATE, *listed)
    found = [Container(**json.loads(line)) for line in done.stdout.splitlines() if line]
    # A container that was removed meanwhile is missing in the answer: not an error.
    if not found:
        raise ComposeError(f"Docker cannot list its containers: {done.stderr}")
    return sorted(found, key=lambda container: container.id)


def memory_trouble(docker: Docker, container: Container) -> str:
    """Return a part of a message about processes that the kernel has killed, in this start or before; "" for none."""
    since = ("--since", OOM_SINCE, "--until", "0s", "--filter", "event=oom", "--filter")
    events = docker("events", *since, f"container={container.id}").stdout.splitlines()
    if not (events or container.oom_killed):
        return ""
    limit = f", the limit of {container.memory // 2**20} MiB" if container.memory else ""
    return f" (out of memory: the kernel has killed a process of it, OOM{limit})"
