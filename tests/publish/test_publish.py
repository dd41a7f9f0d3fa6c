"""The tested image is published, and nothing else."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from tests.publish.conftest import Clone
from tests.publish.registry import Registry

MANIFEST = "application/vnd.oci.image.manifest.v1+json"


def served(registry: Registry, name: str) -> str | None:
    """Return the digest of what the registry hands out by a tag or digest, asked without skopeo."""
    url = f"http://{registry.address}/v2/team/web/manifests/{name}"
    answer = requests.get(url, headers={"Accept": MANIFEST}, timeout=30)
    return None if answer.status_code == 404 else f"sha256:{hashlib.sha256(answer.content).hexdigest()}"


def team(registry: Registry) -> str:
    """Return the registry as a person names it."""
    return f"{registry.address}/team"


def test_what_was_tested_is_published(clone: Clone, registry: Registry, archive: Path) -> None:
    """The registry serves the digest that was kept, by the commit's tag; the record and the last line name it."""
    digest = clone.keep(archive, "app", "images")
    reference = clone.publish(IMAGE_REGISTRY=team(registry))
    assert f"{team(registry)}/web@{digest}" == reference
    assert digest == served(registry, clone.commit[:12])
    record = json.loads((clone.release / "record.json").read_text())
    expected = {"commit": clone.commit, "digest": digest, "tested": ["app", "images"], "published": [reference]}
    assert expected == record


def test_second_time_changes_nothing(clone: Clone, registry: Registry, archive: Path) -> None:
    """It says so, prints the same, and sends nothing."""
    digest = clone.keep(archive, "app")
    first = clone.publish(IMAGE_REGISTRY=team(registry))
    record = (clone.release / "record.json").read_bytes()
    sent = registry.asked("PUT", "POST", "PATCH")
    assert sent
    told = clone.told(IMAGE_REGISTRY=team(registry))
    assert "is there already" in told
    assert first == told.splitlines()[-1]
    assert sent == registry.asked("PUT", "POST", "PATCH")
    assert record == (clone.release / "record.json").read_bytes()
    assert digest == served(registry, clone.commit[:12])


def test_oldest_releases_go(clone: Clone, archive: Path) -> None:
    """The newest five stay, that of the commit here among them."""
    commits = []
    for _ in range(6):
        clone.git("commit", "--quiet", "--allow-empty", "--message", "Go on")
        clone.keep(archive, "app")
        commits.append(clone.commit)
    clone.git("checkout", "--quiet", commits[1])
    clone.keep(archive, "app")
    clone.git("checkout", "--quiet", commits[0])
    clone.keep(archive, "app")
    assert {commits[number] for number in (0, 1, 3, 4, 5)} == {folder.name for folder in clone.release.parent.iterdir()}


def test_kept_twice_is_the_same(clone: Clone, registry: Registry, archive: Path) -> None:
    """The digest is the image's; where it was published is not forgotten; nothing else is left in the folder."""
    digest = clone.keep(archive, "app")
    reference = clone.publish(IMAGE_REGISTRY=team(registry))
    assert digest == clone.keep(archive, "app")
    assert [reference] == json.loads((clone.release / "record.json").read_text())["published"]
    assert {"image", "record.json"} == {path.name for path in clone.release.iterdir()}


@pytest.mark.parametrize("change", ["new", "README.md"])
def test_changes_without_a_commit_are_refused(clone: Clone, registry: Registry, archive: Path, change: str) -> None:
    """A file that git does not know counts as well as one that it does; neither is kept nor published."""
    clone.keep(archive, "app")
    (clone.folder / change).write_text("changed\n")
    told = clone.refused(IMAGE_REGISTRY=team(registry))
    assert f"There are changes that no commit has: {change}." in told
    kept = clone.run(sys.executable, "-m", "breakable_toy.release", "keep", archive, "--tested", "app")
    assert (1, True) == (kept.returncode, "There are changes that no commit has" in kept.stderr)
    assert [] == registry.asked("PUT", "POST", "PATCH")


def test_untested_is_refused(clone: Clone, registry: Registry, archive: Path) -> None:
    """Neither what was not made, nor what was made and not tested."""
    assert "There is no release of" in clone.refused(IMAGE_REGISTRY=team(registry))
    clone.keep(archive)
    told = clone.refused(IMAGE_REGISTRY=team(registry))
    assert "was not tested." in told
    assert "./scripts/cibuild" in told
    assert [] == registry.asked("PUT", "POST", "PATCH")


