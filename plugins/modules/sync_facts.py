#!/usr/bin/python
"""Gather a synced folder's state, and the losses of the next sync."""

from __future__ import annotations

DOCUMENTATION = r"""
module: sync_facts
short_description: Gather facts about a folder that is synced by rsync
version_added: "0.2.0"
description:
  - Returns the folder's file system, a file of another owner, rsync's version, and the files that the next sync from
    the controller would overwrite or delete.
  - Needs root, since all files of the folder are read.
options:
  path:
    description: The folder on the machine.
    type: path
    required: true
  owner:
    description: The user that owns the folder.
    type: str
    required: true
  source:
    description: The folder on the controller. Empty to compare nothing.
    type: str
    default: ""
  excludes:
    description: Paths in the folder that the sync leaves out.
    type: list
    elements: str
    default: []
  source_files:
    description: The files of O(source) with their times of change. The action plugin fills this in.
    type: dict
    default: {}
attributes:
  action:
    description: Lists the files of O(source) on the controller.
    support: full
  check_mode:
    description: Changes nothing.
    support: full
  diff_mode:
    description: Has no differences to show.
    support: none
  facts:
    description: Returns facts.
    support: full
notes:
  - Names that are not UTF-8 are returned with backslash escapes.
author:
  - Azavea (@azavea)
"""

EXAMPLES = r"""
- name: Gather facts about the project's folder
  breakable.toy.sync_facts:
    path: /vagrant
    owner: vagrant
    source: "{{ playbook_dir }}"
    excludes: [/.venv/]
"""

RETURN = r"""
ansible_facts:
  description: The facts.
  returned: always
  type: dict
  contains:
    sync:
      description: The folder and its sync.
      returned: always
      type: dict
      contains:
        filesystem:
          description: The type of the folder's file system; empty where the folder is missing.
          type: str
          returned: always
          sample: ext4
        owner_gid:
          description: The number of the owner's group; null for an unknown user.
          type: int
          returned: always
        foreign_file:
          description: A path in the folder that belongs to another user or group; empty where there is none.
          type: str
          returned: always
        rsync_version:
          description: The version of rsync; empty where it is not installed.
          type: str
          returned: always
          sample: 3.2.7
        newer:
          description: Files that are newer in the folder than in the source.
          type: list
          elements: str
          returned: always
        only_here:
          description: Files that the source does not have.
          type: list
          elements: str
          returned: always
"""

from dataclasses import asdict

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.breakable.toy.plugins.module_utils import sync
from ansible_collections.breakable.toy.plugins.module_utils.programs import ROOT_NEEDED, is_root, stdout_of


def main() -> None:
    """Gather and return."""
    module = AnsibleModule(
        argument_spec={
            "path": {"type": "path", "required": True},
            "owner": {"type": "str", "required": True},
            "source": {"type": "str", "default": ""},
            "excludes": {"type": "list", "elements": "str", "default": []},
            "source_files": {"type": "dict", "default": {}},
        },
        supports_check_mode=True,
    )
    if not is_root():
        module.fail_json(msg=ROOT_NEEDED)
    path, owner, excludes = (module.params[name] for name in ("path", "owner", "excludes"))
    gid = sync.group_of(owner)
    facts = {
        "filesystem": sync.filesystem(path, stdout_of),
        "owner_gid": gid,
        "foreign_file": "" if gid is None else sync.foreign_file(path, owner, gid, stdout_of),
        "rsync_version": sync.rsync_version(stdout_of),
        **asdict(sync.losses(path, module.params["source_files"] or {}, excludes or [])),
    }
    module.exit_json(ansible_facts={"sync": facts})


if __name__ == "__main__":
    main()
