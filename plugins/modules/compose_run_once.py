#!/usr/bin/python
"""Run one-shot services of a Compose project after a change."""

from __future__ import annotations

DOCUMENTATION = r"""
module: compose_run_once
short_description: Run one-shot services of a Docker Compose project only after a change
version_added: "0.2.0"
description:
  - Runs services such as migrations with C(docker compose run --rm), in the given order. Each runs at its first time,
    and again when the project's configuration, its image or a watched file has changed, or when a volume of its last
    run is gone.
  - Records the inputs of each successful run as they were before it, so that no edit during a run is lost.
  - Compose starts the dependencies of a task and waits for them. Containers that are unhealthy or paused, which Compose
    would leave as they are, are restarted first.
  - The first task that fails ends the module; the tasks before it stay recorded.
extends_documentation_fragment:
  - breakable.toy.compose
  - breakable.toy.compose.records
  - breakable.toy.compose.tasks
attributes:
  check_mode:
    description: Changes nothing.
    support: partial
    details: Reports a change where a task would run, as only the task knows whether it changes something.
  diff_mode:
    description: Has no differences to show.
    support: none
seealso:
  - module: community.docker.docker_compose_v2_run
    description: Runs a command each time, and always reports a change.
"""

EXAMPLES = r"""
- name: Apply migrations
  breakable.toy.compose_run_once:
    project_src: /srv/project
    owner: deploy
    state_dir: /var/lib/compose/project
    tasks:
      - service: migrate
        changed_pattern: Applying
        watch: [app/migrations]
"""

RETURN = r"""
ran:
  description: The services of the tasks that ran, or would run in check mode.
  returned: success
  type: list
  elements: str
  sample: [migrate]
rc:
  description: The status of the task that failed.
  returned: failure of a task
  type: int
stdout:
  description: The standard output of the task that failed.
  returned: failure of a task
  type: str
stderr:
  description: The standard error of the task that failed.
  returned: failure of a task
  type: str
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.breakable.toy.plugins.module_utils.compose.arguments import (
    PROJECT,
    RECORDS,
    TASKS,
    docker,
    gatherer,
    one_shots,
    records,
)
from ansible_collections.breakable.toy.plugins.module_utils.compose.docker import ComposeError
from ansible_collections.breakable.toy.plugins.module_utils.compose.run_once import Outcome, readable, run_pending


def main() -> None:
    """Compare, run, record, report."""
    module = AnsibleModule(argument_spec={**PROJECT, **RECORDS, **TASKS}, supports_check_mode=True)
    params = module.params
    try:
        project = docker(params)
        gather = gatherer(project, params)
        if module.check_mode:
            pending = list(readable(gather()).pending_tasks)
            outcome = Outcome(bool(pending), pending)
        else:
            outcome = run_pending(project, gather, records(params), one_shots(params))
    except ComposeError as error:
        module.fail_json(msg=str(error), **error.details)
    except OSError as error:
        module.fail_json(msg=f"The tasks of {params['project_src']} did not run: {error}")
    module.exit_json(changed=outcome.changed, ran=outcome.ran)


if __name__ == "__main__":
    main()
