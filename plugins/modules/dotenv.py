#!/usr/bin/python
"""Set variables in a dotenv file."""

from __future__ import annotations

DOCUMENTATION = r"""
module: dotenv
short_description: Set variables and generate secrets in the .env of a Docker Compose project
version_added: "0.2.0"
description:
  - Sets variables in the file C(.env) of a Compose project, by the grammar with which Compose reads it -
    equals sign or colon, spaces, C(export), quotes, values of several lines, comments.
  - Compares values, not lines. Of a variable with another value, the last statement is replaced, since that one counts;
    the rest of the file stays as it is, byte for byte.
  - A secret that has a value stays.
options:
  project_src:
    description: The folder that holds the file. A symbolic link to the file stays a link.
    type: path
    required: true
  values:
    description: Variables with their values, which are converted to text.
    type: dict
    default: {}
  secrets:
    description: Variables that get a random value of 50 letters and digits, where they have none.
    type: list
    elements: str
    default: []
  owner:
    description: The user who owns the file.
    type: str
    default: root
attributes:
  check_mode:
    description: Reports the changes and makes none. Without Docker, all variables count as different.
    support: full
  diff_mode:
    description: Shows no differences, as they are secrets.
    support: none
notes:
  - Needs root, and Docker with Compose v2, which reads the file.
  - The file, if there is one, is made readable for its owner only (mode 0600), even where no variable is given.
author:
  - Azavea (@azavea)
"""

EXAMPLES = r"""
- name: Write .env
  breakable.toy.dotenv:
    project_src: /srv/project
    owner: deploy
    values: {SITE_NAME: project.example}
    secrets: [DATABASE_PASSWORD]
"""

RETURN = r"""
variables:
  description: The names of the variables that were set.
  returned: success
  type: list
  elements: str
  sample: [SITE_NAME, DATABASE_PASSWORD]
"""

from pathlib import Path

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.breakable.toy.plugins.module_utils.compose.docker import ComposeError
from ansible_collections.breakable.toy.plugins.module_utils.compose.dotenv_file import DotenvFile

ARGUMENTS = {
    "project_src": {"type": "path", "required": True},
    "values": {"type": "dict", "default": {}, "no_log": True},
    "secrets": {"type": "list", "elements": "str", "default": [], "no_log": False},
    "owner": {"type": "str", "default": "root"},
}


def main() -> None:
    """Compare, change, report."""
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    params = module.params
    try:
        file = DotenvFile(Path(params["project_src"]), params["owner"], requires_docker=not module.check_mode)
        missing = file.changes({name: str(value) for name, value in params["values"].items()}, params["secrets"])
        changed = bool(missing) or not file.is_private()
        if changed and not module.check_mode:
            file.write(missing)
    except (ComposeError, OSError) as error:
        module.fail_json(msg=f"{params['project_src']}/.env was not written: {error}")
    module.exit_json(changed=changed, variables=list(missing))


if __name__ == "__main__":
    main()
