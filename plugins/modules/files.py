#!/usr/bin/python
"""Write several small files in one call."""

from __future__ import annotations

DOCUMENTATION = r"""
module: files
short_description: Write or remove several small text files in one call
version_added: "0.2.0"
description:
  - Brings several files into their wanted state - content, owner, group and mode - or removes them, in the given order.
  - An unchanged M(ansible.builtin.template) or M(ansible.builtin.copy) runs two modules on the machine; this one is
    one call for all files.
  - Each file is written under another name and renamed, so that an interruption leaves no half of a file.
options:
  files:
    description: The files, in the order in which they are written.
    type: list
    elements: dict
    required: true
    suboptions:
      path:
        description: The absolute path of the file.
        type: path
        required: true
      content:
        description: The text of the file. Without it, the file is removed.
        type: str
      mode:
        description: The mode, in octal digits.
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
      follow:
        description: Where the path is a link, write to its target.
        type: bool
        default: false
      needs_folder:
        description: Fail where the folder of the file is missing. Otherwise such a file is left out.
        type: bool
        default: true
      validate:
        description: A command with C(%s) for the new file, which must succeed before the file takes its place.
        type: str
        default: ""
attributes:
  check_mode:
    description: Reports the changes and makes none. Validation commands do not run.
    support: full
  diff_mode:
    description: Shows the texts before and after. Keep secrets out of these files.
    support: full
author:
  - Azavea (@azavea)
"""

EXAMPLES = r"""
- name: Configure the SSH server and the kernel
  breakable.toy.files:
    files:
      - path: /etc/ssh/sshd_config.d/00-keys.conf
        content: |
          PasswordAuthentication no
        mode: "0600"
        validate: /usr/sbin/sshd -t -f %s
      - path: /etc/sysctl.d/90-inotify.conf
        content: "{{ lookup('ansible.builtin.template', 'inotify.conf.j2') }}"
      - path: /etc/sysctl.d/90-old.conf
"""

RETURN = r"""
changed_paths:
  description: The paths of the files that were changed, or would be in check mode.
  returned: success
  type: list
  elements: str
  sample: [/etc/sysctl.d/90-inotify.conf]
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.breakable.toy.plugins.module_utils.files import OPTIONS, File, apply, differences


def main() -> None:
    """Compare, change, report."""
    module = AnsibleModule(
        argument_spec={"files": {"type": "list", "elements": "dict", "required": True, "options": OPTIONS}},
        supports_check_mode=True,
    )
    try:
        found = differences(File(**file) for file in module.params["files"])
        for difference in [] if module.check_mode else found:
            apply(difference.file)
    except (OSError, ValueError) as error:
        module.fail_json(msg=str(error))
    module.exit_json(
        changed=bool(found),
        changed_paths=[difference.file.path for difference in found],
        diff=[difference.diff for difference in found],
    )


if __name__ == "__main__":
    main()
