"""The filter of fingerprints, compared with ssh-keygen."""

import shutil
import subprocess
from pathlib import Path

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.breakable.toy.plugins.filter.ssh_fingerprint import FilterModule

ssh_fingerprint = FilterModule().filters()["ssh_fingerprint"]


@pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="needs ssh-keygen")
@pytest.mark.parametrize("kind", ["ed25519", "ecdsa"])
def test_fingerprint_equals_that_of_ssh_keygen(tmp_path: Path, kind: str) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "a comment", "-f", key], check=True)
    listed = subprocess.run(["ssh-keygen", "-l", "-f", key], check=True, capture_output=True, text=True).stdout
    assert listed.split()[1] == ssh_fingerprint(key.with_suffix(".pub").read_text())


def test_invalid_key_is_an_error_of_the_filter() -> None:
    with pytest.raises(AnsibleFilterError, match="Invalid public key: 'secret'"):
        ssh_fingerprint("secret")
