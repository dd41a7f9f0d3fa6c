#!/usr/bin/python
"""Trust certificate authorities on a Debian machine."""

from __future__ import annotations

DOCUMENTATION = r"""
module: ca_certificates
short_description: Trust certificate authorities on a Debian machine
version_added: "0.2.0"
description:
  - Brings a folder of certificates into the wanted state, and runs C(update-ca-certificates) where that changed, or
    where the bundle is older than the folder, as after an interrupted run.
  - Certificates in the folder that are not listed lose their trust; certificates outside of the folder are left alone.
options:
  folder:
    description: A folder in C(/usr/local/share/ca-certificates) that has no other writer.
    type: path
    required: true
  certificates:
    description: Each certificate's file name, which must end in C(.crt), with its text in PEM form.
    type: dict
    default: {}
attributes:
  check_mode:
    description: Reports the changes and makes none.
    support: full
  diff_mode:
    description: Lists the changed paths only.
    support: none
requirements:
  - ca-certificates
author:
  - Azavea (@azavea)
"""

EXAMPLES = r"""
- name: Trust the company's authority
  breakable.toy.ca_certificates:
    folder: /usr/local/share/ca-certificates/company
    certificates:
      company.crt: "{{ lookup('ansible.builtin.file', 'company.crt') }}"
"""

RETURN = r"""
changed_paths:
  description: The changed paths, the bundle of all certificates included.
  returned: success
  type: list
  elements: str
  sample: [/usr/local/share/ca-certificates/company/company.crt, /etc/ssl/certs/ca-certificates.crt]
"""

from pathlib import Path

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.breakable.toy.plugins.module_utils.certificates import Authorities
from ansible_collections.breakable.toy.plugins.module_utils.programs import succeed


def main() -> None:
    """Compare, change, report."""
    module = AnsibleModule(
        argument_spec={
            "folder": {"type": "path", "required": True},
            "certificates": {"type": "dict", "default": {}},
        },
        supports_check_mode=True,
    )
    authorities = Authorities(Path(module.params["folder"]), module.params["certificates"])
    try:
        changes = authorities.changes()
        if changes and not module.check_mode:
            authorities.apply(lambda: succeed(["update-ca-certificates"]))
    except (OSError, ValueError, RuntimeError) as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=bool(changes), changed_paths=changes)


if __name__ == "__main__":
    main()
