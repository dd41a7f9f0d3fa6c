"""Fingerprints of public keys."""

from __future__ import annotations

from collections.abc import Callable

from ansible.errors import AnsibleFilterError
from ansible_collections.breakable.toy.plugins.module_utils.ssh import fingerprint

DOCUMENTATION = r"""
name: ssh_fingerprint
short_description: Fingerprint of a public SSH key
version_added: "0.2.0"
description:
  - Returns the SHA-256 fingerprint of a public key, as sshd and C(ssh-keygen -l) write it.
options:
  _input:
    description: A line of a C(.pub) file - the type, then the key.
    type: str
    required: true
author:
  - The Breakable Toy developers
"""

EXAMPLES = r"""
fingerprints: "{{ keys | map('breakable.toy.ssh_fingerprint') }}"
"""

RETURN = r"""
_value:
  description: The fingerprint, such as C(SHA256:...).
  type: str
"""


def ssh_fingerprint(key: str) -> str:
    """Return a key's fingerprint."""
    try:
        found: str = fingerprint(key)
    except ValueError as error:
        raise AnsibleFilterError(str(error)) from error
    return found


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[[str], str]]:
        """Return the filters by name."""
        return {"ssh_fingerprint": ssh_fingerprint}
