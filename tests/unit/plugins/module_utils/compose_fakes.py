"""A project without Docker: answers to Docker's commands, and containers as Docker describes them."""

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ansible_collections.breakable.toy.plugins.module_utils.compose.config import Config
from ansible_collections.breakable.toy.plugins.module_utils.compose.containers import Container
from ansible_collections.breakable.toy.plugins.module_utils.compose.records import Records
from ansible_collections.breakable.toy.plugins.module_utils.compose.services import Services
from ansible_collections.breakable.toy.plugins.module_utils.compose.state import State

Done = subprocess.CompletedProcess[str]
Definitions = dict[str, dict[str, Any]]
WEB: Definitions = {"web": {"image": "web"}}
RUNNING = Container(
    **{"id": "1", "name": "/toy-web-1", "image": "sha256:1", "status": "running", "exit_code": 0},
    **{"oom_killed": False, "error": "", "started_at": "2026-12-01T00:00:00.123456789Z", "ports": {}, "memory": 0},
    **{"health": None, "checks": None, "service": "web", "policy": "no"},
)
ENDED = RUNNING._replace(status="exited")


def done(stdout: str = "", stderr: str = "", status: int = 0) -> Done:
    """Return a command's end."""
    return Done([], status, stdout, stderr)


class FakeDocker:
    """Answers each command whose words begin with a known text, and notes all commands.

    An answer is one end, or several in their order, of which the last one is repeated.
    """

    def __init__(self, folder: Path, answers: Mapping[str, Done | Sequence[Done]] | None = None) -> None:
        """Take the project's folder, and the answers."""
        self.folder = folder
        self.commands: list[str] = []
        self._answers = {text: self._repeated(answer) for text, answer in (answers or {}).items()}

    def __call__(self, *arguments: str) -> Done:
        """Answer a command; an unknown one succeeds without output."""
        command = " ".join(arguments)
        self.commands.append(command)
        return next((next(ends) for text, ends in self._answers.items() if command.startswith(text)), done())

    def compose(self, *arguments: str) -> Done:
        """Answer a command of Compose."""
        return self("compose", *arguments)

    @staticmethod
    def _repeated(answer: Done | Sequence[Done]) -> Iterator[Done]:
        ends = [answer] if isinstance(answer, subprocess.CompletedProcess) else list(answer)
        yield from ends
        while True:
            yield ends[-1]


def answers(*containers: Container, defined: Definitions = WEB, image: str = "sha256:1\n") -> dict[str, Done]:
    """Return Docker's answers about a project with these containers, one volume, and images of this id."""
    return {
        "compose --profile * config": done(json.dumps({"name": "toy", "services": defined})),
        "compose config --services": done("\n".join(defined)),
        "image inspect": done(image, status=0 if image else 1),
        "ps --all": done("\n".join(container.id for container in containers)),
        "inspect": done("\n".join(json.dumps(container._asdict()) for container in containers)),
        "volume ls": done("toy_data\n"),
        "volume inspect": done("toy_data 2026\n"),
    }


def config(defined: Definitions = WEB, wanted: Sequence[str] = (), active: Sequence[str] | None = None) -> Config:
    """Return a configuration; without active services, all are active."""
    text = json.dumps({"name": "toy", "services": defined})
    return Config(text, list(defined) if active is None else active, wanted)


def services(folder: Path, *containers: Container, image: str = "sha256:1\n", **defined: dict[str, Any]) -> Services:
    """Return services whose images exist, with these containers, and with the records in a folder."""
    made = config(defined or WEB)
    return Services(made, containers, dict.fromkeys(made.defined, image), Records(folder))


def state(
    folder: Path, *containers: Container, docker: FakeDocker | None = None, image: str = "sha256:1\n", **options: Any
) -> State:
    """Return a state with these containers; options are those of `config`, and tasks."""
    tasks = options.pop("tasks", ())
    made = State(docker or FakeDocker(folder), config(**options), Records(folder), tasks)
    made.__dict__["containers"] = list(containers)
    made.__dict__["images"] = dict.fromkeys(made.config.defined, image)
    return made
