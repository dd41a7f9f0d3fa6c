"""Both pipelines, Jenkins' and GitHub's, held against each other and against the scripts that they call."""

import json
import os
import re
import shlex
import subprocess
from typing import Any

import pytest
import yaml
from tests.pipeline import jenkinsfile
from tests.support.project import ROOT

from breakable_toy.infra.__main__ import parser
from breakable_toy.infra.deployment import Deployment
from breakable_toy.plan import ONLY_WHEN_NAMED

JENKINSFILE = (ROOT / "Jenkinsfile").read_text()
(PIPELINE,) = jenkinsfile.parse(JENKINSFILE).inner
# Those that do something, and not those that hold others.
STAGES = [stage for stage in PIPELINE.all("stage") if stage.own("steps")]
WORKFLOW_TEXT = (ROOT / ".github/workflows/ci.yml").read_text()
WORKFLOW = yaml.safe_load(WORKFLOW_TEXT)
JOBS = WORKFLOW["jobs"]
STEPS = [(job, step) for job, content in JOBS.items() for step in content["steps"]]

TEARDOWN = "./scripts/cibuild --down"
# They ask AWS, so they need its credentials.
DEPLOYING = ("./scripts/cipublish", "./scripts/infra")
PLAN, APPLY = "./scripts/infra plan staging", "./scripts/infra apply staging"
ON_MAIN = "github.ref == 'refs/heads/main'"
UNITS = {"MINUTES": 1, "HOURS": 60}


def commands(block: jenkinsfile.Block) -> list[str]:
    """Return what the shell gets from a part of the Jenkinsfile."""
    return [command for statement in block.all("sh") for command in statement.strings]


JENKINS_CALLS = [command for stage in STAGES for command in commands(stage.own("steps")[0])]
GITHUB_CALLS = [step["run"].strip() for _, step in STEPS if "run" in step and step["run"].strip() != TEARDOWN]
CALLS = sorted({*commands(PIPELINE), *(step["run"].strip() for _, step in STEPS if "run" in step)})


def stage_of(command: str) -> jenkinsfile.Block:
    """Return the stage of the Jenkinsfile that makes a call."""
    (stage,) = (stage for stage in STAGES if command in commands(stage))
    return stage


def job_of(command: str) -> str:
    """Return the name of the workflow's job that makes a call."""
    (job,) = (job for job, step in STEPS if step.get("run", "").strip() == command)
    return str(job)


def minutes(block: jenkinsfile.Block) -> int:
    """Return the limit that a pipeline or a stage has set itself, in minutes."""
    (limit,) = block.own("options", "timeout")
    found = re.fullmatch(r"timeout\(time: (\d+), unit: '(\w+)'\)", limit.head)
    assert found, limit.head
    return int(found[1]) * UNITS[found[2]]


def deploys(calls: list[str]) -> bool:
    """Whether any of them is for AWS."""
    return any(call.startswith(DEPLOYING) for call in calls)


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: str(stage.strings[0]))
def test_stage_is_one_call(stage: jenkinsfile.Block) -> None:
    """A stage is one script, which a person can run as well; only what Jenkins itself does is none."""
    calls = commands(stage.own("steps")[0])
    assert len(calls) == (0 if stage.strings[0] in {"Checkout", "Approve"} else 1)


@pytest.mark.parametrize("call", CALLS)
def test_call_is_of_a_script(call: str) -> None:
    """A command is one script of scripts/ and its arguments; nothing for a shell to do."""
    assert re.fullmatch(r"\./scripts/\w+( [\w-]+)*", call)
    assert os.access(ROOT / call.partition(" ")[0], os.X_OK)


@pytest.mark.parametrize("call", CALLS)
def test_scripts_know_the_words_of_their_calls(call: str) -> None:
    """Each option and command is in the script's help; a deployment has its file."""
    script, *words = shlex.split(call)
    shown = subprocess.run([ROOT / script, "--help"], capture_output=True, text=True, check=True).stdout
    for word in words:
        known = (ROOT / f"terraform/environments/{word}.tfvars").is_file() or re.search(rf"(?<![\w-]){word}\b", shown)
        assert known, f"{script} does not know {word}"


@pytest.mark.parametrize("call", [call for call in CALLS if call.startswith("./scripts/infra ")])
def test_infra_needs_nothing_more(call: str) -> None:
    """No argument that scripts/infra wants is missing."""
    assert parser().parse_args(shlex.split(call)[1:])


def test_both_make_the_same_calls() -> None:
    """Jenkins and GitHub run the same scripts, in the same order."""
    assert JENKINS_CALLS == GITHUB_CALLS


def test_calls_are_in_their_order() -> None:
    """The tested image is published, the published one is planned, the plan is applied."""
    scripts = [" ".join(call.removeprefix("./scripts/").split()[:2]) for call in JENKINS_CALLS]
    assert ["bootstrap --with-tests", "cibuild", "cipublish staging", "infra plan", "infra apply"] == scripts


