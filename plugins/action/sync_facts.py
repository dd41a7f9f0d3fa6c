"""The controller's part of sync_facts: lists the files of the source."""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase
from ansible_collections.breakable.toy.plugins.module_utils.sync import source_files


class ActionModule(ActionBase):  # type: ignore[misc] # ansible ships no types
    """Hands the module the list of the source's files."""

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """List here, compare on the machine."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        arguments = dict(self._task.args)
        if source := arguments.get("source"):
            arguments["source_files"] = source_files(source, arguments.get("excludes") or [])
        arguments["source"] = source or ""
        result.update(self._execute_module("breakable.toy.sync_facts", module_args=arguments, task_vars=task_vars))
        return result
