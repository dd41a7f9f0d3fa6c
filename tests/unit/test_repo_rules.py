"""The house rules, held by a machine: each finds both what is missing and what has no reason to be there."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.support.project import ROOT

from breakable_toy import role_docs
from breakable_toy.infra.deployment import NAME

ROLES = sorted(path.name for path in (ROOT / "roles").iterdir() if (path / "tasks").is_dir())
SCRIPTS = sorted(path.name for path in (ROOT / "scripts").iterdir() if path.is_file())
README = (ROOT / "README.md").read_text()


def tracked(*patterns: str) -> list[str]:
    """Return the tracked files, relative to the root."""
    listed = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return listed.stdout.splitlines()


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("file", ["README.md", "defaults/main.yml", "meta/argument_specs.yml", "tasks/main.yml"])
def test_every_role_is_whole(role: str, file: str) -> None:
    """A role has its README, defaults, specification and tasks."""
    assert (ROOT / "roles" / role / file).is_file()


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_tests(role: str) -> None:
    """A role's testinfra file bears its name."""
    assert (ROOT / "roles" / role / "tests" / f"test_{role}.py").is_file()


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_two_sets_of_variables(role: str) -> None:
    """Molecule tries the role with each of them."""
    files = (ROOT / "roles" / role / "tests/variables").glob("*.yml")
    assert {"alternative", "default"} == {path.stem.rpartition("-")[2] for path in files}


@pytest.mark.parametrize("role", ROLES)
def test_defaults_equal_specification(role: str) -> None:
    """Every public variable's default is in both files, with the same name and value."""
    folder = ROOT / "roles" / role
    defaults = yaml.safe_load((folder / "defaults/main.yml").read_text()) or {}
    spec = yaml.safe_load((folder / "meta/argument_specs.yml").read_text())["argument_specs"]["main"]
    options = spec.get("options", {})
    assert {name: option["default"] for name, option in options.items() if "default" in option} == defaults
    assert all(option.get("required") for option in options.values() if "default" not in option)


@pytest.mark.parametrize("role", ROLES)
def test_role_validates_types_first(role: str) -> None:
    """The first task of a role's preflight refuses values of another type, by the collection's action."""
    tasks = yaml.safe_load((ROOT / "roles" / role / "tasks/preflight.yml").read_text())
    assert "breakable.toy.validate_role_variables" in tasks[0]


def test_readmes_equal_specifications(capsys: pytest.CaptureFixture[str]) -> None:
    """The table of variables in each role's README is what its specification says."""
    assert 0 == role_docs.main(["--check"]), capsys.readouterr().err


@pytest.mark.parametrize("role", ROLES)
def test_every_role_helps_in_trouble(role: str) -> None:
    """A role's README ends with what may go wrong, and how to correct it."""
    assert "\n## Troubleshooting\n\n| symptom | cause | fix |\n" in (ROOT / "roles" / role / "README.md").read_text()


