#!/usr/bin/python
"""Merge keys into a JSON file."""

from __future__ import annotations

DOCUMENTATION = r"""
module: json_file
short_description: Merge keys into a JSON file that others write to as well
version_added: "0.2.0"
description:
  - Sets keys of the object in a JSON file, and leaves other keys alone.
  - The file is written under another name, validated, and renamed. A refusal or an interruption leaves the old one.
options:
  path:
    description: The absolute path of the file. Its folder must exist.
    type: path
    required: true
  values:
    description: Keys of the object. A key whose value is null is removed.
    type: dict
    required: true
  defaults:
    description: Keys that are set as well, unless O(values) has them. They replace those in the file.
    type: dict
    default: {}
  mode:
    description: The mode of the file, in octal digits.
    type: str
    default: "0644"
  owner:
    description: The name of the owner.
    type: str
    default: root
  group:
    description: The name of the group.
    type: str
    default: root
  validate:
    description: A command with C(%s) for the new file, which must succeed before the file takes its place.
    type: str
    default: ""
attributes:
  check_mode:
    description: Reports the change and makes none. The validation does not run.
    support: full
  diff_mode:
    description: Shows the texts before and after.
    support: full
author:
  - Azavea (@azavea)
"""

EXAMPLES = r"""
- name: Configure Docker's daemon
  breakable.toy.json_file:
    path: /etc/docker/daemon.json
    values:
      registry-mirrors: ["https://mirror.example"]
      debug: null
    defaults:
      log-driver: local
    validate: dockerd --validate --config-file %s
"""

RETURN = r"""
previous:
  description: The text of the file before; null where there was no file.
  returned: success
  type: str
  sample: '{"debug": true}'
backup_file:
  description: The copy of a file that was no JSON object.
  returned: changed and the file was no JSON object
  type: str
  sample: /etc/docker/daemon.json.4711.2026-01-31@12:00:00~
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.breakable.toy.plugins.module_utils.files import apply
from ansible_collections.breakable.toy.plugins.module_utils.json_file import json_file


def main() -> None:
    """Compare, write, report."""
    module = AnsibleModule(
        argument_spec={
            "path": {"type": "path", "required": True},
            "values": {"type": "dict", "required": True},
            "defaults": {"type": "dict", "default": {}},
            "mode": {"type": "str", "default": "0644"},
            "owner": {"type": "str", "default": "root"},
            "group": {"type": "str", "default": "root"},
            "validate": {"type": "str", "default": ""},
        },
        supports_check_mode=True,
    )
    result = {}
    try:
        file = json_file(**module.params)
        difference = file.difference
        if difference and not module.check_mode:
            if file.is_unreadable:
                result["backup_file"] = module.backup_local(file.file.path)
            apply(file.file)
    except (OSError, ValueError) as error:
        module.fail_json(msg=str(error))
    result |= {"previous": file.previous, "diff": difference.diff if difference else {}}
    module.exit_json(changed=difference is not None, **result)


if __name__ == "__main__":
    main()
