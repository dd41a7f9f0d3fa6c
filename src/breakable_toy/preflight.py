"""Look at the host before a box is made, and say everything that would stop it at once.

``python3 -m breakable_toy.preflight --provider docker --port TOY_PORT=8000`` prints each problem to standard error
and exits with 1 when there is any, 2 on wrong usage. The Vagrantfile calls it before ``vagrant up``; ``scripts/setup``
calls it with ``--bare`` before it installs anything, which leaves out what the setup itself will bring.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from breakable_toy import checks
from breakable_toy.problem import Problem, report

Check = Callable[[], Problem | None]

STORAGE = {
    "docker": Path("/var/lib/docker"),
    "libvirt": Path("/var/lib/libvirt/images"),
}
# In this order; a check is only asked when those before it passed: without a daemon there is no image to look for.
TOOLS: dict[str, Sequence[Check]] = {
    "docker": (checks.docker_daemon, checks.container_image),
    "libvirt": (checks.libvirt_daemon, checks.libvirt_box),
}


def problems(provider: str, ports: Sequence[str], *, bare: bool, existing: bool) -> Iterator[Problem]:
    """Yield what stands in the way of a box. ``ports`` are ``VARIABLE=NUMBER``."""
    if unknown := checks.provider(provider):
        yield unknown
        return
    if not existing:
        yield from filter(None, (checks.memory(), checks.disk(STORAGE.get(provider, checks.ROOT))))
    for port in ports:
        variable, _, number = port.partition("=")
        if found := checks.port(variable, number):
            yield found
    if provider == "libvirt" and (impossible := checks.virtualization()):
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
        yield from filter(None, (checks.reserved_port(*port.split("=", 1)) for port in ports))


def main(argv: Sequence[str] | None = None) -> int:
    """Run the checks; return 0 when the box can be made, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="preflight", description="Check the host before a box is made.")
    parser.add_argument("--provider", required=True)
    parser.add_argument("--port", action="append", default=[], metavar="VARIABLE=NUMBER", dest="ports")
    parser.add_argument("--bare", action="store_true", help="leave out what ./scripts/setup installs")
    parser.add_argument("--existing", action="store_true", help="leave out the room that only a new box needs")
    arguments = parser.parse_args(argv)
    return report(
        problems(arguments.provider, arguments.ports, bare=arguments.bare, existing=arguments.existing),
    )


if __name__ == "__main__":
    sys.exit(main())
