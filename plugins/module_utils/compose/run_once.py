"""Run one-shot tasks after a change of their inputs."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from .docker import ComposeError, Docker
from .one_shot import OneShot
from .records import Records
from .state import State

Gather = Callable[[], State]


class Outcome(NamedTuple):
    """Whether a task reported a change, or a container was restarted; and the services of the tasks that ran."""

    changed: bool
    ran: list[str]


def readable(state: State) -> State:
    """Return a state without errors. Raises ComposeError for one with errors."""
    if state.errors:
        raise ComposeError("\n".join(state.errors))
    return state


def restart_unhealthy(docker: Docker, state: State) -> bool:
    """Restart containers that are unhealthy or paused, which Compose leaves as they are; return whether there were."""
    if state.unhealthy_containers:
        # No failure: a container may be gone meanwhile.
        docker("restart", *state.unhealthy_containers)
    return bool(state.unhealthy_containers)


def run(docker: Docker, task: OneShot) -> bool:
    """Run a task; return whether its output reports a change. Compose starts the task's dependencies first."""
    done = docker("compose", "run", "--rm", task.service)
    if done.returncode:
        message = f"The task {task.service} failed with status {done.returncode}."
        raise ComposeError(message, rc=done.returncode, stdout=done.stdout, stderr=done.stderr)
    return bool(re.search(task.changed_pattern, done.stdout + done.stderr))


def run_pending(docker: Docker, gather: Gather, records: Records, tasks: Sequence[OneShot]) -> Outcome:
    """Run the tasks that are pending when their turn comes, in the given order, and record their inputs.

    The inputs are those from before the run: the task may not have seen a later edit.
    """
    state = readable(gather())
    changed = bool(state.pending_tasks) and restart_unhealthy(docker, state)
    ran = []
    for task in tasks:
        if task.service not in state.pending_tasks:
            continue
        inputs = state.pending_tasks[task.service]
        changed = run(docker, task) or changed
        ran.append(task.service)
        # A task may change the inputs of the next one, and creates volumes.
        state = readable(gather())
        records.write(task.service, f"{inputs}\n{state.volumes}")
    return Outcome(changed, ran)
