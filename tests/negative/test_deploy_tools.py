"""What stops the role deploy_tools."""

import pytest
from tests.negative.machine import Machine

# In the form of the vendor's folders; which program is inside does not matter to what is refused.
ARCHIVE = """
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


@pytest.fixture
def vendor(lasting: Machine) -> Machine:
    """A machine with an archive of its own."""
    lasting.run(ARCHIVE)
    return lasting


def test_another_checksum_is_refused_and_nothing_is_left(vendor: Machine) -> None:
    """Neither by the pin nor by the vendor's list; with the right one the next run goes on."""
    told = vendor.refused("deploy_tools", **TERRAFORM, deploy_tools_terraform_checksum=f"sha256:{64 * '0'}")
    assert "Terraform 1.2.3 could not be had from file:///srv/terraform" in told
    vendor.run("! test -e /opt/terraform/1.2.3 && ! command -v terraform")
    vendor.applied("deploy_tools", **TERRAFORM)
    assert "1.2.3" == vendor.run("terraform")


def test_version_that_is_not_there_is_named(vendor: Machine) -> None:
    """A typo in the version says where it was looked for."""
    told = vendor.refused("deploy_tools", **{**TERRAFORM, "deploy_tools_terraform_version": "1.2.4"})
    assert "Terraform 1.2.4 could not be had from file:///srv/terraform" in told
    assert "Correct deploy_tools_terraform_version" in told


def test_another_aws_cli_is_refused(vendor: Machine) -> None:
    """A pin that Debian's package does not have stops the role, with the variable to change."""
    told = vendor.refused("deploy_tools", deploy_tools_terraform_version="", deploy_tools_aws_version="1")
    assert "but deploy_tools_aws_version says 1." in told
