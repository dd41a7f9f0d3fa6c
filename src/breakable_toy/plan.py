"""The suites of the tests: their names, groups, needs and durations."""

from collections.abc import Callable, Collection, Iterator, Sequence

from breakable_toy import checks, times
from breakable_toy.problem import Problem
from breakable_toy.times import spoken

Lane = Sequence[str]

# A line begins when all of the one before has ended. Its lanes run at the same time, at most two: CI has two
# processors, and tests that look at seconds notice a third. What asks the toy comes after box; faults takes the toy's
# database away and looks at seconds, so it is alone. pipeline fills the caches of a new machine.
PLAN: Sequence[Sequence[Lane]] = (
    (("box",), ("lint",)),
    (("app", "images"), ("browser", "task", "unit")),
    (("faults",),),
    (("pipeline",),),
    # refusals computes while infra waits; e2e, which waits as well, comes when most refusals are done.
    (("refusals", "roles", "publish", "each"), ("infra", "e2e")),
    # Emulated, it takes both processors.
    (("vm",),),
)
# The suites of scripts/cibuild. The pipeline runs that script, so a run of everything gets them from there.
BUILD = ("lint", "unit", "app", "browser", "faults", "images", "task")
PARTS = [part for line in PLAN for lane in line for part in lane if part != "box"]
ASK_THE_TOY = {"app", "browser", "faults", "images", "task"}
# Each takes most of an hour: for a weekly job.
ONLY_WHEN_NAMED = {"each"}
NEEDS: dict[str, Callable[[], Problem | None]] = {
    "infra": checks.terraform,
    "task": checks.terraform,
    "pipeline": checks.terraform,
    "vm": checks.virtualization,
}
# Reasons for which a part runs only when it is named.
WANTS: dict[str, Callable[[], Problem | None]] = {"vm": checks.kvm}


def chosen(missing: Collection[str]) -> list[str]:
    """Return what runs where nothing is named, on a machine that cannot run those that are missing."""
    every = [part for part in PARTS if part not in ONLY_WHEN_NAMED and part not in missing]
    return [part for part in every if part not in BUILD] if "pipeline" in every else every


def announcement(parts: Sequence[str], left_out: Sequence[str]) -> Iterator[str]:
    """Yield what will run, for about how long, and what will not."""
    expected = times.expected()
    whole = sum(max(sum(expected[part] for part in lane if part in parts) for lane in line) for line in PLAN)
    listed = ", ".join(f"{part} ({spoken(expected[part])})" for part in parts)
    yield f"▶ {len(parts)} suite{'s' * (len(parts) != 1)}, about {spoken(whole)} in all: {listed}"
    if "pipeline" in parts and not set(parts) & set(BUILD):
        yield f"  pipeline includes a build, with its suites: {', '.join(BUILD)}."
    yield from (f"  Will not run: {reason}" for reason in left_out)
    weekly = ", ".join(f"{part} ({spoken(expected[part])})" for part in sorted(ONLY_WHEN_NAMED - set(parts)))
    yield f"  Only when named (for a weekly job): {weekly or 'none'}"
