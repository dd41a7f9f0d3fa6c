"""Parallel suites, tried with suites that only record their times."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Collection
from pathlib import Path
from threading import Timer

import pytest
from tests.support.project import ROOT

from breakable_toy import suites, times
from breakable_toy.outcome import complaints
from breakable_toy.plan import BUILD, DEFAULT, ONLY_WHEN_NAMED, SMOKE, SUITES, announcement, everything, not_run
from breakable_toy.suites import Run

SUITE = """
echo "begin $1" >>"$0.seen"
[ "$1" = "$WAITS" ] && { sleep 60; echo late >>"$0.seen"; }
[ "$1" != "$SLOW" ] || sleep 2.5
sleep 0.3
echo "$@" | sed "s/$1/& speaks/"
[ "$1" != "$FAILS" ] || { echo "FAILED tests/x.py::test_$1 - why"; exit 1; }
echo "end $1" >>"$0.seen"
"""
# The suites of a build, as scripts/cibuild has them.
(CIBUILD,) = re.findall(r"^suites=\((.*)\)$", (ROOT / "scripts/cibuild").read_text(), re.MULTILINE)


class Trial:
    """A run of such suites."""

    def __init__(self, folder: Path, *suites: str, smoke: Collection[str] = ()) -> None:
        """Take their names."""
        script = folder / "suite"
        script.write_text(SUITE)
        self.run = Run(suites, ["bash", str(script)], folder, smoke)
        self._seen = folder / "suite.seen"

    @property
    def seen(self) -> list[str]:
        """Their records, in order."""
        return self._seen.read_text().splitlines()


def test_help_names_each_suite_and_each_is_a_function() -> None:
    """The three lists are one."""
    shown = subprocess.run([ROOT / "scripts/test", "--help"], capture_output=True, text=True, check=True).stdout
    assert set(SUITES) == set(re.findall(r"^  (\w+) ", shown, re.MULTILINE))
    functions = re.findall(r"^(\w+)\(\)", (ROOT / "scripts/lib/suites.sh").read_text(), re.MULTILINE)
    assert {"box", *SUITES} <= set(functions)
    assert set(SUITES) >= ONLY_WHEN_NAMED


def test_unknown_suite_is_refused() -> None:
    """With what there is; nothing is run."""
    for word in ("foo", "", "box", "e2e|vm", "--everything"):
        done = subprocess.run([ROOT / "scripts/test", word], capture_output=True, text=True, check=False)
        assert 2 == done.returncode
        assert "usage: scripts/test" in done.stderr


def test_groups_run_at_the_same_time(tmp_path: Path) -> None:
    """The groups of a stage start together; the next stage waits for all; the box comes before suites that need it."""
    trial = Trial(tmp_path, "faults", "browser", "task", "app", "images")
    trial.run.all()
    assert {"begin box", "end box"} == set(trial.seen[:2])
    assert {"begin app", "begin browser"} == set(trial.seen[2:4])
    assert ["begin faults", "end faults"] == trial.seen[-2:]
    assert trial.seen.index("end app") < trial.seen.index("begin images")
    assert [] == trial.run.failed


def test_failure_is_named_and_stops_no_other_suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The summary has the line of the failed test, and counts."""
    monkeypatch.setenv("FAILS", "app")
    trial = Trial(tmp_path, "app", "images", "browser")
    trial.run.all()
    summary = "\n".join(trial.run.summary(["vm: there is none."]))
    assert ["app"] == trial.run.failed
    assert "FAILED tests/x.py::test_app - why" in summary
    assert "Not run: vm: there is none." in summary
    assert ["suites: 3 passed, 1 failed, 1 skipped", "tests: 0 passed, 1 failed, 0 skipped"] == summary.splitlines()[
        -2:
    ]
    assert "end images" in trial.seen


def test_tests_are_counted_by_the_reports_of_the_run(tmp_path: Path) -> None:
    """A report of an earlier run does not count."""
    reports = tmp_path / "reports"
    reports.mkdir()
    report = '<testsuites><testsuite tests="7" failures="1" errors="1" skipped="2"/></testsuites>'
    (reports / "old.xml").write_text(report)
    os.utime(reports / "old.xml", (0, 0))
    (tmp_path / "log").mkdir()
    trial = Trial(tmp_path / "log", "lint")
    (reports / "new.xml").write_text(report)
    assert "tests: 3 passed, 2 failed, 2 skipped" == list(trial.run.summary())[-1]


