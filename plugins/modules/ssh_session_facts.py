#!/usr/bin/python
"""Gather the SSH session that Ansible works in."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ssh_session_facts
short_description: Gather facts about the SSH session that Ansible works in
version_added: "0.2.0"
description:
  - Returns the user who is logged in by SSH, and the method and key by which sshd has let the user in.
  - With them a playbook can refuse a change of sshd's configuration that would lock out Ansible itself.
  - Needs root, since sshd's journal is closed to other users.
extends_documentation_fragment:
  - breakable.toy.facts
author:
  - Azavea (@azavea)
"""

EXAMPLES = r"""
- name: Gather facts about the SSH session
  breakable.toy.ssh_session_facts:

- name: Assert that the login is by key
  ansible.builtin.assert:
    that: ansible_facts.ssh_session.method in ['', 'publickey']
"""

RETURN = r"""
ansible_facts:
  description: The facts.
  returned: always
  type: dict
  contains:
    ssh_session:
      description: The session.
      returned: always
      type: dict
      contains:
        uid:
          description: The number of the logged-in user; null for a connection without SSH.
          type: int
          returned: always
          sample: 1000
        method:
          description: The method by sshd's name; empty where the journal has no entry.
          type: str
          returned: always
          sample: publickey
        fingerprint:
          description: The fingerprint of the key; empty for other methods.
          type: str
          returned: always
          sample: SHA256:KJFH9T6zCAjYfqVVBuHpMMHQpKDyVXUBYGcVqNGRZVA
"""

import os
from dataclasses import asdict

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.breakable.toy.plugins.module_utils.programs import ROOT_NEEDED, is_root, stdout_of
from ansible_collections.breakable.toy.plugins.module_utils.ssh import session


def main() -> None:
    """Gather and return."""
    module = AnsibleModule(argument_spec={}, supports_check_mode=True)
    if not is_root():
        module.fail_json(msg=ROOT_NEEDED)
    module.exit_json(ansible_facts={"ssh_session": asdict(session(os.getppid(), stdout_of))})


if __name__ == "__main__":
    main()
