#!/usr/bin/python
"""Gather the state of Docker's packages, repository and versions."""

from __future__ import annotations

DOCUMENTATION = r"""
module: docker_facts
short_description: Gather facts about Docker's packages, repository and versions
version_added: "0.2.0"
description:
  - Compares the running versions of Docker's Engine and plugins with pins, and finds packages and descriptions of apt
    sources that conflict with an installation.
options:
  parts:
    description: The parts of Docker. One with an empty C(pin) is left out.
    type: list
    elements: dict
    required: true
    suboptions:
      part:
        description: The part.
        type: str
        choices: [engine, compose, buildx]
        required: true
      packages:
        description: Its packages.
        type: list
        elements: str
        required: true
      pin:
        description: The beginning of a version, or a lower bound such as C(>=26.1).
        type: str
        required: true
      epoch:
        description: The epoch of its packages' versions, with a colon.
        type: str
        default: ""
  has_versions:
    description: Whether the source of the packages has several versions of each.
    type: bool
    default: false
  conflicts:
    description: Packages that must not be installed.
    type: list
    elements: str
    default: []
  repository_url:
    description: The address of Docker's own repository, or of a mirror.
    type: str
    required: true
  repository_file:
    description: The file of apt's sources that describes this repository and no other.
    type: path
    required: true
  users:
    description: Names to look up in the user database.
    type: list
    elements: str
    default: []
  certificate:
    description: The name of the files in C(/etc/docker/certs.d/<registry>) that the caller manages.
    type: str
    default: ca.crt
extends_documentation_fragment:
  - breakable.toy.facts
author:
  - Azavea (@azavea)
"""

EXAMPLES = r"""
- name: Gather Docker facts
  breakable.toy.docker_facts:
    parts:
      - part: engine
        packages: [docker-ce, docker-ce-cli, containerd.io]
        pin: "28.5"
        epoch: "5:"
    has_versions: true
    conflicts: [docker.io, podman-docker]
    repository_url: https://download.docker.com/linux/debian
    repository_file: /etc/apt/sources.list.d/docker.sources

- name: Assert the pinned version
  ansible.builtin.assert:
    that: "'engine' not in ansible_facts.docker.version_mismatches"
"""

RETURN = r"""
ansible_facts:
  description: The facts.
  returned: always
  type: dict
  contains:
    docker:
      description: The state of Docker.
      returned: always
      type: dict
      contains:
        parts:
          description: The parts with a pin.
          type: list
          elements: str
          returned: always
        apt_packages:
          description: Their packages as M(ansible.builtin.apt) takes them, with versions if O(has_versions).
          type: list
          elements: str
          returned: always
        apt_pins:
          description: Packages and version patterns for apt's preferences, of all pins but lower bounds.
          type: list
          elements: dict
          returned: always
        missing_packages:
          description: The packages of O(parts) that are not installed.
          type: list
          elements: str
          returned: always
        conflicting_packages:
          description: Those of O(conflicts) that are installed.
          type: list
          elements: str
          returned: always
        is_interrupted:
          description: Whether dpkg has to finish an installation.
          type: bool
          returned: always
        lists_missing:
          description: Whether apt has yet to read one of its sources.
          type: bool
          returned: always
        unknown_users:
          description: Those of O(users) that do not exist.
          type: list
          elements: str
          returned: always
        source_files:
          description: Files other than O(repository_file) that describe the repository and no other.
          type: list
          elements: str
          returned: always
        shared_source_files:
          description: Files that describe the repository and others.
          type: list
          elements: str
          returned: always
        repository_url_changed:
          description: Whether O(repository_file) describes another address.
          type: bool
          returned: always
        is_running:
          description: Whether the daemon answers.
          type: bool
          returned: always
        versions:
          description: The running versions by part, C(missing) without one.
          type: dict
          returned: always
        version_mismatches:
          description: The parts whose running version does not match the pin.
          type: list
          elements: str
          returned: always
        candidates:
          description: The versions by part that apt would install. Only with conflicting packages.
          type: dict
          returned: always
        candidate_mismatches:
          description: The parts whose candidate does not match the pin. apt itself looks for exact versions.
          type: list
          elements: str
          returned: always
        registries:
          description: The registries with a certificate of the name O(certificate).
          type: list
          elements: str
          returned: always
        has_prune_timer:
          description: Whether there is a C(docker-prune.timer).
          type: bool
          returned: always
"""