def test_failure_stops_what_comes_after() -> None:
    """Neither pipeline continues after a failed call."""
    # In double quotes, besides, Groovy would put secrets into the command, for `ps` to show.
    assert all(re.fullmatch(r"sh '[^']+'", statement.head) for statement in PIPELINE.all("sh"))
    assert not [block.head for block in PIPELINE.walk() if block.name in {"catchError", "script", "retry", "warnError"}]
    assert PIPELINE.own("options", "skipStagesAfterUnstable")
    assert not [step for _, step in STEPS if "continue-on-error" in step]
    assert not [job for job, content in JOBS.items() if "continue-on-error" in content]
    assert ["./scripts/cibuild --down"] == [step["run"] for _, step in STEPS if "run" in step and "if" in step]


def test_github_runs_for_main_and_proposals() -> None:
    """A proposal runs as what it is, with its author's rights; pull_request_target would lend it those of main."""
    assert {"push": {"branches": ["main"]}, "pull_request": None} == WORKFLOW["on"]


def test_jenkins_tears_down_whatever_happens() -> None:
    """The teardown comes after the stages of the box, on their agent, after failures and aborts too."""
    (group,) = (stage for stage in PIPELINE.all("stage") if stage.own("post", "cleanup"))
    assert [TEARDOWN] == [call for cleanup in group.own("post", "cleanup") for call in commands(cleanup)]
    assert group.own("agent")
    assert {"Build", "Publish"} <= {stage.strings[0] for stage in group.all("stage")}
    # Within a limit of the group itself, which may be over by then, it would not have its time.
    assert not group.own("options")


def test_github_tears_down_whatever_happens() -> None:
    """The teardown is the last step of the job that builds, after failures and cancellations too."""
    last = JOBS[job_of("./scripts/cibuild")]["steps"][-1]
    assert (TEARDOWN, "always()") == (last["run"], last["if"])


def test_both_keep_what_the_tests_have_left() -> None:
    """Reports, screenshots and the inventory are kept after a failure as well."""
    kept = {".cache/reports/*.xml", ".cache/screenshots/**", ".cache/release/**/sbom.cdx.json"}
    (archive,) = (block for post in PIPELINE.all("always") for block in post.all("archiveArtifacts"))
    assert kept == set(archive.strings[0].split(", "))
    (upload,) = (step for _, step in STEPS if step.get("with", {}).get("name") == "reports")
    assert ("always()", kept) == (upload["if"], set(upload["with"]["path"].split()))


def test_jenkins_has_limits() -> None:
    """Each stage ends in time, and all of them together before the pipeline has to."""
    assert sum(minutes(stage) for stage in STAGES) <= minutes(PIPELINE)
    assert all(cleanup.own("timeout") for cleanup in PIPELINE.all("cleanup"))


@pytest.mark.parametrize("job", JOBS)
def test_github_has_limits(job: str) -> None:
    """Each call ends in time, and all steps of a job before the job has to."""
    limits = [step.get("timeout-minutes") for step in JOBS[job]["steps"]]
    assert sum(limit or 0 for limit in limits) <= JOBS[job]["timeout-minutes"]
    assert all(limit for limit, step in zip(limits, JOBS[job]["steps"], strict=True) if "run" in step)


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: str(stage.strings[0]))
def test_jenkins_deploys_main_alone(stage: jenkinsfile.Block) -> None:
    """Calls to AWS, and the approval, are for main; no other job sees credentials."""
    deploying = deploys(commands(stage))
    on_main = "branch 'main'" in [condition.head for when in stage.own("when") for condition in when.inner]
    assert on_main == (deploying or bool(stage.all("input")))
    assert deploying == bool(stage.all("withCredentials"))
    # `environment` would show them to all that the stage does.
    assert "credentials(" not in JENKINSFILE


@pytest.mark.parametrize("job", JOBS)
def test_github_deploys_main_alone(job: str) -> None:
    """Calls to AWS are for main, on no machine that runs proposals; no other job can get a token."""
    deploying = deploys([step.get("run", "") for step in JOBS[job]["steps"]])
    content = JOBS[job]
    assert (content.get("if") == ON_MAIN) == deploying
    assert ("id-token" in content.get("permissions", {})) == deploying
    assert ("self-hosted" in content["runs-on"]) != deploying


def test_github_gives_no_other_rights() -> None:
    """Jobs may read by default, and none may write to the repository."""
    assert {"contents": "read"} == WORKFLOW["permissions"]
    given = [content["permissions"] for content in JOBS.values() if "permissions" in content]
    assert all(rights == {"contents": "read", "id-token": "write"} for rights in given)


def test_jenkins_asks_before_it_applies() -> None:
    """A reviewer approves between the plan and its application, and no executor waits meanwhile."""
    (asking,) = (stage for stage in STAGES if stage.all("input"))
    order = [STAGES.index(stage) for stage in (stage_of(PLAN), asking, stage_of(APPLY))]
    assert sorted(order) == order
    assert "submitter:" in asking.all("input")[0].head
    assert ["agent none"] == [agent.head for agent in PIPELINE.own("agent")]
    assert asking in PIPELINE.own("stages", "stage")
    assert not asking.own("agent")