def test_another_image_in_its_place_is_refused(
    clone: Clone, registry: Registry, archive: Path, another_archive: Path
) -> None:
    """A layout that is whole, and of another image than the record's."""
    tested = clone.keep(archive, "app")
    record = (clone.release / "record.json").read_bytes()
    other = clone.keep(another_archive)
    (clone.release / "record.json").write_bytes(record)
    assert f"{other}, not {tested}" in clone.refused(IMAGE_REGISTRY=team(registry))
    assert [] == registry.asked("PUT", "POST", "PATCH")


def test_changed_layer_is_refused(clone: Clone, registry: Registry, archive: Path) -> None:
    """A byte is enough."""
    clone.keep(archive, "app")
    layer = max((clone.release / "image/blobs/sha256").iterdir(), key=lambda path: path.stat().st_size)
    content = bytearray(layer.read_bytes())
    content[1000] ^= 1
    layer.write_bytes(content)
    told = clone.refused(IMAGE_REGISTRY=team(registry))
    assert f"has changed since it was tested: sha256:{layer.name} has other content" in told
    assert [] == registry.asked("PUT", "POST", "PATCH")


def test_tag_of_another_image_stays(clone: Clone, registry: Registry, archive: Path, another_archive: Path) -> None:
    """A tag's image is never replaced."""
    first = clone.keep(archive, "app")
    clone.publish(IMAGE_REGISTRY=team(registry))
    second = clone.keep(another_archive, "app")
    assert f"is another image: {first}, not {second}." in clone.refused(IMAGE_REGISTRY=team(registry))
    assert first == served(registry, clone.commit[:12])
    assert served(registry, second) is None
    assert [] == json.loads((clone.release / "record.json").read_text())["published"]


def test_no_archive_is_no_release(clone: Clone, tmp_path: Path) -> None:
    """An invalid archive is reported, and the earlier release stays."""
    (tmp_path / "archive").write_text("nothing of the kind")
    for archive in (tmp_path / "archive", tmp_path / "absent"):
        done = clone.run(sys.executable, "-m", "breakable_toy.release", "keep", archive, "--tested", "app")
        assert 1 == done.returncode
        assert "is not the archive of one image" in done.stderr
        assert not (clone.release / "record.json").exists()


@pytest.mark.parametrize("name", ["https://registry.example.com", "team", "registry.example.com/a b"])
def test_what_is_no_registry_is_refused(clone: Clone, archive: Path, name: str) -> None:
    """An address of another kind, or a folder without a host, would lead elsewhere."""
    clone.keep(archive, "app")
    assert f"IMAGE_REGISTRY is {name}, which is not a registry." in clone.refused(IMAGE_REGISTRY=name)


def test_somewhere_has_to_be_named(clone: Clone, archive: Path) -> None:
    """Neither a registry nor a deployment is an error, and a deployment that is not there another."""
    clone.keep(archive, "app")
    assert "No target registry given." in clone.refused()
    assert "There is no deployment production" in clone.refused("production")


def test_plain_http_is_for_this_machine(clone: Clone, tmp_path: Path, archive: Path) -> None:
    """At any other address, a registry has to prove who it is."""
    clone.keep(archive, "app")
    registry = Registry(tmp_path / "elsewhere", address="127.0.0.2")
    try:
        assert "cannot be trusted" in clone.refused(IMAGE_REGISTRY=team(registry))
        assert [] == registry.asked("PUT", "POST", "PATCH")
    finally:
        registry.stop()


def test_image_has_what_was_built(clone: Clone, registry: Registry, archive: Path, tmp_path: Path) -> None:
    """The file that the image was made of comes out of the registry."""
    clone.keep(archive, "app")
    reference = clone.publish(IMAGE_REGISTRY=team(registry))
    back = tmp_path / "back"
    source = ["--src-tls-verify=false", f"docker://{reference}"]
    subprocess.run(["skopeo", "copy", "--quiet", *source, f"dir:{back}"], check=True)
    layer = max(back.iterdir(), key=lambda path: path.stat().st_size)
    file = subprocess.run(["tar", "-xOzf", layer, "layer"], capture_output=True, check=True).stdout
    assert file == (archive.parent / "layer").read_bytes()
