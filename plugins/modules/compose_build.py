#!/usr/bin/python
"""Build the images of Compose services."""

from __future__ import annotations

DOCUMENTATION = r"""
module: compose_build
short_description: Build the images of Docker Compose services and report the changed ones
version_added: "0.2.0"
description:
  - Builds the images of services that have C(build), without starting the services. Compose does not say whether an
    image changed; this module compares the ids.
extends_documentation_fragment:
  - breakable.toy.compose
  - breakable.toy.build
options:
  services:
    description: The services whose images are built.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Build the images
  breakable.toy.compose_build:
    project_src: /srv/project
    owner: deploy
    services: [web]
"""

RETURN = r"""
changed_images:
  description: The names of the images that changed; in check mode, those that are missing.
  returned: success
  type: list
  elements: str
  sample: ["project-web:latest"]
images:
  description: A line with name and id for each image of the machine after the build.
  returned: success, except in check mode
  type: list
  elements: str
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
from ansible_collections.breakable.toy.plugins.module_utils.compose.build import build, without_image
from ansible_collections.breakable.toy.plugins.module_utils.compose.config import read
from ansible_collections.breakable.toy.plugins.module_utils.compose.docker import ComposeError

SERVICES = {"services": {"type": "list", "elements": "str", "required": True}}


def main() -> None:
    """Build, compare, report."""
    module = AnsibleModule(argument_spec={**PROJECT, **BUILD, **SERVICES}, supports_check_mode=True)
    params = module.params
    try:
        project = docker(params)
        if module.check_mode:
            config = read(project, params["services"])
            missing = without_image(project, [config.image(name) for name in config.services])
            module.exit_json(changed=bool(missing), changed_images=missing)
        command = ("compose", "--progress", "plain", "build", *params["services"])
        built = build(project, command, params["retries"], lambda: time.sleep(params["delay"]))
    except ComposeError as error:
        module.fail_json(msg=str(error), **error.details)
    except OSError as error:
        module.fail_json(msg=f"The images of {params['project_src']} were not built: {error}")
    module.exit_json(changed=bool(built.changed_images), **built._asdict())


if __name__ == "__main__":
    main()
