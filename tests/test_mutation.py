"""Which mistakes the mutation check makes, and which it must not make."""

import json
from pathlib import Path

import pytest
import yaml
from tests.mutation.__main__ import ROLES, main
from tests.mutation.bench import outcomes
from tests.mutation.equivalent import EQUIVALENT
from tests.mutation.mutants import Mutant, mutants
from tests.project import ROOT

TASKS = """
- name: Look
  ansible.builtin.stat: {path: /etc}
- name: Ask
  ansible.builtin.command: id
  check_mode: false
  changed_when: false
- name: Go on elsewhere
  ansible.builtin.include_tasks: more.yml
- name: Try
  block:
    - name: Write
      ansible.builtin.copy: {content: "", dest: /etc/x, owner: me, mode: "0600"}
      when: something
  rescue:
    - name: Tidy up
      ansible.builtin.command: rm /etc/x
- name: Make a folder
  ansible.builtin.file: {path: /etc/y, state: directory, owner: root, mode: "0755"}
- name: Join
  ansible.builtin.user: {name: me, groups: docker, append: true}
- name: Start
  ansible.builtin.service: {name: x, state: started, enabled: true}
- name: Build
  ansible.builtin.command: make
  changed_when: false
"""
HANDLERS = """
- name: Reload
  ansible.builtin.systemd_service:
    daemon_reload: true
"""


@pytest.fixture
def found(tmp_path: Path) -> list[Mutant]:
    """The mutants of a small role."""
    for folder, text in (("tasks", TASKS), ("handlers", HANDLERS)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "main.yml").write_text(text)
    return list(mutants(tmp_path))


def spoiled(found: list[Mutant], task: str, change: str) -> str:
    """Return the text of the mutant's file."""
    return next(mutant.text for mutant in found if (mutant.task, mutant.change) == (task, change))


@pytest.mark.parametrize(
    ("task", "changes"),
    [
        ("Write", ["skipped", "no owner", "mode: 0644"]),
        ("Tidy up", ["skipped"]),
        ("Join", ["skipped", "no groups", "append: false"]),
        ("Start", ["skipped", "state: stopped", "enabled: false"]),
        ("Build", ["skipped"]),
        # Root's files belong to root by default.
        ("Make a folder", ["skipped", "mode: 0777"]),
        # Its only parameter is all that it does.
        ("Reload", ["skipped"]),
    ],
)
def test_what_changes_the_machine_is_spoiled(found: list[Mutant], task: str, changes: list[str]) -> None:
    """Each such task is skipped, and each of its key parameters is wrong once."""
    assert changes == [mutant.change for mutant in found if mutant.task == task]


@pytest.mark.parametrize("task", ["Look", "Ask", "Go on elsewhere", "Try"])
def test_what_only_looks_or_leads_on_is_not_spoiled(found: list[Mutant], task: str) -> None:
    """A task that changes nothing, and one that holds others, have no mutants."""
    assert task not in {mutant.task for mutant in found}


def test_a_mutant_has_one_mistake(found: list[Mutant]) -> None:
    """All but the one parameter is as it was, in YAML that means the same."""
    healthy = yaml.safe_load(TASKS)
    healthy[3]["block"][0]["ansible.builtin.copy"]["mode"] = "0644"
    assert healthy == yaml.safe_load(spoiled(found, "Write", "mode: 0644"))


def test_a_skipped_task_is_never_run(found: list[Mutant]) -> None:
    """Its own condition does not count any more; what it registers is there all the same."""
    assert False is yaml.safe_load(spoiled(found, "Write", "skipped"))[3]["block"][0]["when"]


def test_a_missing_group_is_a_missing_parameter(found: list[Mutant]) -> None:
    """The user is made as before, but for the group."""
    joined = yaml.safe_load(spoiled(found, "Join", "no groups"))[5]
    assert {"name": "me", "append": True} == joined["ansible.builtin.user"]


@pytest.mark.parametrize(
    ("task", "change", "outcome", "matters"),
    [
        ("Write", "skipped", "changed", True),
        ("Write", "skipped", "ok", False),
        ("Write", "skipped", "skipped", False),
        ("Write", "mode: 0644", "ok", True),
        ("Write", "mode: 0644", "skipped", False),
        # It says that it changes nothing, which is not certain.
        ("Build", "skipped", "ok", True),
    ],
)
def test_only_what_makes_a_difference_matters(
    found: list[Mutant], task: str, change: str, outcome: str, matters: bool
) -> None:
    """A skipped task without work is not a mistake; a wrong parameter of a task that runs is one."""
    mutant = next(mutant for mutant in found if (mutant.task, mutant.change) == (task, change))
    assert matters is mutant.is_exercised({outcome})


def test_outcomes_are_read_by_file_and_line() -> None:
    """What Ansible says of a task is found by the place that a mutant has; other roles' tasks are not."""
    path = f"{ROOT}/roles/base/tasks/main.yml:7"
    other = {"task": {"path": "/elsewhere/main.yml:7"}, "hosts": {"x": {}}}
    told = json.dumps({"plays": [{"tasks": [{"task": {"path": path}, "hosts": {"x": {"changed": True}}}, other]}]})
    assert {("tasks/main.yml", 7): {"changed"}} == outcomes(told, "base")


def test_every_exception_is_a_mutant() -> None:
    """The list of those that do not count names none that is gone."""
    known = {(role, mutant.task, mutant.change) for role, path in ROLES.items() for mutant in mutants(path)}
    assert set() == EQUIVALENT.keys() - known


def test_unknown_role_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """The message names those that there are."""
    with pytest.raises(SystemExit) as ended:
        main(["dokcer"])
    assert 2 == ended.value.code
    assert "no such role: dokcer. There are: base, compose_project," in capsys.readouterr().err


def test_list_runs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """`--list` prints each mutant of the roles that are named."""
    assert 0 == main(["--list", "docker"])
    assert "docker/tasks/configure.yml:1 configure | Let users use Docker: no groups" in capsys.readouterr().out
