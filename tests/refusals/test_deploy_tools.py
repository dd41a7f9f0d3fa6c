"""Refusals of the role deploy_tools."""

import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.refusals.machine import BOOTED, Machine

# In the form of the vendor's folders; which program is inside does not matter to what is refused.
ARCHIVE = r"""
mkdir -p /srv/terraform/1.2.3 && cd /srv/terraform/1.2.3
printf '#!/bin/sh\necho 1.2.3\n' >terraform && chmod +x terraform
name=terraform_1.2.3_linux_$(dpkg --print-architecture).zip
python3 -m zipfile -c $name terraform
sha256sum $name >terraform_1.2.3_SHA256SUMS
"""
TERRAFORM = {
    "deploy_tools_terraform_version": "1.2.3",
    "deploy_tools_terraform_url": "file:///srv/terraform",
    "deploy_tools_aws_version": "",
}


# Unpacks the first half, then takes for ever.
HALF = r"""
cat >/usr/local/bin/unzip <<'U'
#!/bin/sh
case "$*" in *" -d "*) ;; *) exec /usr/bin/unzip "$@" ;; esac
for folder; do :; done
printf '#!/bin/sh\n' >"$folder/terraform" && chmod +x "$folder/terraform" && touch /srv/half && exec sleep infinity
U
chmod +x /usr/local/bin/unzip
"""


@pytest.fixture
def vendor(lasting: Machine) -> Iterator[Machine]:
    """A machine with a local archive, and without Terraform."""
    lasting.run(ARCHIVE)
    yield lasting
    lasting.run("rm -rf /opt/terraform /srv/terraform /srv/half /usr/local/bin/terraform /usr/local/bin/unzip")


def checksum(machine: Machine) -> str:
    """Return that of the archive, as the role's variable has it."""
    return "sha256:" + machine.run("cut -d ' ' -f 1 /srv/terraform/1.2.3/*_SHA256SUMS")


def test_another_checksum_is_refused_and_nothing_is_left(vendor: Machine) -> None:
    """Neither by the pin nor by the vendor's list; with the right one the next run continues."""
    told = vendor.refused("deploy_tools", **TERRAFORM, deploy_tools_terraform_checksum=f"sha256:{64 * '0'}")
    assert "Terraform 1.2.3 could not be downloaded from file:///srv/terraform" in told
    vendor.run("! test -e /opt/terraform/1.2.3 && ! command -v terraform")
    vendor.applied("deploy_tools", **TERRAFORM)
    assert "1.2.3" == vendor.run("terraform")


def test_start_of_a_version_is_refused(vendor: Machine) -> None:
    """Terraform's pin is exact: two numbers are refused before anything is asked for."""
    told = vendor.refused("deploy_tools", **{**TERRAFORM, "deploy_tools_terraform_version": "1.2"})
    assert "deploy_tools_terraform_version is 1.2, but there is an archive of each exact version only." in told
    assert "changed=0" in told


def test_version_that_is_not_there_is_named(vendor: Machine) -> None:
    """A typo in the version says where it was looked for."""
    told = vendor.refused("deploy_tools", **{**TERRAFORM, "deploy_tools_terraform_version": "1.2.4"})
    assert "Terraform 1.2.4 could not be downloaded from file:///srv/terraform" in told
    assert "Correct deploy_tools_terraform_version" in told


def test_half_a_program_is_not_taken_for_whole(vendor: Machine) -> None:
    """After a power cut in the middle of unpacking, the next run starts again, and leaves nothing else behind."""
    vendor.run("apt-get -q update && apt-get -q -y install unzip")
    vendor.run(HALF)
    with ThreadPoolExecutor() as pool:
        cut = pool.submit(vendor.apply, "deploy_tools", **TERRAFORM)
        vendor.run("timeout 120 sh -c 'until test -e /srv/half; do sleep 0.1; done'")
        subprocess.run(["docker", "kill", vendor.name], check=True)
        assert cut.result().returncode != 0
    subprocess.run(["docker", "start", vendor.name], check=True)
    subprocess.run(["docker", "exec", vendor.name, "timeout", "60", "sh", "-c", BOOTED], check=True)
    vendor.run("rm /usr/local/bin/unzip")
    vendor.applied("deploy_tools", **TERRAFORM)
    assert "1.2.3" == vendor.run("terraform")
    assert "1.2.3" == vendor.run("ls /opt/terraform")


