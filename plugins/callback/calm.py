"""Ansible's default output with the reason of a failure once, at the end."""

from __future__ import annotations

DOCUMENTATION = """
name: calm
type: stdout
short_description: Default output with the reason of a failure once, at the end
description:
  - Works as P(ansible.builtin.default#callback), but prints the message of a failed
    M(ansible.builtin.fail), M(ansible.builtin.assert) or M(breakable.toy.validate_role_variables) after the recap and
    nowhere else.
  - Announces other tasks when they start, if skipped tasks are hidden.
extends_documentation_fragment:
  - default_callback
  - result_format_callback
requirements:
  - set as stdout in the configuration
"""

from typing import Any

from ansible.plugins.callback.default import CallbackModule as Default

# Their message is written for a person.
WITH_REASON = ("fail", "assert", "validate_role_variables")


class CallbackModule(Default):  # type: ignore[misc] # ansible ships no types
    """The default callback, but for failures that a role has written for a person."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "breakable.toy.calm"

    def __init__(self) -> None:
        """Begin with no failure."""
        super().__init__()
        # By host. Of a block and its rescue, the later reason counts.
        self._reasons: dict[str, str] = {}

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        """Keep the reason for the end; other failures have details that the default shows."""
        reason = result.result.get("msg", "")
        if ignore_errors or self._display.verbosity or result.task.action.rpartition(".")[2] not in WITH_REASON:
            super().v2_runner_on_failed(result, ignore_errors)
            return
        if self._last_task_banner != result.task._uuid:
            self._print_task_banner(result.task)
        self._display.display(f"fatal: [{result.host.get_name()}]: FAILED! (the reason comes last)", color="red")
        self._reasons[result.host.get_name()] = reason.rstrip().replace("\n", "\n  ")

    def _task_start(self, task: Any, prefix: str | None = None) -> None:
        """Announce a task at once that cannot be skipped: the default waits where skipped tasks are hidden."""
        super()._task_start(task, prefix)
        if not task.when and self._last_task_banner != task._uuid:
            self._print_task_banner(task)

    def v2_playbook_on_stats(self, stats: Any) -> None:
        """Print the recap, then the reasons."""
        super().v2_playbook_on_stats(stats)
        for host, reason in self._reasons.items():
            if stats.failures.get(host):
                self._display.display(f"✗ {reason}", color="red")
