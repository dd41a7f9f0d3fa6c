"""A project's configuration as Compose reads it: services, dependencies, images, restart policies."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from .docker import ComposeError, Docker, Done

ALWAYS = ("always", "unless-stopped")


class Config:
    """The configuration of a project that Compose can read."""

    def __init__(self, text: str, active: Iterable[str], wanted: Sequence[str]) -> None:
        """Take the configuration as Compose prints it, the services that it would start by itself, and the wanted ones.

        Without wanted services, those that Compose would start are wanted: of no profile, or of an active one.
        """
        self.text, self.wanted = text, wanted
        data = json.loads(text)
        self.project: str = data["name"]
        self.defined: dict[str, dict[str, Any]] = data["services"]
        # An optional dependency whose profile is inactive does not start.
        self.active = {*active, *wanted}
        # In the project's order: Compose lists services in another order each time.
        self.services = [name for name in self.defined if name in (wanted or self.active)]
        self.needed = self.with_dependencies(self.services)

    def with_dependencies(self, names: Iterable[str]) -> list[str]:
        """Return services and all their dependencies, in the project's order."""
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

    def unknown(self, option: str, names: Iterable[str]) -> list[str]:
        """Return a message for each of these services that the project does not have."""
        known = ", ".join(self.defined)
        return [
            f"It has no service {name}, which {option} names; it has {known}."
            for name in names
            if name not in self.defined
        ]

    def image(self, name: str) -> str:
        """Return the name of a service's image."""
        return str(self.defined[name].get("image", f"{self.project}-{name}"))

    def has_build(self, name: str) -> bool:
        """Return whether Compose can build a service's image."""
        return bool(self.defined[name].get("build"))

    def restart_policy(self, name: str) -> str:
        """Return the restart policy of a service; "no" is the default."""
        return str(self.defined[name].get("restart", "no"))

    def restarts_at_boot(self, name: str) -> bool:
        """Return whether Docker starts a service again at boot."""
        return self.restart_policy(name) in ALWAYS

    def has_no_replicas(self, name: str) -> bool:
        """Return whether a service is to have no container."""
        service = self.defined[name]
        return 0 in (service.get("scale"), (service.get("deploy") or {}).get("replicas"))


def read(docker: Docker, wanted: Sequence[str]) -> Config:
    """Return a project's configuration. Raises ComposeError with Compose's message where it cannot be read."""
    questions = (("--profile", "*", "config", "--format", "json"), ("config", "--services"))
    with ThreadPoolExecutor() as pool:
        text, active = pool.map(lambda words: docker("compose", *words), questions)
    # The services that Compose would start do not matter where services are named.
    answers: tuple[Done, ...] = (text,) if wanted else (text, active)
    for answer in answers:
        if answer.returncode:
            reason = answer.stderr or f"status {answer.returncode}"
            raise ComposeError(f"Compose cannot read it: {reason}")
    return Config(text.stdout, active.stdout.split(), wanted)
