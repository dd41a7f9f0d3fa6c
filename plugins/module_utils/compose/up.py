"""Start a project's services, and wait until they are healthy, in several attempts.

Compose gives up at once on a service that is unhealthy now, even if its cause was corrected a moment ago.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .docker import ComposeError, Docker, Done, message, output
from .run_once import Gather, readable, restart_unhealthy
from .state import State

PAUSE_SECONDS = 8
# What `docker compose --dry-run up` prints of a container, network or volume that it would change.
WOULD_CHANGE = re.compile(r"\b(Creating|Created|Recreate|Recreated|Starting|Started|Restarting)\b")


class Options(NamedTuple):
    """The wanted services, the pull policy, the whole wait in seconds, and the number of attempts."""

    services: Sequence[str]
    pull: str
    timeout: int
    attempts: int

    @property
    def pause(self) -> int:
        """The seconds between two attempts."""
        return min(self.timeout // 8, PAUSE_SECONDS)

    @property
    def wait(self) -> int:
        """The seconds that an attempt waits: services start on in the pauses, so that all is one wait."""
        return max(self.timeout // self.attempts - self.pause, 1)


class Result(NamedTuple):
    """The last state, whether anything was changed, and the number of attempts."""

    state: State
    changed: bool
    attempts: int


def is_due(state: State, options: Options) -> bool:
    """Return whether Compose has to be asked; with the policy `always`, only the registry knows."""
    is_started = state.services.is_started and not state.containers_with_stopped_policy
    return bool(state.config.services) and (not is_started or options.pull == "always")


@dataclass(frozen=True)
class Up:
    """Starts services: by Docker, with the state from a function, and with pauses by another."""

    docker: Docker
    gather: Gather
    options: Options
    sleep: Callable[[float], None]

    def would_change(self) -> bool:
        """Return whether a start would change anything, without changing it."""
        state = readable(self.gather())
        if not is_due(state, self.options):
            return False
        if state.unhealthy_containers or state.containers_with_stopped_policy:
            return True
        names = state.services.changed
        done = self._up(names, names == state.config.needed, "--dry-run")
        output(done)
        return bool(WOULD_CHANGE.search(done.stdout + done.stderr))

    def start(self) -> Result:
        """Start the services, wait for them, and record how they run. Raises ComposeError where some do not."""
        before = state = readable(self.gather())
        if not is_due(state, self.options):
            return Result(state, changed=False, attempts=0)
        restarted = restart_unhealthy(self.docker, state)
        self._restore_policies(state)
        done, state, attempts = self._attempts(state)
        state.services.record(is_started=not state.services.pending)
        if state.services.pending:
            pending = f"Not running: {', '.join(state.services.pending)}."
            raise ComposeError(message(done) or pending, attempts=attempts, troubles=state.troubles)
        return Result(state, restarted or fingerprint(before) != fingerprint(state), attempts)

    def _restore_policies(self, state: State) -> None:
        if state.containers_with_stopped_policy:
            output(self.docker("update", "--restart", "always", *state.containers_with_stopped_policy))

    def _attempts(self, state: State) -> tuple[Done, State, int]:
        # At first all services, or all that have not completed; then those that do not run yet.
        names, is_all = state.services.changed, state.services.changed == state.config.needed
        for attempt in range(1, self.options.attempts + 1):
            done = self._attempt(names, is_all)
            state = readable(self.gather())
            names, is_all = state.services.pending, False
            if not names:
                break
            if attempt < self.options.attempts:
                self.sleep(self.options.pause)
        return done, state, attempt

    def _attempt(self, names: Sequence[str], is_all: bool) -> Done:
        if not names:
            return Done([], 0, "", "")
        if not is_all:
            # With dependencies: Compose compares them too, and the start below leaves them out.
            self.docker.compose("create", "--no-build", "--pull", self.options.pull, *self.options.services)
        return self._up(names, is_all, "--wait", "--wait-timeout", str(self.options.wait))

    def _up(self, names: Sequence[str], is_all: bool, *words: str) -> Done:
        up = ("up", "--detach", "--no-color", "--quiet-pull", "--no-build", "--pull", self.options.pull, *words)
        # Of all services, Compose finds the dependencies. Services that have completed it would run again.
        which = ("--", *self.options.services) if is_all else ("--no-deps", "--no-recreate", "--", *names)
        return self.docker.compose(*up, *which)


def fingerprint(state: State) -> list[tuple[str, str, str]]:
    """Return the values by which a started, recreated or updated container differs."""
    return [(container.id, container.started_at, container.policy) for container in state.containers]
