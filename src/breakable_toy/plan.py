"""The suites of the tests: their names, stages, needs and durations."""

from collections.abc import Callable, Collection, Iterator, Sequence

from breakable_toy import checks, times
from breakable_toy.problem import Problem
from breakable_toy.times import spoken

Group = Sequence[str]

# A stage begins when the one before has ended. Its groups run at the same time, at most two: CI has two processors, and
# tests that look at seconds notice a third. Suites that use the running toy come after box. faults stops the toy's
# database and looks at seconds, so it runs alone. pipeline fills the caches of a new machine.
STAGES: Sequence[Sequence[Group]] = (
    (("box",), ("lint",)),
    (("app", "images"), ("browser", "task", "unit")),
    (("faults",),),
    (("pipeline",),),
    # refusals computes while infra waits; e2e, which waits as well, comes when most refusals are done.
    (("refusals", "roles", "publish", "each"), ("infra", "e2e")),
    # Emulated, it takes both processors.
    (("vm",),),
)
SUITES = [suite for stage in STAGES for group in stage for suite in group if suite != "box"]
# A run without arguments: some ten minutes. SMOKE has only its tests that are marked so.
DEFAULT = ("lint", "unit", "app", "browser", "roles", "e2e")
SMOKE = ("browser", "e2e")
# The suites of scripts/cibuild. The pipeline runs that script, so a run of everything gets them from there.
BUILD = ("lint", "unit", "app", "browser", "faults", "images", "task")
USE_THE_TOY = {"app", "browser", "faults", "images", "task"}
# Each takes most of an hour: for a weekly job.
ONLY_WHEN_NAMED = {"each"}
NEEDS: dict[str, Callable[[], Problem | None]] = {
    "infra": checks.terraform,
    "task": checks.terraform,
    "pipeline": checks.terraform,
    "vm": checks.virtualization,
}
# Reasons for which a suite runs only when it is named.
WANTS: dict[str, Callable[[], Problem | None]] = {"vm": checks.kvm}


def everything(missing: Collection[str]) -> list[str]:
    """Return the suites of ``--all``, on a machine that cannot run those that are missing."""
    every = [suite for suite in SUITES if suite not in ONLY_WHEN_NAMED and suite not in missing]
    return [suite for suite in every if suite not in BUILD] if "pipeline" in every else every


def announcement(suites: Sequence[str], smoke: Collection[str], left_out: Sequence[str]) -> Iterator[str]:
    """Yield what will run, for about how long, and what will not."""
    expected = times.expected()
    seconds = {suite: expected[times.label(suite, smoke)] for suite in suites}
    whole = sum(max(sum(seconds.get(suite, 0) for suite in group) for group in stage) for stage in STAGES)
    listed = ", ".join(f"{times.label(suite, smoke)} ({spoken(seconds[suite])})" for suite in suites)
    yield f"▶ {len(suites)} suite{'s' * (len(suites) != 1)}, about {spoken(whole)} in all: {listed}"
    if "pipeline" in suites and not set(suites) & set(BUILD):
        yield f"  pipeline includes a build, with its suites: {', '.join(BUILD)}."
    yield from (f"  Will not run: {reason}" for reason in left_out)


def not_run(suites: Collection[str], smoke: Collection[str], missing: Collection[str]) -> Iterator[str]:
    """Yield what a run has left out although this machine can run it, and how to run it."""
    ran = {*suites, *(BUILD if "pipeline" in suites else ())}
    rest = [suite for suite in everything(missing) if suite not in ran]
    rest += [suite for suite in BUILD if suite not in ran and suite not in rest and suite not in missing]
    if rest or smoke:
        parts = [*rest, *(f"the rest of {suite}" for suite in smoke)]
        yield f"Not run: {', '.join(parts)}. Run: ./scripts/test --all   or ./scripts/test with a suite's name"
    if weekly := sorted(ONLY_WHEN_NAMED - ran):
        yield f"Only by name, for a weekly job: {', '.join(weekly)}."
