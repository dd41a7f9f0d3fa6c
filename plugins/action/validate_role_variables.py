"""Check the types of a role's variables on the controller, before a machine is touched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible_collections.breakable.toy.plugins.module_utils.role_variables import message, mismatches


class ActionModule(ActionBase):  # type: ignore[misc] # ansible ships no types
    """Compares the values of a role's variables with its argument specification."""

    _requires_connection = False
    _VALID_ARGS = frozenset({"entry_point"})

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Fail with the names of the variables whose values have another type."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        variables = task_vars or {}
        if "role_path" not in variables:
            raise AnsibleActionFail("validate_role_variables checks a role's variables. Call it in a role's tasks.")
        options = self._options(Path(variables["role_path"]))
        values = self._templar.template({name: variables[name] for name in options if name in variables})
        if found := list(mismatches(options, values)):
            return {**result, "failed": True, "msg": message(options, found), "mismatches": found}
        return {**result, "changed": False, "mismatches": []}

    def _options(self, role: Path) -> dict[str, Any]:
        file = role / "meta/argument_specs.yml"
        entry_point = self._task.args.get("entry_point", "main")
        try:
            specifications = yaml.safe_load(file.read_text())["argument_specs"]
            return specifications[entry_point].get("options") or {}
        except (OSError, KeyError) as error:
            raise AnsibleActionFail(f"No specification {entry_point} in {file}: {error}.") from error
