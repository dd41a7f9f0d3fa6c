#!/usr/bin/python
"""Build images with bake."""

from __future__ import annotations

DOCUMENTATION = r"""
module: docker_bake
short_description: Build images with docker buildx bake and report the changed ones
version_added: "0.2.0"
description:
  - Builds targets and groups of a bake file. Bake does not say whether an image changed; this module compares the ids.
  - Variables of the bake file can be set with the keyword C(environment) of the task.
extends_documentation_fragment:
  - breakable.toy.compose
  - breakable.toy.build
options:
  targets:
    description: The targets and groups to build.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Build the images
  breakable.toy.docker_bake:
    project_src: /srv/project
    owner: deploy
    targets: [default]
"""

RETURN = r"""
changed_images:
  description: The names of the images that changed; in check mode, those that are missing.
  returned: success
  type: list
  elements: str
  sample: ["web:latest"]
images:
  description: A line with name and id for each image of the machine after the build.
  returned: success, except in check mode
  type: list
  elements: str
targets:
  description: Name and tags of each target that was built.
  returned: success
  type: list
  elements: dict
  sample: [{"name": web, "tags": ["web:latest"]}]
error:
  description: The error of the build; empty where none was found in its output.
  returned: failure
  type: str
unresolved_image:
  description: An image that the build starts from, and that no registry gave; empty for none.
  returned: failure
  type: str
last_lines:
  description: The last lines of the build's output.
  returned: failure
  type: list
  elements: str
"""

import time

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.breakable.toy.plugins.module_utils.compose.arguments import BUILD, PROJECT, docker
from ansible_collections.breakable.toy.plugins.module_utils.compose.build import bake_targets, build, without_image
from ansible_collections.breakable.toy.plugins.module_utils.compose.docker import ComposeError

TARGETS = {"targets": {"type": "list", "elements": "str", "required": True}}


def main() -> None:
    """Build, compare, report."""
    module = AnsibleModule(argument_spec={**PROJECT, **BUILD, **TARGETS}, supports_check_mode=True)
    params = module.params
    try:
        project = docker(params)
        targets = bake_targets(project, params["targets"])
        if module.check_mode:
            missing = without_image(project, [tag for target in targets for tag in target["tags"]])
            module.exit_json(changed=bool(missing), changed_images=missing, targets=targets)
        command = ("buildx", "bake", "--progress", "plain", *params["targets"])
        built = build(project, command, params["retries"], lambda: time.sleep(params["delay"]))
    except ComposeError as error:
        module.fail_json(msg=str(error), **error.details)
    except OSError as error:
        module.fail_json(msg=f"The images of {params['project_src']} were not built: {error}")
    module.exit_json(changed=bool(built.changed_images), targets=targets, **built._asdict())


if __name__ == "__main__":
    main()
