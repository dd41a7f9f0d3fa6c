"""Documentation; the work is done on the controller, by the action plugin of the same name."""

from __future__ import annotations

DOCUMENTATION = r"""
module: validate_role_variables
short_description: Check the types of a role's variables, without conversion
version_added: "0.2.0"
description:
  - Compares the value of each variable in C(meta/argument_specs.yml) of the calling role with the type that is given
    there.
  - Ansible's own validation converts a value for its check - C("git") to C(["git"]), C("false") to V(false), V(28.10)
    to V("28.1") - but hands the role the value as it was. This one fails, with the name and type of each such variable.
  - Works on the controller and calls no module on the machine.
options:
  entry_point:
    description: The name of the specification.
    type: str
    default: main
attributes:
  action:
    description: All of it works on the controller.
    support: full
  check_mode:
    description: Changes nothing.
    support: full
  diff_mode:
    description: Has no differences to show.
    support: none
author:
  - Azavea (@azavea)
"""

EXAMPLES = r"""
- name: Assert variable types
  breakable.toy.validate_role_variables:
"""

RETURN = r"""
mismatches:
  description: The variables whose values have another type, each with the type of the specification.
  returned: always
  type: list
  elements: str
  sample: ["base_packages (list)", "base_apt_mirrors[].suites (list)"]
"""
