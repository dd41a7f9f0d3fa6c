"""Questions about a port of the host that the box is to have. Each returns a Problem, or None when all is well.

``python3 -m breakable_toy.ports`` prints a free one.
"""

import errno
import shutil
import socket
import subprocess

from breakable_toy import clones
from breakable_toy.checks import ROOT
from breakable_toy.clones import Clone
from breakable_toy.problem import Problem

PORTS = range(1024, 65536)


def moved_port(variable: str, number: str, *, provider: str) -> Problem | None:
    """A box whose ports are fixed must be asked for the one that it has, which the Vagrantfile has noted."""
    noted = ROOT / ".vagrant" / variable
    if not noted.is_file() or (has := noted.read_text().strip()) == number:
        return None
    stop = "vagrant destroy -f" if provider == "docker" else "vagrant halt"
    return Problem(
        f"{variable} is '{number}', but this clone's box has port {has}.",
        "A container keeps the port that it was made with, and a virtual machine the one that it was started with.",
        f"Type: unset {variable}   then this again. (Or, for another port: {stop}, then this again.)",
    )


def port(variable: str, number: str, *, fixed: bool = False) -> Problem | None:
    """The port that ``variable`` names must be one of PORTS, and free on 127.0.0.1; a ``fixed`` one cannot move."""
    if not number.isdecimal() or int(number) not in PORTS:
        return Problem(
            f"{variable} is '{number}', which is not a usable port.",
            "The box's web server is forwarded to that port of 127.0.0.1.",
            f"Use a number from 1024 to 65535. Type: export {variable}={free_port()}   then this again.",
        )
    if not _taken(int(number)):
        return None
    if clone := next((other for other in clones.others(variable) if other.port == number and _runs(other)), None):
        return _held_by(clone, variable, number, fixed=fixed)
    who = f"sudo ss -ltnp 'sport = :{number}'"
    if fixed:
        return Problem(
            f"Port {number} of 127.0.0.1 is taken by another program (perhaps another box).",
            "This clone's box was made with that port, and a container cannot change it.",
            f"Stop that program ({who}), then run this again. (Or: vagrant destroy -f, and choose another {variable}.)",
        )
    return Problem(
        f"Port {number} of 127.0.0.1 is taken by another program (perhaps another box).",
        f"The toy's page is served there; {variable} decides the port.",
        f"Type: export {variable}={free_port()}   then run this again. (Who is it? {who})",
    )


def _runs(clone: Clone) -> bool:
    """Return whether the box runs: Vagrant's index may be older than the host's last start."""
    if not clone.is_running or shutil.which("docker") is None:
        return clone.is_running
    return _docker("inspect", "--format", "{{.State.Running}}", clone.identity).strip() != "false"


def _held_by(clone: Clone, variable: str, number: str, *, fixed: bool) -> Problem:
    stop = f"cd '{clone.folder}' && vagrant halt"
    return Problem(
        f"Port {number} of 127.0.0.1 is taken by the box of another clone: {clone.folder}",
        f"Two boxes cannot serve their page there; {variable} decides the port of a new one.",
        f"Type: {stop}   then this again."
        if fixed
        else f"Type: export {variable}={free_port()}   then this again. (Or stop that box: {stop})",
    )


def reserved_port(variable: str, number: str) -> Problem | None:
    """No stopped container but this clone's own may have the port: Vagrant refuses that without a name."""
    name = _reserved_ports().get(number)
    if name is None:
        return None
    clone = next((other for other in clones.others(variable) if other.port == number), None)
    owner = f" (the box of the clone {clone.folder})" if clone else ""
    return Problem(
        f"Port {number} of 127.0.0.1 is taken by the container {name}{owner}, which is stopped.",
        f"Vagrant makes no box whose port another may want back; {variable} decides the port.",
        f"Type: export {variable}={free_port()}   then run this again. (Or remove it: docker rm --volumes {name})",
    )


def _reserved_ports() -> dict[str, str]:
    """Return the host ports of stopped containers, each with its container's name, this clone's own left out."""
    if shutil.which("docker") is None:
        return {}
    listed = _docker(
        "ps", "--all", "--quiet", "--no-trunc", "--filter=status=exited", "--filter=status=created"
    ).split()
    own = ROOT / ".vagrant/machines/default/docker/id"
    others = [identity for identity in listed if not (own.is_file() and own.read_text() == identity)]
    template = "{{.Name}} {{range .HostConfig.PortBindings}}{{range .}}{{.HostPort}} {{end}}{{end}}"
    told = _docker("inspect", "--format", template, *others) if others else ""
    return {port: name.lstrip("/") for name, *ports in map(str.split, told.splitlines()) for port in ports}


def _docker(*arguments: str) -> str:
    return subprocess.run(["docker", *arguments], capture_output=True, text=True, check=False).stdout


def _kept_ports() -> set[str]:
    """Return the ports that boxes want back when they start again, whatever their provider."""
    return {*_reserved_ports(), *(clone.port for clone in clones.others())}


def free_port() -> int:
    """Return the lowest port from 8001 on that no program has and no box wants back."""
    kept = _kept_ports()
    return next(number for number in range(8001, PORTS.stop) if str(number) not in kept and not _taken(number))


def any_port() -> int:
    """Return a port for a box without users: two builds that start at once get different ones."""
    kept = _kept_ports()
    while True:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            number: int = probe.getsockname()[1]
        if str(number) not in kept:
            return number


def _taken(number: int) -> bool:
    with socket.socket() as probe:
        # As Docker and ssh do: a port in TIME_WAIT can be bound, a listening one can't.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", number))
        except OSError as error:
            return error.errno == errno.EADDRINUSE
    return False


if __name__ == "__main__":
    print(any_port())
