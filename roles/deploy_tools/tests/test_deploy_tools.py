"""The promises of the role deploy_tools, asked of the machine."""

import json
from typing import Any

from testinfra.host import Host

Variables = dict[str, Any]


def test_terraform_is_the_pinned_version(host: Host, variables: Variables) -> None:
    """`terraform` is exactly the pinned version; without a pin it is missing."""
    pin = variables["deploy_tools_terraform_version"]
    assert bool(pin) is host.exists("terraform")
    assert not pin or pin == json.loads(host.check_output("terraform version -json"))["terraform_version"]


def test_terraform_is_roots(host: Host, variables: Variables) -> None:
    """Everybody may run it, only root may replace it, and no archive is left."""
    if pin := variables["deploy_tools_terraform_version"]:
        program = host.file(f"/opt/terraform/{pin}/terraform")
        assert ("root", 0o755) == (program.user, program.mode)
        assert ["archive.checksum", "terraform"] == sorted(host.file(f"/opt/terraform/{pin}").listdir())
        assert [pin] == host.file("/opt/terraform").listdir()


def test_aws_is_the_pinned_version(host: Host, variables: Variables) -> None:
    """The AWS CLI answers with the version that was asked for."""
    pin = variables["deploy_tools_aws_version"]
    assert host.check_output("aws --version").startswith(f"aws-cli/{pin}.")


def test_only_root_adds_to_terraforms_folder(host: Host, variables: Variables) -> None:
    """Only root may put a program of the same name next to it, or in its place."""
    if pin := variables["deploy_tools_terraform_version"]:
        folder, note = host.file(f"/opt/terraform/{pin}"), host.file(f"/opt/terraform/{pin}/archive.checksum")
        assert ("root", 0o755) == (folder.user, folder.mode)
        assert ("root", 0o644) == (note.user, note.mode)
