"""Look at the host before a box is made, and say everything that would stop it at once.

``python3 -m breakable_toy.preflight --provider docker --port TOY_PORT=8000`` prints each problem to standard error
and exits with 1 when there is any, 2 on wrong usage. The Vagrantfile calls it before ``vagrant up`` and ``vagrant
provision``; ``scripts/setup`` calls it with ``--bare`` before it installs anything, which leaves out what the setup
itself will bring.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from breakable_toy import checks, environment, ownership
from breakable_toy.ports import moved_port, port, reserved_port
from breakable_toy.problem import Problem, report, uninterrupted
from breakable_toy.usage import Parser

Check = Callable[[], Problem | None]

STORAGE = {
    "docker": Path("/var/lib/docker"),
    "libvirt": Path("/var/lib/libvirt/images"),
}
BOXES = ("absent", "stopped", "running")
# Problems that no installation can change.
POSSIBLE: dict[str, Check] = {"docker": checks.docker_address, "libvirt": checks.virtualization}
# In this order; a check is only asked when those before it passed: without a daemon there is no image to look for.
TOOLS: dict[str, Sequence[Check]] = {
    "docker": (checks.docker_daemon, checks.container_image),
    "libvirt": (checks.libvirt_daemon, checks.libvirt_box),
}


def problems(provider: str, ports: Sequence[str], *, bare: bool = False, box: str = "absent") -> Iterator[Problem]:
    """Yield the problems that prevent a box. ``ports`` are ``VARIABLE=NUMBER``, ``box`` is one of BOXES."""
    if unknown := checks.provider(provider):
        yield unknown
        return
    yield from (*environment.problems(os.environ), *ownership.problems(), *checks.sizes())
    pairs = [pair.split("=", 1) for pair in ports]
    # A container keeps the ports that it was made with, a virtual machine those that it was started with.
    fixed = box == "running" or (box == "stopped" and provider == "docker")
    if fixed and (moved := list(filter(None, (moved_port(*pair, provider=provider) for pair in pairs)))):
        yield from moved
        return
    if box == "running":
        return
    if box == "absent":
        yield from filter(None, (checks.memory(), checks.disk(STORAGE.get(provider, checks.ROOT))))
    yield from filter(None, (port(*pair, fixed=fixed) for pair in pairs))
    if impossible := POSSIBLE.get(provider, lambda: None)():
        yield impossible
        return
    if bare:
        return
    if missing := checks.ansible():
        yield missing
    for check in TOOLS.get(provider, ()):
        if found := check():
            yield found
            return
    if provider == "docker":
        yield from filter(None, (reserved_port(*pair) for pair in pairs))


def provisioning_problems(provider: str, ports: Sequence[str], box: str) -> Iterator[Problem]:
    """Yield the problems that prevent provisioning of an existing box."""
    if stopped := checks.running(box):
        yield stopped
        return
    yield from problems(provider, ports, box=box)
    yield from filter(None, [checks.ansible()])


def main(argv: Sequence[str] | None = None) -> int:
    """Run the checks; return 0 when the box can be made, 1 otherwise."""
    parser = Parser(prog="preflight", description="Check the host before a box is made.")
    parser.add_argument("--provider", required=True)
    parser.add_argument("--port", action="append", default=[], metavar="VARIABLE=NUMBER", dest="ports")
    parser.add_argument("--bare", action="store_true", help="leave out what ./scripts/setup installs")
    parser.add_argument("--box", choices=BOXES, default=BOXES[0], help="what this clone has (default: %(default)s)")
    parser.add_argument("--provision", action="store_true", help="look for nothing but what provisions a box")
    arguments = parser.parse_args(argv)
    if arguments.provision:
        return report(provisioning_problems(arguments.provider, arguments.ports, arguments.box))
    return report(problems(arguments.provider, arguments.ports, bare=arguments.bare, box=arguments.box))


if __name__ == "__main__":
    sys.exit(uninterrupted(main))
