"""The state of a project: what runs, what is missing, what has to be done."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from . import config as configuration
from .config import Config
from .containers import Container, containers, memory_trouble
from .docker import Docker
from .images import service_images
from .one_shot import OneShot, inputs, is_pending, unreadable, volumes
from .records import Records
from .services import Services

# The state of a project that Compose cannot read; an error is added.
EMPTY: dict[str, Any] = {
    "services": [],
    "services_without_restart_policy": [],
    "services_to_build": [],
    "services_not_built": [],
    "missing_images": [],
    "containers_with_stopped_policy": [],
    "unhealthy_containers": [],
    "pending_services": [],
    "pending_tasks": [],
    "is_started": False,
}


class State:
    """The state of a project that Compose can read. Docker and the disk are asked once for each value."""

    def __init__(self, docker: Docker, config: Config, records: Records, tasks: Sequence[OneShot] = ()) -> None:
        """Take the configuration, the records of earlier runs, and the one-shot tasks."""
        self.docker, self.config, self.records = docker, config, records
        self.named_tasks = [task.service for task in tasks]
        self.tasks = [task for task in tasks if task.service in config.defined]

    @cached_property
    def containers(self) -> list[Container]:
        """The containers of the project's services."""
        return containers(self.docker, self.config.project)

    @cached_property
    def images(self) -> dict[str, str]:
        """The id of each service's image; "" where it is missing."""
        return service_images(self.docker, self.config)

    @cached_property
    def services(self) -> Services:
        """The services with their containers."""
        return Services(self.config, self.containers, self.images, self.records)

    @cached_property
    def volumes(self) -> str:
        """A line for each volume."""
        return volumes(self.docker, self.config.project)

    @cached_property
    def errors(self) -> list[str]:
        """Services that are named and not defined, and watched paths that cannot be read."""
        unread = [message for task in self.tasks for message in unreadable(task, self.docker.folder)]
        unknown = self.config.unknown("services", self.config.wanted) + self.config.unknown("tasks", self.named_tasks)
        return [*unknown, *unread]

    @property
    def services_without_restart_policy(self) -> list[str]:
        """Services that Docker does not start again at boot; not those that run to their end."""
        needed = [name for name in self.config.needed if name not in self.named_tasks]
        return [
            name for name in needed if not (self.config.restarts_at_boot(name) or self.services.has_completed(name))
        ]

    @property
    def services_to_build(self) -> list[str]:
        """Services and tasks, with their dependencies, whose images Compose can build."""
        names = {*self.config.needed, *self.config.with_dependencies(task.service for task in self.tasks)}
        return [name for name in self.config.defined if name in names and self.config.has_build(name)]

    @property
    def services_not_built(self) -> list[str]:
        """Those whose image is missing."""
        return [name for name in self.services_to_build if not self.images[name]]

    @property
    def missing_images(self) -> list[str]:
        """The images of services, with their dependencies, that are missing."""
        return [self.config.image(name) for name in self.config.needed if not self.images[name]]

    @property
    def unhealthy_containers(self) -> list[str]:
        """The ids of containers that are unhealthy or paused."""
        return [one.id for one in self.containers if one.service in self.config.needed and one.is_unhealthy]

    @property
    def containers_with_stopped_policy(self) -> list[str]:
        """The ids of containers that Docker is to restart always, and does not, since the project was stopped."""
        always = [name for name in self.config.services if self.config.restart_policy(name) == "always"]
        return [one.id for one in self.containers if one.policy == "unless-stopped" and one.service in always]

    @cached_property
    def pending_tasks(self) -> dict[str, str]:
        """The digest of the inputs of each task that has to run, by its service."""
        folder, images = self.docker.folder, self.images
        new = {task.service: inputs(task, folder, self.config, images[task.service]) for task in self.tasks}
        return {name: text for name, text in new.items() if is_pending(self.records.read(name), text, self.volumes)}

    @property
    def troubles(self) -> list[str]:
        """A line for each missing image and each container that is the reason why a service is pending."""
        missing = [
            f"The image {self.config.image(name)} of the service {name} is not on this machine."
            for name in self.config.needed
            if not self.images[name]
        ]
        failing = [container for name in self.services.pending for container in self.services.failing(name)]
        # The containers that wait for another one come last.
        failing.sort(key=lambda container: container.is_waiting)
        return [*missing, *(one.trouble(memory_trouble(self.docker, one)) for one in failing)]

    def summary(self) -> dict[str, Any]:
        """Return the values of EMPTY for this project."""
        own = {name: getattr(self, name) for name in EMPTY if hasattr(type(self), name)}
        return {
            **own,
            "services": self.config.services,
            "pending_services": self.services.pending,
            "pending_tasks": list(self.pending_tasks),
            "is_started": self.services.is_started,
        }


def gather(docker: Docker, records: Records, services: Sequence[str], tasks: Sequence[OneShot] = ()) -> State:
    """Return the state of a project. Raises ComposeError where Compose cannot read the project."""
    return State(docker, configuration.read(docker, services), records, tasks)
