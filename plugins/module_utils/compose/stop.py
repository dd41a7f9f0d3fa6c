"""Stop a project's services, also for the next boot."""

from __future__ import annotations

from typing import NamedTuple

from .docker import Docker, output
from .records import STOPPED, Records

FORMAT = "{{.State.Status}} {{.HostConfig.RestartPolicy.Name}} {{.Name}}"
RUNNING = ("running", "restarting", "paused")
ALL = ("compose", "--profile", "*")


class Stop(NamedTuple):
    """The names of containers that run, and of those that Docker would start again whenever it starts itself."""

    running: list[str]
    always: list[str]

    @property
    def is_due(self) -> bool:
        """Whether there is something to stop."""
        return bool(self.running or self.always)


def plan(docker: Docker) -> Stop:
    """Return what has to be stopped: of all profiles."""
    listed = output(docker(*ALL, "ps", "--all", "--quiet")).split()
    lines = output(docker("inspect", "--format", FORMAT, *listed)).splitlines() if listed else []
    found = [line.split(" /", 1) for line in lines if " /" in line]
    containers = [(*states.split(" "), name) for states, name in found]
    return Stop(
        running=[name for status, _, name in containers if status in RUNNING],
        always=[name for _, policy, name in containers if policy == "always"],
    )


def stop(docker: Docker, records: Records, plan: Stop) -> None:
    """Stop the containers, and record those that ran: they have not completed, and start again with the project."""
    if plan.always:
        output(docker("update", "--restart", "unless-stopped", *plan.always))
    if plan.running:
        output(docker(*ALL, "stop"))
        records.write(STOPPED, "\n".join(plan.running) + "\n")
