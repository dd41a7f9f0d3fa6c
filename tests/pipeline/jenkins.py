"""Runs the Jenkinsfile as Jenkins would for main: its stages in their order, a fresh workspace for each agent."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer

from tests.pipeline.jenkinsfile import Block

# The longest call is the build, where all processors are taken by other tests.
LIMIT_SECONDS = 3000
# Those of a stage that are understood here, or do not matter to a build of main.
SECTIONS = {"agent", "options", "post", "stages", "steps", "when"}


@dataclass(frozen=True)
class Call:
    """A call of a script: what it said, in which workspace."""

    command: str
    workspace: Path
    status: int
    said: str


class FailedError(Exception):
    """A call has failed: what comes after is not run."""


@dataclass
class Jenkins:
    """``checkout`` fills a workspace; ``lend`` is withCredentials; ``notes`` is all that happened."""

    folder: Path
    checkout: Callable[[Path], None]
    environment: Mapping[str, str]
    lend: Callable[[Path], Mapping[str, str]]
    calls: list[Call] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    archived: set[str] = field(default_factory=set)
    stashed: dict[str, Path] = field(default_factory=dict)

    def run(self, pipeline: Block) -> None:
        """Run all stages, or those up to the first call that fails."""
        try:
            for number, stage in enumerate(pipeline.own("stages", "stage")):
                self._stage(stage, self.folder / f"workspace {number}")
        except FailedError as failure:
            self.notes.append(str(failure))

    def _stage(self, stage: Block, workspace: Path) -> None:
        unknown = {section.name for section in stage.inner} - SECTIONS
        assert not unknown, f"What does Jenkins do with {unknown}?"
        try:
            for inner in stage.own("stages", "stage"):
                self._stage(inner, workspace)
            for step in (step for steps in stage.own("steps") for step in steps.inner):
                self._step(step, workspace, self.environment)
        finally:
            for condition in ("always", "cleanup"):
                for step in (step for post in stage.own("post", condition) for step in post.inner):
                    self._step(step, workspace, self.environment)

    def _step(self, step: Block, workspace: Path, environment: Mapping[str, str]) -> None:
        match step.name:
            case "checkout":
                self.checkout(workspace)
            case "sh":
                self._sh(step.strings[0], workspace, environment)
            case "timeout" | "withCredentials":
                lent = self.lend(workspace) if step.name == "withCredentials" else {}
                for inner in step.inner:
                    self._step(inner, workspace, {**environment, **lent})
            case "stash":
                name, files = step.strings
                self.stashed[name] = self.folder / f"stash {name}"
                _copy(workspace, self.stashed[name], files)
            case "unstash":
                _copy(self.stashed[step.strings[0]], workspace, "**/*")
            case "archiveArtifacts" | "junit":
                self.archived |= set(_matching(workspace, step.strings[0]))
            case "input":
                self.notes.append(step.strings[0])
            case _:
                raise AssertionError(f"What does Jenkins do at {step.head}?")

    def _sh(self, command: str, workspace: Path, environment: Mapping[str, str]) -> None:
        process = subprocess.Popen(
            ["sh", "-xec", command],
            cwd=workspace,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        # The call with all that it has started, as Jenkins does.
        limit = Timer(LIMIT_SECONDS, os.killpg, (process.pid, signal.SIGTERM))
        limit.start()
        try:
            said = _shown(process)
        except BaseException:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()
            raise
        finally:
            limit.cancel()
        self.calls.append(Call(command, workspace, process.returncode, said))
        self.notes.append(command)
        if process.returncode:
            raise FailedError(f"{command}: exit code {process.returncode}")


def _shown(process: "subprocess.Popen[str]") -> str:
    """Return what a process says until its end, and show it as it comes, as Jenkins does."""
    said = []
    for line in process.stdout or ():
        said.append(line)
        print(line, end="", flush=True)
    process.wait()
    return "".join(said)


def _matching(folder: Path, patterns: str) -> list[str]:
    """Return the files in it that are meant, as Jenkins writes it: patterns between commas."""
    # For Python before 3.13, two stars at the end are folders only.
    globs = (re.sub(r"\*\*$", "**/*", pattern) for pattern in patterns.split(", "))
    return [str(path.relative_to(folder)) for glob in globs for path in folder.glob(glob) if path.is_file()]


def _copy(source: Path, target: Path, patterns: str) -> None:
    for file in _matching(source, patterns):
        (target / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source / file, target / file)
