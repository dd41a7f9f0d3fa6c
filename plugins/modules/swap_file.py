#!/usr/bin/python
"""Swap to a file, now and at each boot."""

from __future__ import annotations

DOCUMENTATION = r"""
module: swap_file
short_description: Create, resize or remove a swap file and its systemd unit
version_added: "0.2.0"
description:
  - Creates a file of the wanted size, that only root can read, and a systemd unit that swaps to the file, now and at
    each boot.
  - With size 0, disables and removes file and unit. A swap file without such a unit belongs to another program and is
    left alone.
options:
  path:
    description: The absolute path of the swap file.
    type: path
    required: true
  size_mib:
    description: The size in MiB; 0 for none.
    type: int
    required: true
attributes:
  check_mode:
    description: Reports the changes and makes none.
    support: full
  diff_mode:
    description: Lists the steps only.
    support: none
author:
  - Azavea (@azavea)
"""

EXAMPLES = r"""
- name: Swap to a file of 1 GiB
  breakable.toy.swap_file:
    path: /var/swapfile
    size_mib: 1024
"""

RETURN = r"""
steps:
  description: The steps that were taken, or would be in check mode.
  returned: success
  type: list
  elements: str
  sample: [unit, file, enable]
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.breakable.toy.plugins.module_utils.programs import stdout_of, succeed
from ansible_collections.breakable.toy.plugins.module_utils.swap import Programs, SwapFile


def main() -> None:
    """Compare, change, report."""
    module = AnsibleModule(
        argument_spec={"path": {"type": "path", "required": True}, "size_mib": {"type": "int", "required": True}},
        supports_check_mode=True,
    )
    if module.params["size_mib"] < 0:
        module.fail_json(msg=f"Invalid size_mib: {module.params['size_mib']} (expected 0 or more).")
    swap = SwapFile(module.params["path"], module.params["size_mib"], Programs(succeed, stdout_of))
    try:
        steps = swap.changes()
        if not module.check_mode:
            swap.apply(steps)
    except (OSError, ValueError, RuntimeError) as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=bool(steps), steps=steps)


if __name__ == "__main__":
    main()
