"""Documentation that the modules for facts share."""

from __future__ import annotations


class ModuleDocFragment:
    """The attributes of a module that only gathers facts."""

    DOCUMENTATION = r"""
attributes:
  check_mode:
    description: Changes nothing.
    support: full
  diff_mode:
    description: Has no differences to show.
    support: none
  facts:
    description: Returns facts.
    support: full
"""