@pytest.mark.parametrize("role", ROLES)
def test_every_role_is_used(role: str) -> None:
    """A playbook uses the role."""
    plays = [play for file in (ROOT / "playbooks").glob("*.yml") for play in yaml.safe_load(file.read_text())]
    used = {entry if isinstance(entry, str) else entry["role"] for play in plays for entry in play.get("roles", [])}
    assert role in {name.rsplit(".", 1)[-1] for name in used}


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_explains_itself(script: str) -> None:
    """`--help` prints the usage, on standard output, and succeeds."""
    run = subprocess.run([ROOT / "scripts" / script, "--help"], capture_output=True, text=True, check=False)
    assert (0, "") == (run.returncode, run.stderr)
    assert run.stdout.startswith(f"usage: scripts/{script}")


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_refuses_what_it_does_not_know(script: str) -> None:
    """An unknown option is status 2, with the usage, before anything happens."""
    run = subprocess.run([ROOT / "scripts" / script, "--nonsense"], capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert "--nonsense" in run.stderr
    assert "usage:" in run.stderr


def test_readme_lists_every_script() -> None:
    """The README's table has a row for each script, and no other."""
    assert sorted(set(re.findall(r"^\| `(?:\./)?scripts/(\w+)", README, re.MULTILINE))) == SCRIPTS


def test_readme_lists_every_port() -> None:
    """The README's table names each variable of the Vagrantfile's port table, and no other."""
    variables = set(re.findall(r"TOY_\w*PORT", (ROOT / "Vagrantfile").read_text()))
    assert set(re.findall(r"TOY_\w*PORT", README)) == variables


def registry_hosts() -> set[str]:
    """The hosts of package registries, asked of the clients: never written down."""
    from pip._internal.models.index import PyPI  # noqa: PLC0415 - pip is a tool here, not a library

    sources = [*Path("/etc/apt").glob("sources.list"), *Path("/etc/apt/sources.list.d").glob("debian*")]
    text = " ".join(path.read_text() for path in sources)
    return {PyPI.netloc, PyPI.file_storage_domain, *re.findall(r"https?://([\w.-]+\.org)", text)}


def test_no_registry_host_is_written_down() -> None:
    """No tracked file names a package registry's host: mirrors and proxies are the user's choice."""
    hosts = [option for host in registry_hosts() for option in ("-e", host)]
    found = subprocess.run(["git", "grep", "-lF", *hosts], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "" == found.stdout


def test_no_merge_is_left_open() -> None:
    """No file has the marks of a conflict."""
    marks = re.compile(r"^(<{7}|>{7}) ", re.MULTILINE)
    assert [] == [name for name in tracked() if marks.search((ROOT / name).read_text(errors="replace"))]


def test_no_path_of_one_machine_is_written_down() -> None:
    """No tracked file holds the absolute path of this very checkout."""
    found = subprocess.run(["git", "grep", "-lF", f"{ROOT}/"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "" == found.stdout


def test_every_task_is_named() -> None:
    """Every task of every role has a name: it is what a person reads while the box is made."""

    def nameless(tasks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for task in tasks:
            if "name" not in task:
                yield task
            for part in ("block", "rescue", "always"):
                yield from nameless(task.get(part, []))

    files = tracked("roles/*/tasks/*.yml", "roles/*/handlers/*.yml")
    assert [] == [(file, task) for file in files for task in nameless(yaml.safe_load((ROOT / file).read_text()))]


@pytest.mark.parametrize("role", ROLES)
def test_no_role_knows_of_the_toy(role: str) -> None:
    """Nothing of this project's is named in a role, and nothing outside of it is read."""
    parts = ("defaults", "files", "handlers", "tasks", "templates", "vars", "meta", "README.md")
    for file in tracked(*(f"roles/{role}/{part}" for part in parts)):
        # The README's playbook is its reader's.
        outside = r"\.\./" if file.endswith(".md") else r"\.\./|\bplaybook_dir\b"
        found = re.search(
            rf"(?<!breakable[. ])\b(toy|django|postgis|polls)\b|{outside}", (ROOT / file).read_text(), re.I
        )
        assert not found, (file, found)


def test_comparison_names_tests_that_there_are() -> None:
    """The tests that docs/roles-compared.md names exist."""
    named = re.findall(r"`(refusals/)?(\w+)::(test_\w+)`", (ROOT / "docs/roles-compared.md").read_text())
    assert named
    for refusals, where, test in named:
        file = f"tests/{refusals}test_{where}.py" if refusals else f"roles/{where}/tests/test_{where}.py"
        file = "tests/unit/test_repo_rules.py" if where == "rules" else file
        assert f"def {test}(" in (ROOT / file).read_text(), (file, test)


def test_deployments_are_named_as_terraform_has_it() -> None:
    """scripts/infra refuses at once the names that Terraform would refuse later, and the registry's own."""
    (pattern,) = re.findall(r'regex\("\^(.+)\$", var.environment\)', (ROOT / "terraform/variables.tf").read_text())
    assert NAME.pattern == f"(?!registry$){pattern}"
    assert not NAME.fullmatch("registry")


def test_locks_agree() -> None:
    """The requirements to deploy include those to run, and those to test both: in the same versions."""

    def pinned(name: str) -> set[tuple[str, str]]:
        text = (ROOT / f"requirements/{name}.txt").read_text()
        return set(re.findall(r"^([a-z0-9._-]+)(?:\[.*\])?==(\S+)", text, re.MULTILINE))

    assert pinned("run")
    assert set() == pinned("run") - pinned("deploy")
    assert set() == pinned("deploy") - pinned("test")


def test_no_container_is_privileged() -> None:
    """No box of this project, and none of Molecule's, has all of the host's devices."""
    files = tracked("molecule", "box", "Vagrantfile", "playbooks", "tests", "examples", "compose*.yaml")
    this = "tests/unit/test_repo_rules.py"
    wanted = re.compile(r"--privileged(?!`)|privileged\W{1,3}true", re.I)
    assert [] == [file for file in files if file != this and wanted.search((ROOT / file).read_text(errors="replace"))]


def test_moto_is_the_tests_business() -> None:
    """Nothing that deploys to AWS knows of an AWS that is none."""
    files = tracked("src", "terraform", "scripts/infra", "scripts/cipublish", "scripts/lib", "Jenkinsfile", ".github")
    assert [] == [file for file in files if "moto" in (ROOT / file).read_text(errors="replace").lower()]


def test_every_decision_has_three_parts() -> None:
    """An ADR says Context, Decision, Consequences."""
    for file in tracked("docs/adr/*.md"):
        headings = re.findall(r"^## (\w+)", (ROOT / file).read_text(), re.MULTILINE)
        assert ["Context", "Decision", "Consequences"] == headings, file


@pytest.mark.parametrize("document", tracked("*.md"))
def test_links_lead_to_files(document: str) -> None:
    """Every relative link and image of a document is there, and in the repository."""
    text = (ROOT / document).read_text()
    links = {link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link}
    paths = {(ROOT / document).parent / link for link in links - {""}}
    assert not [path for path in paths if not tracked(str(path))]


def test_second_template_starts_the_same_container() -> None:
    """The example's Vagrantfile repeats what a container box needs, all but the toy's cache."""
    args = yaml.safe_load((ROOT / "box/container.yml").read_text())["create_args"]
    vagrantfile = (ROOT / "examples/second-template/Vagrantfile").read_text()
    (repeated,) = re.findall(r"create_args = %w\[(.*?)\]\n", vagrantfile, re.DOTALL)
    assert [arg for arg in args if "breakable-toy-cache" not in arg] == repeated.split()


def test_what_is_kept_has_one_place() -> None:
    """The toy's cache is mounted, filled, and emptied where the playbook puts it."""
    kept = yaml.safe_load((ROOT / "playbooks/group_vars/all.yml").read_text())["compose_project_cache_dir"]
    for file in ("box/container.yml", "box/hooks/customize30-apt.sh", "box/libvirt/fill.sh"):
        assert kept in (ROOT / file).read_text(), file
    archive = yaml.safe_load((ROOT / "roles/compose_project/vars/main.yml").read_text())["__compose_project_archive"]
    there = archive.replace("{{ compose_project_cache_dir }}", kept)
    assert f"={there}\n" in (ROOT / "scripts/lib/release.sh").read_text()


def test_few_of_checkovs_rules_are_skipped() -> None:
    """At most three, and each says why."""
    skipped = [
        line for file in tracked("terraform") for line in (ROOT / file).read_text().splitlines() if "checkov:" in line
    ]
    assert len(skipped) <= 3
    assert all(re.fullmatch(r"\s+#checkov:skip=CKV2?_AWS_\d+:.{40,}", line) for line in skipped)


def test_line_breaks_are_joined_in_double_quotes() -> None:
    """In a block scalar of YAML, Ansible takes the two characters of a Jinja literal for themselves."""
    files = [file for file in tracked("roles", "playbooks", "molecule", "examples") if file.endswith(".yml")]
    lines = [(file, line) for file in files for line in (ROOT / file).read_text().splitlines() if r"join('\n')" in line]
    assert lines
    assert [] == [found for found in lines if '"{{' not in found[1]]
