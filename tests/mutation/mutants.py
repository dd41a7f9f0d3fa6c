"""A role's mutants: its files, each with one task spoiled in one way."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Task = dict[str, Any]
LINE = "__line__"
# These only look, talk, or lead to other tasks, which are spoiled themselves.
LOOKERS = {"assert", "debug", "fail", "find", "import_role", "import_tasks", "include_role", "include_tasks"}
LOOKERS |= {"include_vars", "meta", "pause", "set_fact", "setup", "slurp", "stat", "uri", "wait_for"}
LOOKERS |= {"validate_role_variables"}
WIDER = {"0600": "0644", "0640": "0644", "0644": "0666", "0700": "0755", "0755": "0777"}


@dataclass(frozen=True)
class Mutant:
    """One file of a role (by its path there) as a mistake would leave it."""

    file: str
    line: int
    task: str
    change: str
    text: str
    # A task that says of itself that it changes nothing may do so all the same; so may a handler, which was called for.
    is_silent: bool

    def __str__(self) -> str:
        """Say where it is, and what is wrong there."""
        return f"{self.file}:{self.line} {self.task}: {self.change}"

    def is_exercised(self, outcomes: set[str]) -> bool:
        """Whether it can matter where the healthy task has had these outcomes."""
        if self.change == "skipped":
            return "changed" in outcomes or (self.is_silent and "ok" in outcomes)
        return bool(outcomes & {"changed", "ok"})


class _Loader(yaml.SafeLoader):
    """Notes each mapping's line, by which Ansible names a task."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        return {**super().construct_mapping(node, deep), LINE: node.start_mark.line + 1}


def _leaves(tasks: list[Task]) -> Iterator[Task]:
    for task in tasks:
        parts = [task[key] for key in ("block", "rescue", "always") if key in task]
        for part in parts:
            yield from _leaves(part)
        if not parts:
            yield task


def _without_lines(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_lines(inner) for key, inner in value.items() if key != LINE}
    return [_without_lines(inner) for inner in value] if isinstance(value, list) else value


def _parameters(arguments: Task) -> Iterator[tuple[str, Task]]:
    """Yield what may be wrong with a module's parameters, and how they look then."""
    for key, value in arguments.items():
        if key in ("mode", "directory_mode") and value in WIDER:
            yield f"{key}: {WIDER[value]}", {**arguments, key: WIDER[value]}
        # Root's files are root's: only another owner can be forgotten.
        elif key == "groups" or (key == "owner" and value != "root"):
            yield f"no {key}", {name: kept for name, kept in arguments.items() if name != key}
        elif (key, value) == ("state", "started"):
            yield "state: stopped", {**arguments, key: "stopped"}
        # Lists of packages are not state of the machine.
        elif value is True and key != "update_cache":
            yield f"{key}: false", {**arguments, key: False}


def _spoiled(task: Task) -> Iterator[tuple[str, Task]]:
    """Yield what may be wrong with a task, and how it looks then."""
    module = next(key for key in task if "." in key)
    # By this project's custom, what also runs in a check and never changes anything only looks.
    name = module.rpartition(".")[2]
    if (
        name in LOOKERS
        or name.endswith("_facts")
        or (task.get("check_mode"), task.get("changed_when")) == (False, False)
    ):
        return
    yield "skipped", {**task, "when": False}
    # A task with one parameter does nothing without it: skipped, once more.
    if isinstance(task[module], dict) and len(task[module].keys() - {LINE}) > 1:
        yield from ((change, {**task, module: arguments}) for change, arguments in _parameters(task[module]))


def mutants(role: Path) -> Iterator[Mutant]:
    """Yield all mutants of a role's tasks and handlers."""
    for file in [*sorted(role.glob("tasks/*.yml")), *sorted(role.glob("handlers/*.yml"))]:
        tree = yaml.load(file.read_text(), _Loader)  # noqa: S506 - a SafeLoader that counts lines
        for task in _leaves(tree):
            healthy = dict(task)
            silent = task.get("changed_when") is False or file.parent.name == "handlers"
            for change, spoiled in _spoiled(healthy):
                task.clear()
                task.update(spoiled)
                text = yaml.safe_dump(_without_lines(tree), sort_keys=False, width=1000)
                name = str(file.relative_to(role))
                yield Mutant(name, healthy[LINE], healthy["name"], change, text, silent)
            task.clear()
            task.update(healthy)
