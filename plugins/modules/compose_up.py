#!/usr/bin/python
"""Start a Compose project and wait until it is healthy."""

from __future__ import annotations

DOCUMENTATION = r"""
module: compose_up
short_description: Start the services of a Docker Compose project and wait for their health
version_added: "0.2.0"
description:
  - Starts the services of a project and waits until each runs, healthy where it has a check, or has completed - ended
    with status 0, without restart policy, health check or published port. Fails where one does neither.
  - Compose gives up at once on a service that is unhealthy now. This module asks again, for the services that do not
    run yet, in several attempts.
  - Asks Compose only after a change. It records the configuration, the images and the containers of a start; as long as
    they are the same, nothing is done.
  - A service that has completed runs again only when its image or its definition has changed.
  - Containers that are unhealthy or paused, which Compose would leave as they are, are restarted.
extends_documentation_fragment:
  - breakable.toy.compose
  - breakable.toy.compose.records
options:
  pull:
    description: The images to get from their registry. With V(always), Compose is asked each time. Nothing is built.
    type: str
    choices: [always, missing, never]
    default: missing
  wait_timeout:
    description: The time to wait for services that are starting, in seconds, over all attempts.
    type: int
    default: 600
  attempts:
    description: The number of starts, with pauses of at most eight seconds between them.
    type: int
    default: 4
attributes:
  check_mode:
    description: Reports the answer of C(docker compose --dry-run up).
    support: full
  diff_mode:
    description: Has no differences to show.
    support: none
seealso:
  - module: community.docker.docker_compose_v2
    description: Starts a project in one attempt; services that have completed run again each time.
"""

EXAMPLES = r"""
- name: Start the project
  breakable.toy.compose_up:
    project_src: /srv/project
    owner: deploy
    state_dir: /var/lib/compose/project
    wait_timeout: 120
"""

RETURN = r"""
attempts:
  description: The number of starts; 0 where nothing was to be done.
  returned: always, except in check mode
  type: int
troubles:
  description: A line for each missing image and each failed container, with the cause.
  returned: failure
  type: list
  elements: str
  sample: ["The service web has ended with status 3"]
"""

import time

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.breakable.toy.plugins.module_utils.compose.arguments import PROJECT, RECORDS, docker, gatherer
from ansible_collections.breakable.toy.plugins.module_utils.compose.docker import ComposeError
from ansible_collections.breakable.toy.plugins.module_utils.compose.up import Options, Up

OPTIONS = {
    "pull": {"type": "str", "choices": ["always", "missing", "never"], "default": "missing"},
    "wait_timeout": {"type": "int", "default": 600},
    "attempts": {"type": "int", "default": 4},
}


def main() -> None:
    """Compare, start, wait, record, report."""
    module = AnsibleModule(argument_spec={**PROJECT, **RECORDS, **OPTIONS}, supports_check_mode=True)
    params = module.params
    if params["attempts"] < 1:
        module.fail_json(msg=f"Invalid attempts: {params['attempts']} (expected 1 or more).")
    options = Options(params["services"], params["pull"], params["wait_timeout"], params["attempts"])
    try:
        project = docker(params)
        up = Up(project, gatherer(project, params), options, time.sleep)
        if module.check_mode:
            module.exit_json(changed=up.would_change())
        result = up.start()
    except ComposeError as error:
        module.fail_json(msg=str(error), **error.details)
    except OSError as error:
        module.fail_json(msg=f"{params['project_src']} was not started: {error}")
    module.exit_json(changed=result.changed, attempts=result.attempts)


if __name__ == "__main__":
    main()
