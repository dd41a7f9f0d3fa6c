"""Which provider Terraform takes: exactly the one whose checksums are committed."""

import json
import re
from pathlib import Path

import pytest
from tests.support.project import ROOT

from breakable_toy.infra import lock
from breakable_toy.infra.deployment import MODULE, Deployment
from breakable_toy.infra.terraform import Terraform

PROVIDERS = json.loads((MODULE / lock.COMMITTED).read_text())
# As Terraform says it, with a line break where its terminal has one.
REFUSED = """Error: Failed to install provider
the local package for example.test/hashicorp/aws 5.100.0 doesn't match any of the
checksums previously recorded in the dependency lock file"""


@pytest.mark.parametrize("module", ["versions.tf", "registry/main.tf"])
def test_locked_version_is_the_modules(module: str) -> None:
    """Each module asks for the provider that is locked, or for a later one of the same major version."""
    wanted = dict(re.findall(r'source  = "(\S+)"\s+version = "~> ([\d.]+)"', (MODULE / module).read_text()))
    assert wanted.keys() == PROVIDERS.keys()
    for name, version in wanted.items():
        assert PROVIDERS[name]["version"].startswith(f"{version}.")


def test_hashes_are_whole() -> None:
    """Each is a checksum of a package (zh), or of what is in one (h1), which a folder of providers is held against."""
    for provider in PROVIDERS.values():
        assert all(re.fullmatch(r"h1:[\w+/]{43}=|zh:[0-9a-f]{64}", found) for found in provider["hashes"])
        assert {"h1", "zh"} == {found[:2] for found in provider["hashes"]}


def test_lock_is_written_for_both_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In Terraform's form, once; a lock that is right already is left alone."""
    (tmp_path / "registry").mkdir()
    (tmp_path / lock.COMMITTED).write_text(json.dumps(PROVIDERS))
    hosts = iter(["example.test"] * 2)
    monkeypatch.setattr(lock, "default_host", lambda: next(hosts))
    for _ in range(2):
        lock.write(tmp_path)
    written = [(tmp_path / folder / lock.WRITTEN).read_text() for folder in ("", "registry")]
    assert written[0] == written[1]
    assert 'provider "example.test/hashicorp/aws" {\n  version = "5.100.0"\n  hashes = [\n    "h1:' in written[0]
    (tmp_path / lock.WRITTEN).write_text(written[0].replace("h1:e", "h1:f"))
    lock.write(tmp_path)
    assert written[0] == (tmp_path / lock.WRITTEN).read_text()


def test_lock_is_not_committed() -> None:
    """It has a registry's address in it."""
    assert f"{lock.WRITTEN}\n" in (ROOT / ".gitignore").read_text()


def test_changed_provider_is_told() -> None:
    """In three beats, and not as a problem of the network."""
    problem = Terraform(Deployment("staging")).failure(REFUSED, "plan").problem
    assert "Provider refused: its checksum is not one of those in terraform/providers.json." == problem.what
    assert problem.fix.endswith("./scripts/infra plan staging")
