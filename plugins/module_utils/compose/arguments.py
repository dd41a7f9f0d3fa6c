"""Arguments that the modules for Docker Compose share."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .docker import Docker
from .one_shot import OneShot
from .records import Records
from .run_once import Gather
from .state import gather

Spec = dict[str, dict[str, Any]]

PROJECT: Spec = {"project_src": {"type": "path", "required": True}, "owner": {"type": "str", "default": ""}}
RECORDS: Spec = {
    "state_dir": {"type": "path", "required": True},
    "services": {"type": "list", "elements": "str", "default": []},
}
TASK: Spec = {
    "service": {"type": "str", "required": True},
    "changed_pattern": {"type": "str", "required": True},
    "watch": {"type": "list", "elements": "path", "default": []},
}
TASKS: Spec = {"tasks": {"type": "list", "elements": "dict", "default": [], "options": TASK}}
BUILD: Spec = {"retries": {"type": "int", "default": 2}, "delay": {"type": "int", "default": 5}}


def docker(params: Mapping[str, Any]) -> Docker:
    """Return Docker in the project's folder. Raises ComposeError for an owner who does not exist."""
    return Docker(Path(params["project_src"]), params["owner"])


def records(params: Mapping[str, Any]) -> Records:
    """Return the project's records."""
    return Records(Path(params["state_dir"]))


def one_shots(params: Mapping[str, Any]) -> list[OneShot]:
    """Return the one-shot tasks."""
    tasks = params.get("tasks") or []
    return [OneShot(task["service"], task["changed_pattern"], tuple(task["watch"])) for task in tasks]


def gatherer(docker: Docker, params: Mapping[str, Any]) -> Gather:
    """Return a function that gathers the project's state."""
    return lambda: gather(docker, records(params), params["services"], one_shots(params))