def test_silent_suite_has_a_heartbeat(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """While a suite says nothing, a line shows how long it has run, and its log."""
    monkeypatch.setenv("SLOW", "lint")
    monkeypatch.setattr(suites, "HEARTBEAT_SECONDS", 1)
    trial = Trial(tmp_path, "lint", "faults")
    trial.run.all()
    lines = [line for line in capsys.readouterr().out.splitlines() if "has run for" in line]
    assert lines
    assert all(line.startswith("  … lint has run for ") for line in lines)
    assert lines[0].endswith(f"log: {tmp_path}/lint.log")


def test_run_of_all_has_the_suites_of_a_build_once() -> None:
    """They run in the pipeline's build; where there can be no pipeline, by themselves."""
    assert set(BUILD) == set(CIBUILD.split()) | {"task"}
    assert set(SUITES) - ONLY_WHEN_NAMED == {*everything(()), *BUILD}
    assert not set(BUILD) & set(everything(()))
    assert set(BUILD) <= set(everything({"pipeline"}))


def test_announcement_names_suites_and_duration() -> None:
    """Each suite has a duration, and what runs at the same time counts once."""
    assert {"box", *SUITES, *(f"{suite} smoke" for suite in SMOKE)} == set(json.loads(times.USUAL.read_text()))
    expected = times.expected()
    first, *_, last = announcement(["infra", "refusals", "pipeline"], (), ["vm: there is none."])
    whole = expected["pipeline"] + max(expected["infra"], expected["refusals"])
    assert first.startswith(f"▶ 3 suites, about {times.spoken(whole)} in all: infra (")
    assert "  Will not run: vm: there is none." == last


def test_announcement_counts_the_smoke_tests_of_a_suite() -> None:
    (line,) = announcement(["browser"], SMOKE, [])
    assert f"browser smoke ({times.spoken(times.expected()['browser smoke'])})" in line


def test_end_names_what_was_not_run() -> None:
    first, weekly = not_run(DEFAULT, SMOKE, {"vm": None})
    assert first.startswith("Not run: pipeline, refusals, publish, infra, faults, images, task, the rest of browser,")
    assert "Run: ./scripts/test --all " in first
    assert "Only by name, for a weekly job: each." == weekly


def test_end_names_only_weekly_suites_when_all_ran() -> None:
    assert ["Only by name, for a weekly job: each."] == [*not_run(everything(()), (), ())]


def test_smoke_tests_are_chosen_by_their_marker(tmp_path: Path) -> None:
    trial = Trial(tmp_path, "e2e", smoke=SMOKE)
    trial.run.all()
    assert "e2e speaks -m smoke\n" == trial.run.log("e2e").read_text()


def test_times_of_the_last_run_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than what is usual elsewhere; a record that cannot be read is none."""
    monkeypatch.setattr(times, "LAST", tmp_path / "seconds.json")
    usual = times.expected()
    times.note({"unit": 7})
    times.note({"app": 8})
    assert {**usual, "unit": 7, "app": 8} == times.expected()
    times.LAST.write_text("{")
    assert usual == times.expected()


def test_suites_that_need_the_box_fail_without_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Suites that need the box fail at once, and say why; the rest runs."""
    monkeypatch.setenv("FAILS", "box")
    trial = Trial(tmp_path, "app", "unit", "faults")
    trial.run.all()
    assert ["box", "app", "faults"] == trial.run.failed
    assert "begin app" not in trial.seen
    assert "end unit" in trial.seen
    assert "It did not run" in complaints(trial.run.log("app"))[0]


def test_lock_is_kept_until_all_is_tidy(tmp_path: Path) -> None:
    """A script that is ended ends its command, and no other run starts before that has tidied up."""
    only_one = [sys.executable, "-m", "breakable_toy.only_one"]
    lock, tidy = tmp_path / "trial.lock", tmp_path / "tidy"
    command = f"trap 'sleep 1; touch {tidy}; exit 7' TERM; touch {tmp_path}/begun; while :; do sleep 0.1; done"
    with subprocess.Popen([*only_one, lock, "bash", "-c", command]) as first:
        while not (tmp_path / "begun").exists():
            time.sleep(0.1)
        refused = subprocess.run([*only_one, lock, "true"], capture_output=True, text=True, check=False)
        assert 1 == refused.returncode
        assert "Another ./scripts/trial is running in this clone." in refused.stderr
        first.terminate()
        subprocess.run([*only_one, "--wait", lock, "test", "-e", tidy], check=True)
        assert 7 == first.wait()


def test_stopped_run_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Running suites end with their children, and no more start."""
    monkeypatch.setenv("WAITS", "app")
    trial = Trial(tmp_path, "app", "images", "faults")
    Timer(2, trial.run.stop).start()
    began = time.monotonic()
    trial.run.all()
    assert time.monotonic() - began < 30
    assert {"begin box", "end box", "begin app"} == set(trial.seen)
    assert {"app", "images", "faults"} == set(trial.run.failed)
