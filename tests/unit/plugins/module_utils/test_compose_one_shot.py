"""Inputs of one-shot tasks, and the runs of tasks after a change."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from ansible_collections.breakable.toy.plugins.module_utils.compose.docker import ComposeError
from ansible_collections.breakable.toy.plugins.module_utils.compose.one_shot import (
    OneShot,
    inputs,
    is_pending,
    unreadable,
    volumes,
)
from ansible_collections.breakable.toy.plugins.module_utils.compose.records import Records
from ansible_collections.breakable.toy.plugins.module_utils.compose.run_once import Outcome, run, run_pending
from ansible_collections.breakable.toy.plugins.module_utils.compose.state import State
from tests.unit.plugins.module_utils.compose_fakes import RUNNING, Done, FakeDocker, config, done, state

WATCHING = OneShot("web", "Applying", ("watched",))


def digest(folder: Path, image: str = "sha256:1", command: str = "") -> str:
    """Return the digest of the task's inputs."""
    found: str = inputs(WATCHING, folder, config({"web": {"command": command}}), image)
    return found


def test_each_input_changes_the_digest(tmp_path: Path) -> None:
    folder = tmp_path / "watched"
    (folder / "inner").mkdir(parents=True)
    found = [digest(tmp_path), digest(tmp_path, image="sha256:2"), digest(tmp_path, command="x")]
    for name, text in (("a", "1"), ("a", "2"), ("b", "2"), ("inner/c", "")):
        (folder / name).write_text(text)
        found.append(digest(tmp_path))
    assert len(found) == len(set(found))
    assert digest(tmp_path) == digest(tmp_path)


def test_unreadable_path_is_named(tmp_path: Path) -> None:
    message = "The task web watches watched, which cannot be read: No such file or directory."
    assert [message] == unreadable(WATCHING, tmp_path)
    (tmp_path / "watched").touch()
    assert [] == unreadable(WATCHING, tmp_path)


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ("", True),
        ("old", True),
        ("new", False),
        ("new\ndata 1", False),
        ("new\ndata 0", True),
        ("new\ndata 1\ngone 1", True),
    ],
)
def test_task_is_pending_after_a_change_or_a_lost_volume(record: str, expected: bool) -> None:
    assert expected is is_pending(record, "new", "data 1\nlater 2\n")


def test_volumes_of_the_project_only(tmp_path: Path) -> None:
    docker = FakeDocker(tmp_path, {"volume ls": done("toy_data\n"), "volume inspect": done("toy_data 2026\n")})
    assert "toy_data 2026\n" == volumes(docker, "toy")
    assert docker.commands[0].endswith("label=com.docker.compose.project=toy")
    assert "" == volumes(FakeDocker(tmp_path), "toy")


@pytest.mark.parametrize(
    ("stdout", "stderr", "changed"), [("Applying x", "", True), ("", "Applying x", True), ("nothing", "", False)]
)
def test_pattern_reports_a_change(tmp_path: Path, stdout: str, stderr: str, changed: bool) -> None:
    docker = FakeDocker(tmp_path, {"compose run": done(stdout, stderr)})
    assert changed is run(docker, WATCHING)
    assert ["compose run --rm web"] == docker.commands


def test_failed_task_keeps_its_output(tmp_path: Path) -> None:
    docker = FakeDocker(tmp_path, {"compose run": done("out", "no such table", status=3)})
    with pytest.raises(ComposeError, match="The task web failed with status 3") as error:
        run(docker, WATCHING)
    assert {"rc": 3, "stdout": "out", "stderr": "no such table"} == error.value.details


class Project:
    """A project with the tasks `first` and `second`, where a run of `first` can edit what `second` watches."""

    def __init__(self, folder: Path, docker: FakeDocker) -> None:
        """Take the project's folder."""
        self.folder, self.docker = folder, docker
        self.records = Records(folder / "records")
        self.tasks = [OneShot("first", "Applying", ("a",)), OneShot("second", "Applying", ("b",))]

    def gather(self) -> State:
        """Return the state as it is now."""
        made = state(self.folder, docker=self.docker, defined={"first": {}, "second": {}}, tasks=self.tasks)
        made.records = self.records
        return made

    def run(self) -> Outcome:
        """Run the pending tasks."""
        return run_pending(self.docker, self.gather, self.records, self.tasks)

    def write(self, names: Sequence[str], text: str) -> None:
        """Write watched files."""
        for name in names:
            (self.folder / name).write_text(text)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project whose tasks have not run."""
    made = Project(tmp_path, FakeDocker(tmp_path, {"compose run": done("Applying")}))
    made.write("ab", "old")
    return made


def test_tasks_run_once_in_their_order(project: Project) -> None:
    assert Outcome(True, ["first", "second"]) == project.run()
    assert Outcome(False, []) == project.run()
    project.write("b", "new")
    assert Outcome(True, ["second"]) == project.run()


class Editing(FakeDocker):
    """Writes a file of the project whenever a task runs."""

    def __init__(self, folder: Path, edits: Iterator[tuple[str, str]]) -> None:
        """Take names and contents, one for each run."""
        super().__init__(folder)
        self._edits = edits

    def __call__(self, *arguments: str) -> Done:
        """Edit where a task runs."""
        if arguments[:2] == ("compose", "run"):
            name, text = next(self._edits)
            (self.folder / name).write_text(text)
        return super().__call__(*arguments)


def test_edit_during_a_run_is_not_lost(tmp_path: Path) -> None:
    project = Project(tmp_path, Editing(tmp_path, iter([("a", "edited"), ("c", ""), ("c", "")])))
    project.write("ab", "old")
    assert ["first", "second"] == project.run().ran
    assert ["first"] == project.run().ran


def test_task_whose_inputs_were_restored_does_not_run(project: Project, tmp_path: Path) -> None:
    project.run()
    project.write("ab", "new")
    project.docker = Editing(tmp_path, iter([("b", "old")]))
    assert ["first"] == project.run().ran


def test_failed_task_stops_the_later_ones_and_keeps_the_earlier_records(project: Project) -> None:
    project.docker = FakeDocker(project.folder, {"compose run": [done(), done(status=1)]})
    with pytest.raises(ComposeError, match="The task second failed"):
        project.run()
    assert project.records.read("first")
    assert not project.records.read("second")


def test_project_that_a_task_has_spoiled_is_refused(project: Project) -> None:
    states = iter([project.gather()])

    def gather() -> State:
        made = next(states, None)
        if not made:
            raise ComposeError("Compose cannot read it: yaml")
        return made

    with pytest.raises(ComposeError, match="Compose cannot read it"):
        run_pending(project.docker, gather, project.records, project.tasks)
    assert not project.records.read("first")


def test_unhealthy_dependency_is_restarted_before_the_first_task(project: Project) -> None:
    unhealthy = RUNNING._replace(health="unhealthy", service="first")
    made = project.gather()
    made.__dict__["containers"] = [unhealthy]
    outcome = run_pending(project.docker, lambda: made, project.records, project.tasks[:1])
    assert outcome.changed
    assert ["restart 1", "compose run --rm first"] == [one for one in project.docker.commands if "volume" not in one]


def test_nothing_is_restarted_without_a_pending_task(project: Project) -> None:
    project.run()
    made = project.gather()
    made.__dict__["containers"] = [RUNNING._replace(health="unhealthy", service="first")]
    assert Outcome(False, []) == run_pending(project.docker, lambda: made, project.records, project.tasks)