def test_rights_are_mended(vendor: Machine) -> None:
    """A program that cannot be run any more, or that others may replace, is given its rights and owner back."""
    vendor.applied("deploy_tools", **TERRAFORM)
    vendor.run("cd /opt/terraform/1.2.3 && chmod 0644 terraform && chown -R nobody:nogroup . && chmod 0777 .")
    vendor.applied("deploy_tools", **TERRAFORM)
    assert ["root:root 755"] * 2 == vendor.run("cd /opt/terraform/1.2.3 && stat -c '%U:%G %a' . terraform").splitlines()


def test_checksum_given_later_is_held(vendor: Machine) -> None:
    """A program whose archive was held to no checksum, or to another one, is fetched again; then it stays."""
    vendor.applied("deploy_tools", **TERRAFORM)
    vendor.run("echo 'echo spoiled' >>/opt/terraform/1.2.3/terraform")
    pinned = {**TERRAFORM, "deploy_tools_terraform_checksum": checksum(vendor)}
    vendor.applied("deploy_tools", **pinned)
    assert "1.2.3" == vendor.run("terraform")
    assert "changed=0" in vendor.applied("deploy_tools", **pinned)
    vendor.run(ARCHIVE.replace("echo 1.2.3", "echo 1.2.3 again"))
    vendor.applied("deploy_tools", **{**pinned, "deploy_tools_terraform_checksum": checksum(vendor)})
    assert "1.2.3 again" == vendor.run("terraform")


def test_checksum_that_is_not_had_costs_no_program(vendor: Machine) -> None:
    """If no archive has the checksum that is given later, the role stops, and keeps the old program."""
    vendor.applied("deploy_tools", **TERRAFORM)
    vendor.refused("deploy_tools", **TERRAFORM, deploy_tools_terraform_checksum=f"sha256:{64 * '0'}")
    assert "1.2.3" == vendor.run("terraform")
    assert "1.2.3" == vendor.run("ls /opt/terraform")


def test_somebodys_own_program_is_replaced(vendor: Machine) -> None:
    """A file at the link's place gives way to the link: it would be another version that answers."""
    vendor.run("echo 'echo mine' >/usr/local/bin/terraform && chmod +x /usr/local/bin/terraform")
    vendor.applied("deploy_tools", **TERRAFORM)
    assert "1.2.3" == vendor.run("terraform")


def test_unknown_architecture_is_refused(lasting: Machine) -> None:
    """An architecture without an archive of Terraform is named and refused."""
    program = '#!/bin/sh\nexec linux32 /usr/bin/python3 "$@"\n'
    lasting.run("cat >/usr/local/bin/python32 && chmod +x /usr/local/bin/python32", stdin=program)
    told = lasting.refused("deploy_tools", ansible_python_interpreter="/usr/local/bin/python32")
    named = re.search(r"This machine runs Debian 13\S* on (\S+), which is not supported", told)
    assert named
    assert named[1] not in ("x86_64", "aarch64")
    assert "The role knows Debian 12 and 13 on x86_64 and aarch64" in told
    assert "changed=0" in told


def test_another_aws_cli_is_refused(vendor: Machine) -> None:
    """A pin that Debian's package does not have stops the role, with the variable to change."""
    told = vendor.refused("deploy_tools", deploy_tools_terraform_version="", deploy_tools_aws_version="1")
    assert "but deploy_tools_aws_version says 1." in told
