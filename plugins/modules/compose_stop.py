#!/usr/bin/python
"""Stop a Compose project, also for the next boot."""

from __future__ import annotations

DOCUMENTATION = r"""
module: compose_stop
short_description: Stop the services of a Docker Compose project, so that they stay stopped at boot
version_added: "0.2.0"
description:
  - Stops the containers of a project, of all profiles. Containers and volumes stay.
  - Docker starts containers of the restart policy C(always) whenever it starts itself; they get C(unless-stopped), and
    M(breakable.toy.compose_up) gives them their own policy again.
  - Records the containers that ran. They have not completed, so M(breakable.toy.compose_up) starts them.
extends_documentation_fragment:
  - breakable.toy.compose
options:
  state_dir:
    description: The folder of this project's records, which is created where it is missing. Only root writes there.
    type: path
    required: true
attributes:
  check_mode:
    description: Reports the changes and makes none.
    support: full
  diff_mode:
    description: Has no differences to show.
    support: none
seealso:
  - module: community.docker.docker_compose_v2
    description: With O(community.docker.docker_compose_v2#module:state=stopped), first creates missing containers.
"""

EXAMPLES = r"""
- name: Stop the project
  breakable.toy.compose_stop:
    project_src: /srv/project
    owner: deploy
    state_dir: /var/lib/compose/project
"""

RETURN = r"""
containers:
  description: The names of the containers that ran.
  returned: success
  type: list
  elements: str
  sample: [project-web-1]
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.breakable.toy.plugins.module_utils.compose.arguments import PROJECT, RECORDS, docker, records
from ansible_collections.breakable.toy.plugins.module_utils.compose.docker import ComposeError
from ansible_collections.breakable.toy.plugins.module_utils.compose.stop import plan, stop


def main() -> None:
    """Compare, stop, record, report."""
    module = AnsibleModule(
        argument_spec={**PROJECT, "state_dir": RECORDS["state_dir"]},
        supports_check_mode=True,
    )
    try:
        project = docker(module.params)
        planned = plan(project)
        if not module.check_mode:
            stop(project, records(module.params), planned)
    except ComposeError as error:
        module.fail_json(msg=str(error), **error.details)
    except OSError as error:
        module.fail_json(msg=f"{module.params['project_src']} was not stopped: {error}")
    module.exit_json(changed=planned.is_due, containers=planned.running)


if __name__ == "__main__":
    main()
