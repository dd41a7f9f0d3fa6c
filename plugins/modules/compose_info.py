#!/usr/bin/python
"""Gather the state of a Compose project."""

from __future__ import annotations

DOCUMENTATION = r"""
module: compose_info
short_description: Gather the state of a Docker Compose project
version_added: "0.2.0"
description:
  - Gathers which services of a project run, which images are missing, and which one-shot tasks have to run.
  - A service has completed when it ended with status 0 and has no restart policy, health check or published port.
  - Does not fail for a project that Compose cannot read; see RV(errors).
extends_documentation_fragment:
  - breakable.toy.compose
  - breakable.toy.compose.records
  - breakable.toy.compose.tasks
options:
  troubles:
    description: Whether to return RV(troubles), which asks Docker for the events of each failed container.
    type: bool
    default: false
attributes:
  check_mode:
    description: Changes nothing.
    support: full
  diff_mode:
    description: Has no differences to show.
    support: none
"""

EXAMPLES = r"""
- name: Gather the project's state
  breakable.toy.compose_info:
    project_src: /srv/project
    owner: deploy
    state_dir: /var/lib/compose/project
  register: project

- name: Assert that all services run
  ansible.builtin.assert:
    that: project.pending_services | length == 0
"""

RETURN = r"""
errors:
  description:
    - Compose's message about a project that it cannot read; services that are named and not defined; watched paths that
      cannot be read. The other values are empty where Compose cannot read the project.
  returned: always
  type: list
  elements: str
services:
  description: The services to start, in the project's order.
  returned: always
  type: list
  elements: str
services_without_restart_policy:
  description:
    - Services, with their dependencies, that Docker does not start again at boot, without those that have completed.
  returned: always
  type: list
  elements: str
services_to_build:
  description: Services and tasks, with their dependencies, that have C(build).
  returned: always
  type: list
  elements: str
services_not_built:
  description: Those of RV(services_to_build) whose image is missing.
  returned: always
  type: list
  elements: str
missing_images:
  description: The images of services, with their dependencies, that are missing on the machine.
  returned: always
  type: list
  elements: str
containers_with_stopped_policy:
  description: The ids of containers that Docker is to restart always, but does not since the project was stopped.
  returned: always
  type: list
  elements: str
unhealthy_containers:
  description: The ids of containers that are unhealthy or paused. Compose would leave them as they are.
  returned: always
  type: list
  elements: str
pending_services:
  description: Services, with their dependencies, that neither run (healthy where there is a check) nor have completed.
  returned: always
  type: list
  elements: str
pending_tasks:
  description: The services of the tasks that have to run.
  returned: always
  type: list
  elements: str
is_started:
  description: Whether all services run as M(breakable.toy.compose_up) has recorded them.
  returned: always
  type: bool
troubles:
  description: A line for each missing image and each failed container, with the cause.
  returned: when O(troubles=true)
  type: list
  elements: str
  sample: ["The service web is unhealthy. Its health check ended with status 7 and said: no table"]
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.breakable.toy.plugins.module_utils.compose.arguments import (
    PROJECT,
    RECORDS,
    TASKS,
    docker,
    gatherer,
)
from ansible_collections.breakable.toy.plugins.module_utils.compose.docker import ComposeError
from ansible_collections.breakable.toy.plugins.module_utils.compose.state import EMPTY


def result(params: dict[str, Any]) -> dict[str, Any]:
    """Return the state, or an empty one with the reason."""
    wanted: dict[str, list[str]] = {"troubles": []} if params["troubles"] else {}
    try:
        state = gatherer(docker(params), params)()
        found = {"errors": state.errors, **state.summary()}
        return {**found, "troubles": state.troubles} if params["troubles"] else found
    except ComposeError as error:
        return {"errors": [str(error)], **EMPTY, **wanted}


def main() -> None:
    """Gather and report."""
    spec = {**PROJECT, **RECORDS, **TASKS, "troubles": {"type": "bool", "default": False}}
    module = AnsibleModule(argument_spec=spec, supports_check_mode=True)
    try:
        module.exit_json(changed=False, **result(module.params))
    except OSError as error:
        module.fail_json(msg=f"The state of {module.params['project_src']} is unknown: {error}")


if __name__ == "__main__":
    main()
