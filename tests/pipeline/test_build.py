"""A build of main by the Jenkinsfile, from the commit to the deployment, as Jenkins would run it."""

import json
import subprocess

from tests.pipeline.conftest import SECRET, Build
from tests.publish.test_ecr import HOST, NAME, PASSWORD
from tests.support.project import ROOT

from breakable_toy.plan import BUILD


def test_build_is_green(build: Build) -> None:
    """Each call ends well, in the order of the file; a person is asked between plan and application."""
    failed = [call for call in build.jenkins.calls if call.status]
    assert not failed, failed[0].said[-6000:]
    calls = [note.removeprefix("./scripts/") for note in build.jenkins.notes]
    assert [
        "bootstrap --with-tests",
        "cibuild",
        "cipublish staging",
        "infra plan staging",
        "cibuild --down",
        "Apply to staging what the stage Plan has shown?",
        "infra apply staging",
    ] == calls


def test_build_ends_with_what_to_type_next(build: Build) -> None:
    """A tick, the image, and the command of the next stage."""
    (said,) = (call.said for call in build.jenkins.calls if call.command == "./scripts/cibuild")
    tick, following = said.strip().splitlines()[-2:]
    assert tick.startswith("✓ breakable-toy/web:")
    assert "is tested and kept as sha256:" in tick
    assert following.strip().startswith("Next: ./scripts/cipublish staging")


def test_what_was_tested_is_deployed(build: Build) -> None:
    """One digest: of the image that the tests have seen, in the registry under the commit, in the service at AWS."""
    workspace = build.jenkins.calls[0].workspace
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=build.origin, capture_output=True, text=True, check=True
    ).stdout.strip()
    record = json.loads((workspace / ".cache/release" / commit / "record.json").read_text())
    assert set(BUILD) == set(record["tested"])
    image = f"{HOST}/{NAME}@{record['digest']}"
    assert [image] == record["published"]
    assert f"/v2/{NAME}/manifests/{commit[:12]}" in build.registry.asked("PUT")
    ecs = build.client("ecs")
    (service,) = ecs.describe_services(cluster="toy-staging", services=["web"])["services"]
    task = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
    assert [image] == [container["image"] for container in task["containerDefinitions"]]
    assert build.front.asked
    assert all(url.endswith(".cloudfront.net/health-check/") for url in build.front.asked)


def test_reports_are_kept(build: Build) -> None:
    """A report of each part with tests, the screenshots, and the inventory, before the teardown."""
    kept = build.jenkins.archived
    parts = {"unit", "test", "browser", "faults", "images", "test-prod", "task"}
    reports = {f".cache/reports/{part}.xml" for part in parts}
    assert reports <= kept
    # And in this clone, whose run has these suites from there.
    workspace = build.jenkins.calls[0].workspace
    for file in (*reports, *(f".cache/log/{suite}.log" for suite in BUILD)):
        assert (workspace / file).read_bytes() == (ROOT / file).read_bytes(), file
    assert [file for file in kept if file.startswith(".cache/screenshots/") and file.endswith(".png")]
    assert [file for file in kept if file.endswith("/sbom.cdx.json")]


def test_nothing_is_left_running(build: Build) -> None:
    """The box is gone, and the archive that the image was taken from."""
    (workspace,) = {call.workspace for call in build.jenkins.calls if call.command == "./scripts/cibuild"}
    assert (workspace / ".cache/release").is_dir()
    assert not list(workspace.glob(".vagrant/machines/*/*/id"))
    assert not list(workspace.glob(".cache/release/*.tar"))


def test_logs_show_no_secret(build: Build) -> None:
    """Neither the credentials nor the password that AWS lends are in what Jenkins keeps."""
    said = "".join(call.said for call in build.jenkins.calls)
    assert f"{HOST}/{NAME}@sha256:" in said
    assert SECRET not in said
    assert PASSWORD not in said
