"""Services of a project with their containers: which run, which have completed, which are to be started."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from .config import Config
from .containers import Container
from .records import STARTED, STOPPED, Records


def digest(*parts: Any) -> str:
    """Return a digest of values that can be written as JSON."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


class Services:
    """The services that are wanted, with their dependencies, and the records of their last start and stop.

    A service has completed when its containers have ended with status 0 and were not meant to keep running.
    """

    def __init__(
        self, config: Config, containers: Sequence[Container], images: Mapping[str, str], records: Records
    ) -> None:
        """Take the configuration, the project's containers, the ids of the images by service, and the records."""
        self.config, self.containers, self.images, self.records = config, containers, images, records

    @property
    def changed(self) -> list[str]:
        """All services but those that have completed, and are defined as they were then."""
        return [name for name in self.config.needed if not (self.has_completed(name) and self._is_recorded(name))]

    @property
    def pending(self) -> list[str]:
        """Services that neither run, healthy where there is a check, nor have completed."""
        return [name for name in self.config.needed if not self._has_containers(name) or self.failing(name)]

    @property
    def is_started(self) -> bool:
        """Whether all services run as they did when they were recorded."""
        # A recorded service may have been about to end.
        return not self.pending and self.records.read(STARTED).partition("\n")[0] == self._running

    def record(self, is_started: bool) -> None:
        """Record the definitions of the services, and that they run as they do."""
        definitions = json.dumps({name: self._entry(name) for name in self.config.needed})
        self.records.write(STARTED, f"{self._running if is_started else ''}\n{definitions}")

    def containers_of(self, name: str) -> list[Container]:
        """Return the containers of a service."""
        return [container for container in self.containers if container.service == name]

    def failing(self, name: str) -> list[Container]:
        """Return the containers of a service that neither run nor have completed."""
        return [one for one in self.containers_of(name) if not (one.is_up or self._completed(one))]

    def has_completed(self, name: str) -> bool:
        """Return whether all containers of a service have completed."""
        return bool(self.containers_of(name)) and all(map(self._completed, self.containers_of(name)))

    def _has_containers(self, name: str) -> bool:
        return bool(self.containers_of(name)) or self.config.has_no_replicas(name)

    def _completed(self, container: Container) -> bool:
        return container.has_succeeded and not self._was_stopped(container)

    def _was_stopped(self, container: Container) -> bool:
        """Return whether the project was stopped since the container started."""
        if container.name.removeprefix("/") not in self.records.read(STOPPED).split():
            return False
        # Docker's nanoseconds are too fine for Python.
        return datetime.fromisoformat(f"{container.started_at[:19]}+00:00") < self.records.written_at(STOPPED)

    @cached_property
    def _running(self) -> str:
        """A digest of the configuration, the wanted services, the images and the containers."""
        containers = [container.lasting for container in self.containers]
        return digest(self.config.text, self.config.services, self.images, containers)

    @cached_property
    def _recorded(self) -> dict[str, list[Any]]:
        return dict(json.loads(self.records.read(STARTED).partition("\n")[2] or "{}"))

    def _is_recorded(self, name: str) -> bool:
        return bool(self._recorded.get(name, [""])[0] == self._definition(name))

    def _entry(self, name: str) -> list[Any]:
        started = [container.started_at for container in self.containers_of(name)]
        # If another service failed first, Compose has not started this one again: its old definition runs.
        if self._recorded.get(name, [""])[-1] == started:
            return self._recorded[name]
        return [self._definition(name), started]

    def _definition(self, name: str) -> str:
        return digest(self.config.defined[name], self.images[name])
