"""Documentation that the modules for Docker Compose share."""

from __future__ import annotations


class ModuleDocFragment:
    """Options of a project, of its records, and of its one-shot tasks."""

    DOCUMENTATION = r"""
options:
  project_src:
    description: The folder that holds the Compose file.
    type: path
    required: true
  owner:
    description:
      - The user who runs Docker, with the groups and the Docker configuration of that user. To name another user than
        the current one needs root.
      - Without this option, the current user.
    type: str
    default: ""
notes:
  - Needs Docker with Compose v2 on the machine, and no Python library.
author:
  - Azavea (@azavea)
"""

    RECORDS = r"""
options:
  state_dir:
    description: The folder of this project's records, which is created where it is missing. Only root writes there.
    type: path
    required: true
  services:
    description: The services to start. Empty for all that Compose would start by itself.
    type: list
    elements: str
    default: []
"""

    TASKS = r"""
options:
  tasks:
    description:
      - One-shot services, such as migrations, which run again whenever their inputs have changed - the configuration,
        the image, the watched files - or when a volume of their last run is gone.
    type: list
    elements: dict
    default: []
    suboptions:
      service:
        description: The service's name.
        type: str
        required: true
      changed_pattern:
        description: A regular expression; output of either kind that matches it reports a change.
        type: str
        required: true
      watch:
        description: Files and folders that the task reads, relative to O(project_src), where they are not in its image.
        type: list
        elements: path
        default: []
"""