import pwd
from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.breakable.toy.plugins.module_utils import apt, docker
from ansible_collections.breakable.toy.plugins.module_utils.programs import ROOT_NEEDED, is_root, stdout_of

PART = {
    "part": {"type": "str", "choices": ["engine", "compose", "buildx"], "required": True},
    "packages": {"type": "list", "elements": "str", "required": True},
    "pin": {"type": "str", "required": True},
    "epoch": {"type": "str", "default": ""},
}


def exists(user: str) -> bool:
    """Return whether the user database knows a name."""
    try:
        return bool(pwd.getpwnam(user))
    except KeyError:
        return False


def wanted(options: dict[str, Any]) -> dict[str, docker.Part]:
    """Return the parts that have a pin, by their names."""
    return {
        part["part"]: docker.Part(part["packages"], part["pin"], options["has_versions"], part["epoch"])
        for part in options["parts"]
        if part["pin"]
    }


def facts(options: dict[str, Any]) -> dict[str, Any]:
    """Return the facts for the module's options."""
    parts, conflicts = wanted(options), options["conflicts"]
    packages = [name for part in parts.values() for name in part.packages]
    versions = docker.installed_versions(stdout_of)
    absent = apt.missing_packages([*packages, *conflicts], stdout_of)
    conflicting = [name for name in conflicts if name not in absent]
    # apt takes a quarter of a second for an answer that only a replacement needs.
    candidates = docker.candidate_versions(parts, stdout_of) if conflicting else {}
    unbound = {name: part for name, part in parts.items() if candidates and not part.is_exact}
    exact = [part for part in parts.values() if part.is_exact]
    return {
        "parts": [*parts],
        "apt_packages": [name for part in parts.values() for name in part.apt_packages],
        "apt_pins": [{"packages": part.pinned_packages, "version": part.apt_version} for part in exact],
        "missing_packages": [name for name in packages if name in absent],
        "conflicting_packages": conflicting,
        "is_interrupted": apt.is_interrupted(stdout_of),
        "lists_missing": Path(options["repository_file"]).exists() and apt.lists_missing(stdout_of),
        "unknown_users": [user for user in options["users"] if not exists(user)],
        **docker.repository(options["repository_url"], options["repository_file"], docker.source_files()),
        "is_running": versions["engine"] != docker.MISSING,
        "versions": versions,
        "version_mismatches": docker.mismatches(parts, versions),
        "candidates": candidates,
        "candidate_mismatches": docker.mismatches(unbound, candidates),
        "registries": docker.trusted_registries(Path("/etc/docker/certs.d"), options["certificate"]),
        "has_prune_timer": Path("/etc/systemd/system/docker-prune.timer").exists(),
    }


def main() -> None:
    """Gather and return."""
    module = AnsibleModule(
        argument_spec={
            "parts": {"type": "list", "elements": "dict", "required": True, "options": PART},
            "has_versions": {"type": "bool", "default": False},
            "conflicts": {"type": "list", "elements": "str", "default": []},
            "repository_url": {"type": "str", "required": True},
            "repository_file": {"type": "path", "required": True},
            "users": {"type": "list", "elements": "str", "default": []},
            "certificate": {"type": "str", "default": "ca.crt"},
        },
        supports_check_mode=True,
    )
    if not is_root():
        module.fail_json(msg=ROOT_NEEDED)
    module.exit_json(ansible_facts={"docker": facts(module.params)})


if __name__ == "__main__":
    main()
