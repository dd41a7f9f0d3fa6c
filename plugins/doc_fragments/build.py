"""Documentation that the modules for builds share."""

from __future__ import annotations


class ModuleDocFragment:
    """Retries, and the attributes of a build."""

    DOCUMENTATION = r"""
options:
  retries:
    description: The number of further builds after a failure that may be temporary. A mistake in a file ends at once.
    type: int
    default: 2
  delay:
    description: The seconds before another build.
    type: int
    default: 5
attributes:
  check_mode:
    description: Changes nothing.
    support: partial
    details: Reports the images that are missing; whether the others would change, only a build can say.
  diff_mode:
    description: Has no differences to show.
    support: none
"""
