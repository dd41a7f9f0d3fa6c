#!/usr/bin/python
"""Gather what a Compose project needs of a machine."""

from __future__ import annotations

DOCUMENTATION = r"""
module: compose_host_facts
short_description: Gather facts about Docker Compose, a project's folder and its owner
version_added: "0.2.0"
description:
  - Gathers, before anything is changed, what a Compose project needs of a machine. Fails for no missing part.
options:
  project_src:
    description: The folder of the project, which may be missing.
    type: path
    required: true
  owner:
    description: The user who is to run the project.
    type: str
    required: true
attributes:
  check_mode:
    description: Changes nothing.
    support: full
  diff_mode:
    description: Has no differences to show.
    support: none
notes:
  - Needs root.
author:
  - Azavea (@azavea)
"""

EXAMPLES = r"""
- name: Gather facts about Compose
  breakable.toy.compose_host_facts:
    project_src: /srv/project
    owner: deploy

- name: Assert that Compose is installed
  ansible.builtin.assert:
    that: ansible_facts.compose_host.version is version('2.20', '>=')
"""

RETURN = r"""
ansible_facts:
  description: The facts.
  returned: always
  type: dict
  contains:
    compose_host:
      description: What a project needs.
      type: dict
      contains:
        version:
          description: The version of Compose; empty where there is none.
          type: str
        error:
          description: The message of the machine instead of a version.
          type: str
        has_project:
          description: Whether the folder holds a Compose file.
          type: bool
        dotenv_error:
          description: The place of a mistake in C(.env), without the line, which may hold a secret; empty for none.
          type: str
        owner_uid:
          description: The number of the owner; null where the user does not exist.
          type: int
        owner_gid:
          description: The number of the owner's group; null where the user does not exist.
          type: int
        images:
          description: A line with name and id for each image that has a name, sorted.
          type: list
          elements: str
          sample: ["debian:trixie-slim sha256:0123"]
"""

import os
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.breakable.toy.plugins.module_utils.compose.docker import ROOT_NEEDED
from ansible_collections.breakable.toy.plugins.module_utils.compose.host import facts


def main() -> None:
    """Gather and report."""
    module = AnsibleModule(
        argument_spec={"project_src": {"type": "path", "required": True}, "owner": {"type": "str", "required": True}},
        supports_check_mode=True,
    )
    if os.geteuid() != 0:
        module.fail_json(msg=ROOT_NEEDED)
    found = facts(Path(module.params["project_src"]), module.params["owner"])
    module.exit_json(ansible_facts={"compose_host": found})


if __name__ == "__main__":
    main()
