"""Questions about the host. Each returns a Problem, or None when all is well."""

import os
import platform
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from breakable_toy.packages import Environment
from breakable_toy.problem import Problem
from breakable_toy.usage import meant

ROOT = Path(__file__).resolve().parents[2]
GIB = 1024**3
# Measured: the stack takes about 0.5 GiB, building its images and unpacking packages about 1 GiB more.
MEMORY_NEEDED = 2 * GIB
DISK_NEEDED = 10 * GIB
# By the role deploy_tools, or as its vendor has it.
INSTALL_TERRAFORM = (
    "Type: sudo .venv/bin/ansible-playbook -i localhost, -c local playbooks/deploy_tools.yml   "
    "Or install 1.11 or newer from https://developer.hashicorp.com/terraform/install"
)
PROVIDERS = ("virtualbox", "docker", "libvirt", "vmware_desktop", "parallels")


def _memory_available() -> int | None:
    """Return the bytes a new process could use, or None where the system does not say (macOS)."""
    try:
        found = re.search(r"MemAvailable:\s+(\d+) kB", Path("/proc/meminfo").read_text())
    except OSError:
        return None
    if found is None:
        return None
    # A container sees its host's memory there; its own limit is in the cgroup (v2, then v1).
    limits = [int(found[1]) * 1024]
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        limit = Path("/sys/fs/cgroup", name)
        if limit.is_file() and (text := limit.read_text().strip()).isdigit():
            limits.append(int(text))
    return min(limits)


def memory() -> Problem | None:
    """2 GiB of memory must be free for the box."""
    available = _memory_available()
    if available is None or available >= MEMORY_NEEDED:
        return None
    return Problem(
        f"Only {available / GIB:.1f} GiB of memory are free; the box needs {MEMORY_NEEDED / GIB:.0f} GiB.",
        "With less, the kernel kills the database or an image build halfway.",
        "Close other programs or stop other boxes (vagrant global-status), then run this again.",
    )


def disk(folder: Path) -> Problem | None:
    """10 GiB must be free on the file system that holds ``folder`` (or its nearest existing parent)."""
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free >= DISK_NEEDED:
        return None
    return Problem(
        f"Only {free / GIB:.1f} GiB are free on the disk of {folder}; the box needs {DISK_NEEDED / GIB:.0f} GiB.",
        "A disk that fills up during an install leaves a broken package or image behind.",
        f"Free some space there (df -h '{folder}'; docker system df), then run this again.",
    )


def provider(name: str) -> Problem | None:
    """The provider must be one that the Vagrantfile defines."""
    if name in PROVIDERS:
        return None
    return Problem(
        f"There is no provider '{name}'.{meant(name, PROVIDERS)}",
        "The Vagrantfile says how to make the box for each provider, and it has none of that name.",
        f"Choose one of: {', '.join(PROVIDERS)}. For example: --provider docker",
    )


def sizes() -> Iterator[Problem]:
    """Yield the sizes of a virtual machine that are set to anything but a whole number of 1 or more."""
    for variable, (default, unit) in {"TOY_MEMORY": (2048, "MiB of memory"), "TOY_CPUS": (2, "processors")}.items():
        value = os.environ.get(variable, str(default))
        if not re.fullmatch(r"[1-9][0-9]*", value):
            yield Problem(
                f'{variable} is "{value}", which is not a whole number of 1 or more.',
                f"A virtual machine gets that many {unit}.",
                f"Type: export {variable}={default}   then the same command",
            )


def running(box: str) -> Problem | None:
    """A box is provisioned only while it runs. Vagrant would do nothing, and call that a success."""
    if box == "running":
        return None
    if box == "absent":
        return Problem("There is no box yet.", "Ansible works inside it.", "Type: ./scripts/setup")
    return Problem("The box does not run.", "Ansible works inside it.", "Type: vagrant up   then the same command")


def ansible() -> Problem | None:
    """The project's own Ansible must be installed, and whole."""
    if (ROOT / ".venv/bin/ansible-playbook").exists() and Environment("run", ROOT).is_whole:
        return None
    return Problem(
        "The project's Python environment (.venv) is missing or incomplete.",
        "Vagrant provisions the box with the Ansible that is pinned there.",
        "Type: ./scripts/bootstrap",
    )


def docker_daemon() -> Problem | None:
    """A Docker daemon must answer this user."""
    if shutil.which("docker") is None:
        return Problem(
            "Docker is not installed on this machine.",
            "The docker provider runs the box as a container of the host's Docker daemon.",
            "Type: ./scripts/setup --provider docker",
        )
    run = subprocess.run(["docker", "info"], capture_output=True, text=True, check=False)
    if run.returncode == 0:
        return None
    if "permission denied" in run.stderr:
        fix = "Type: sudo usermod -aG docker $USER && newgrp docker"
    else:
        fix = "Type: ./scripts/bootstrap --provider docker (it starts the daemon), or: sudo service docker start"
    said = run.stderr.strip().splitlines()[-1:] or ["it said nothing"]
    return Problem("No Docker daemon answers.", f"The docker provider needs it. Docker said: {said[0]}", fix)