def test_github_asks_before_it_applies() -> None:
    """The plan's application is a separate job, in an environment, whose reviewers GitHub asks first."""
    assert {job_of(APPLY)} == {job for job, content in JOBS.items() if "environment" in content}
    assert job_of(PLAN) == JOBS[job_of(APPLY)]["needs"]
    assert job_of("./scripts/cibuild") == JOBS[job_of(PLAN)]["needs"]


def test_plan_has_no_rights_of_apply() -> None:
    """The stages before the approval have other credentials than the one after it, in both pipelines."""
    lent = {
        stage.strings[0]: re.findall(r"credentialsId: '([\w-]+)'", block.head)
        for stage in STAGES
        for block in stage.all("withCredentials")
    }
    plan, apply = ["breakable-toy-staging-plan"], ["breakable-toy-staging-apply"]
    assert {"Publish": plan, "Plan": plan, "Apply": apply} == lent
    roles = {job: step["with"]["role-to-assume"] for job, step in STEPS if "role-to-assume" in step.get("with", {})}
    assert {job_of(PLAN): "${{ vars.AWS_PLAN_ROLE }}", job_of(APPLY): "${{ vars.AWS_APPLY_ROLE }}"} == roles


def test_plan_reaches_the_stage_that_applies_it() -> None:
    """The plan, where scripts/infra keeps it, goes from one machine to the next."""
    plan = Deployment("staging").plan.relative_to(ROOT)
    needed = {str(plan)}
    (stash,) = stage_of(PLAN).all("stash")
    assert needed == set(stash.strings[1].split(", "))
    assert [[stash.strings[0]]] == [unstash.strings for unstash in stage_of(APPLY).all("unstash")]
    upload, download = (step["with"] for _, step in STEPS if step.get("with", {}).get("name") == "plan")
    # A file alone is uploaded without its folders.
    assert (str(plan), str(plan.parent)) == (upload["path"], download["path"])


def test_hidden_files_are_uploaded() -> None:
    """GitHub leaves out what begins with a dot, as .cache does, unless configured."""
    uploads: list[dict[str, Any]] = [step["with"] for _, step in STEPS if "upload-artifact" in step.get("uses", "")]
    assert uploads
    assert all(upload.get("include-hidden-files") for upload in uploads if "/." in f"/{upload['path']}")


def test_actions_are_pinned() -> None:
    """Each action is named by its commit, with its version in a comment."""
    used = re.findall(r"uses: (.*)", WORKFLOW_TEXT)
    assert used
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action) for action in used)


def test_region_and_terraform_are_the_projects() -> None:
    """The values of GitHub's actions equal those of the project."""
    told = {name: value for _, step in STEPS for name, value in step.get("with", {}).items()}
    assert Deployment("staging").region == told["aws-region"]
    defaults = yaml.safe_load((ROOT / "roles/deploy_tools/defaults/main.yml").read_text())
    assert defaults["deploy_tools_terraform_version"] == told["terraform_version"]


@pytest.mark.parametrize("text", [JENKINSFILE, WORKFLOW_TEXT], ids=["Jenkins", "GitHub"])
def test_no_log_shows_secrets(text: str) -> None:
    """Nothing turns on the shell's tracing, which would print the environment's secrets."""
    assert not re.search(r"TOY_DEBUG|set -\w*x|printenv|\$\{\{ *secrets", text)


def test_npm_is_held_by_hashes() -> None:
    """Each package of npm's that scripts/lint installs has a hash, and no registry's address."""
    lock = json.loads((ROOT / "requirements/npm-groovy-lint/package-lock.json").read_text())
    packages = [package for path, package in lock["packages"].items() if path]
    assert packages
    assert all("integrity" in package and "resolved" not in package for package in packages)


@pytest.mark.parametrize("text", ["a {", "a { b }}", "a(b {}", "a { /* } */"])
def test_broken_jenkinsfile_is_refused(text: str) -> None:
    """With unmatched braces, nothing is claimed of their content."""
    with pytest.raises(ValueError, match=r"brace|closed"):
        jenkinsfile.parse(text)


def test_braces_in_strings_and_comments_are_none() -> None:
    """Strings, comments and continued lines stay one statement."""
    (stage,) = jenkinsfile.parse(
        "stage('a{b') { // }\n  sh './c', // no end\n    returnStatus: true\n  d([\n'e'])\n}"
    ).inner
    assert ["a{b"] == stage.strings
    assert ["sh './c', returnStatus: true", "d([ 'e'])"] == [block.head for block in stage.inner]


def test_weekly_pipelines_make_the_same_calls() -> None:
    """The suites that run only by name, on both systems."""
    (weekly,) = jenkinsfile.parse((ROOT / "Jenkinsfile.weekly").read_text()).inner
    workflow = yaml.safe_load((ROOT / ".github/workflows/weekly.yml").read_text())
    calls = [step["run"] for step in workflow["jobs"]["weekly"]["steps"] if "run" in step]
    assert commands(weekly) == calls
    assert {f"./scripts/test {suite}" for suite in (*ONLY_WHEN_NAMED, "vm")} == set(calls[1:])
