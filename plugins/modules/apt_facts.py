#!/usr/bin/python
"""Gather the pending work of apt and dpkg."""

from __future__ import annotations

DOCUMENTATION = r"""
module: apt_facts
short_description: Gather facts about pending work of apt and dpkg
version_added: "0.2.0"
description:
  - Returns facts that decide whether apt has to run at all, which takes a second or more even where nothing changes.
  - Needs no Python library of apt.
options:
  packages:
    description: Names of packages to look for. A name with a version, a pattern or an architecture counts as missing.
    type: list
    elements: str
    default: []
extends_documentation_fragment:
  - breakable.toy.facts
author:
  - Azavea (@azavea)
"""

EXAMPLES = r"""
- name: Gather apt facts
  breakable.toy.apt_facts:
    packages: [curl, git]

- name: Finish an interrupted installation
  ansible.builtin.command: dpkg --configure -a
  when: ansible_facts.apt.is_interrupted
"""

RETURN = r"""
ansible_facts:
  description: The facts.
  returned: always
  type: dict
  contains:
    apt:
      description: Pending work of apt and dpkg.
      returned: always
      type: dict
      contains:
        missing_packages:
          description: Those of O(packages) that are not installed.
          type: list
          elements: str
          returned: always
        is_interrupted:
          description: Whether dpkg has to finish an installation.
          type: bool
          returned: always
        is_locked:
          description: Whether another program holds dpkg's lock.
          type: bool
          returned: always
        lists_missing:
          description: Whether apt has yet to read one of its sources.
          type: bool
          returned: always
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.breakable.toy.plugins.module_utils import apt
from ansible_collections.breakable.toy.plugins.module_utils.programs import ROOT_NEEDED, is_root, stdout_of


def main() -> None:
    """Gather and return."""
    packages = {"type": "list", "elements": "str", "default": []}
    module = AnsibleModule(argument_spec={"packages": packages}, supports_check_mode=True)
    if not is_root():
        module.fail_json(msg=ROOT_NEEDED)
    facts = {
        "missing_packages": apt.missing_packages(module.params["packages"], stdout_of),
        "is_interrupted": apt.is_interrupted(stdout_of),
        "is_locked": apt.is_locked(),
        "lists_missing": apt.lists_missing(stdout_of),
    }
    module.exit_json(ansible_facts={"apt": facts})


if __name__ == "__main__":
    main()
