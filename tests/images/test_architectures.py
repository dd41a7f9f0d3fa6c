"""The images can be built for arm64 as well as for amd64: nothing in them is for one of the two alone."""

import re
import subprocess
from pathlib import Path

import pytest
from tests.support.inside import inside
from tests.support.project import ROOT

DOCKERFILES = sorted([*ROOT.glob("images/*/Dockerfile"), ROOT / "app/Dockerfile"])
REQUIREMENTS = sorted([*ROOT.glob("images/*/requirements.txt"), *ROOT.glob("app/requirements*.txt")])
ONE_ALONE = re.compile(r"amd64|x86[-_]64|arm64|aarch64")


def relative(path: Path) -> str:
    """Return a file's name for a test's title."""
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=relative)
def test_no_step_is_for_one_architecture(dockerfile: Path) -> None:
    """No instruction names an architecture; comments may."""
    lines = dockerfile.read_text().splitlines()
    assert [] == [line for line in lines if ONE_ALONE.search(line) and not line.startswith("#")]


@pytest.mark.parametrize("requirements", REQUIREMENTS, ids=relative)
def test_wheels_for_arm64(requirements: Path, tmp_path: Path) -> None:
    """Each Python package has a wheel for arm64 among the hashes, so that nothing is compiled."""
    platform = ["--python-platform=aarch64-manylinux_2_40", "--python-version=3.13", "--only-binary=:all:"]
    install = ["uv", "pip", "install", "--dry-run", "--no-deps", "--require-hashes", f"--target={tmp_path}", *platform]
    run = subprocess.run([*install, f"--requirement={requirements}"], capture_output=True, text=True, check=False)
    assert 0 == run.returncode, run.stderr


@pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=relative)
def test_debian_packages_for_arm64(dockerfile: Path) -> None:
    """Debian has all the packages that the image installs for arm64, with what they depend on."""
    listed = re.findall(r"apt-get install --yes --no-install-recommends ([^\n&\\]+)", dockerfile.read_text())
    assert listed
    # A bare system of that architecture.
    folder = "/tmp/arm64"  # noqa: S108 - in a box for one person
    architecture = "-o APT::Architecture=arm64 -o APT::Architectures=arm64"
    system = f"-o Dir::State={folder} -o Dir::State::status=/dev/null -o Dir::Cache={folder}"
    apt = f"sudo apt-get -q {architecture} {system}"
    install = f"{apt} --simulate --no-install-recommends install {' '.join(listed)}"
    told = inside(f"(mkdir -p {folder}/lists/partial && {apt} update && {install}) 2>&1; echo status $?")
    assert told.rstrip().endswith("status 0"), told


def test_what_was_built_is_this_machines() -> None:
    """The images are of the architecture that built them."""
    images = "breakable-toy/web:prod breakable-toy/web:dev breakable-toy/postgis:17"
    built = set(inside(f"docker image inspect --format '{{{{.Architecture}}}}' {images}").split())
    assert {inside("dpkg --print-architecture").strip()} == built