def docker_address() -> Problem | None:
    """Docker's address, by whatever variable or context, must be this machine's."""
    if shutil.which("docker") is None:
        return None
    command = ["docker", "context", "inspect", "--format", "{{.Endpoints.docker.Host}}"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    address = run.stdout.strip()
    is_unknown = run.returncode != 0 and "DOCKER_CONTEXT" in os.environ
    if not is_unknown and not re.match(r"(tcp|ssh|https?)://(?!(.*@)?(localhost|127\.|\[::1\]))", address):
        return None
    name = next((name for name in ("DOCKER_HOST", "DOCKER_CONTEXT") if os.environ.get(name)), "Docker's context")
    fix = f"unset {name}" if name.isupper() else "docker context use default"
    return Problem(
        f"{name} names a Docker on another machine: {address}"
        if address
        else f"{name} names a context that Docker does not know: {os.environ[name]}",
        "The box is a container of this machine's Docker, and its ports are this machine's.",
        f"Type: {fix}   then this again.",
    )


def container_image() -> Problem | None:
    """The box's container image must have been built."""
    found = re.search(r"^image:\s*(\S+)", (ROOT / "box/container.yml").read_text(), re.MULTILINE)
    image = found[1] if found else ""
    label = '{{index .Config.Labels "toy.definition"}}'
    run = subprocess.run(
        ["docker", "image", "inspect", "--format", label, image], capture_output=True, text=True, check=False
    )
    fix = "Type: ./scripts/box container"
    if run.returncode != 0:
        return Problem(
            f"The box's image {image} does not exist on this machine.",
            "No registry carries it: it is built here, from Debian's packages, in under a minute.",
            fix,
        )
    # What ./scripts/box of this clone noted, where it has run.
    noted = ROOT / ".cache/box-container"
    if not noted.is_file() or run.stdout.strip() == noted.read_text().strip():
        return None
    return Problem(
        f"The box's image {image} is not this clone's: another clone has built it from another definition.",
        "The box would be like that clone's.",
        fix,
    )


def virtualization() -> Problem | None:
    """The libvirt box needs Linux on amd64, and the kernel's tun and loop devices for its network and its image."""
    system = f"{platform.system()} {platform.machine()}"
    missing = [name for name in ("/dev/net/tun", "/dev/loop-control") if not Path(name).exists()]
    if system == "Linux x86_64" and not missing:
        return None
    return Problem(
        f"libvirt cannot run the box here ({system}{', without ' if missing else ''}{' and '.join(missing)}).",
        "Its image is built for amd64 through a loop device, and its network needs tun.",
        "Use another provider (./scripts/setup --provider docker), or another machine.",
    )


def kvm() -> Problem | None:
    """The processor must run a virtual machine itself. The Vagrantfile asks the same before it emulates one."""
    # /dev/kvm alone proves nothing: a host that is a virtual machine itself may have one that runs no ordinary kernel.
    flags = re.search(r"^flags.*\b(vmx|svm)\b", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    if flags and Path("/dev/kvm").exists():
        return None
    return Problem(
        "This machine has no KVM.",
        "An emulated machine takes half an hour and all processors, and its times mean nothing.",
        "Run, on an idle machine: ./scripts/test vm",
    )


def terraform() -> Problem | None:
    """Terraform must be installed; its provider is its own to fetch."""
    if shutil.which("terraform"):
        return None
    return Problem(
        "There is no Terraform on this machine.",
        "It plans and makes deployments, and no archive of Debian's has it.",
        INSTALL_TERRAFORM,
    )


def libvirt_box() -> Problem | None:
    """The libvirt box must have been built and added to Vagrant."""
    home = Path(os.environ.get("VAGRANT_HOME", Path.home() / ".vagrant.d"))
    if any(home.glob("boxes/breakable-toy-VAGRANTSLASH-box/*/**/libvirt")):
        return None
    return Problem(
        "The libvirt box breakable-toy/box does not exist on this machine.",
        "No registry carries it: it is built here, from Debian's packages, in a few minutes.",
        "Type: ./scripts/box libvirt",
    )


def libvirt_daemon() -> Problem | None:
    """The system daemon of libvirt must answer this user."""
    command = ["virsh", "--connect", "qemu:///system", "list"]
    if shutil.which("virsh") and subprocess.run(command, capture_output=True, check=False).returncode == 0:
        return None
    return Problem(
        "libvirt does not answer at qemu:///system.",
        "The libvirt provider makes the box's virtual machine through it.",
        "Type: ./scripts/bootstrap --provider libvirt (it installs and starts libvirt)",
    )
