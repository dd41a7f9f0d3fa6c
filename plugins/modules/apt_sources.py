#!/usr/bin/python
"""Replace a machine's own sources of packages, or bring them back."""

from __future__ import annotations

DOCUMENTATION = r"""
module: apt_sources
short_description: Replace the apt sources of a machine, or restore them
version_added: "0.2.0"
description:
  - Writes or removes files of apt's configuration, and renames lists of sources that apt shall not read.
  - Removes the lists of packages of the former sources after a change. Until apt has read the new ones,
    M(breakable.toy.apt_facts) reports them as missing, also where a run was interrupted.
  - Needs no Python library of apt or Debian, unlike M(ansible.builtin.deb822_repository).
options:
  files:
    description: Files of apt's configuration and of sources, written by nothing else.
    type: list
    elements: dict
    default: []
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
  set_aside:
    description: Lists of sources that apt shall not read. They are renamed.
    type: list
    elements: path
    default: []
  restore:
    description: Lists of sources that were set aside, and that apt shall read again.
    type: list
    elements: path
    default: []
  suffix:
    description: The end of the name of a list that is set aside.
    type: str
    default: .aside
attributes:
  check_mode:
    description: Reports the changes and makes none.
    support: full
  diff_mode:
    description: Shows the texts of the files before and after.
    support: full
author:
  - Azavea (@azavea)
"""

EXAMPLES = r"""
- name: Read a mirror instead of Debian's archive
  breakable.toy.apt_sources:
    files:
      - path: /etc/apt/sources.list.d/mirror.sources
        content: |
          Types: deb
          URIs: http://mirror.example/debian
          Suites: trixie
          Components: main
    set_aside: [/etc/apt/sources.list, /etc/apt/sources.list.d/debian.sources]

- name: Read Debian's archive again
  breakable.toy.apt_sources:
    files:
      - path: /etc/apt/sources.list.d/mirror.sources
    restore: [/etc/apt/sources.list, /etc/apt/sources.list.d/debian.sources]
"""

RETURN = r"""
changed_paths:
  description: The files that were written, removed or renamed, or would be in check mode.
  returned: success
  type: list
  elements: str
  sample: [/etc/apt/sources.list.d/mirror.sources]
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.breakable.toy.plugins.module_utils.apt import Sources
from ansible_collections.breakable.toy.plugins.module_utils.files import OPTIONS, File


def main() -> None:
    """Compare, change, report."""
    paths = {"type": "list", "elements": "path", "default": []}
    module = AnsibleModule(
        argument_spec={
            "files": {"type": "list", "elements": "dict", "default": [], "options": OPTIONS},
            "set_aside": paths,
            "restore": paths,
            "suffix": {"type": "str", "default": ".aside"},
        },
        supports_check_mode=True,
    )
    parameters = module.params
    files = [File(**file) for file in parameters["files"]]
    sources = Sources(files, parameters["set_aside"], parameters["restore"], parameters["suffix"])
    try:
        found, renames = sources.differences(), [str(old) for old, _ in sources.renames()]
        if (found or renames) and not module.check_mode:
            sources.apply(found)
    except (OSError, ValueError) as error:
        module.fail_json(msg=str(error))
    changed = renames + [difference.file.path for difference in found]
    module.exit_json(changed=bool(changed), changed_paths=changed, diff=[difference.diff for difference in found])


if __name__ == "__main__":
    main()
