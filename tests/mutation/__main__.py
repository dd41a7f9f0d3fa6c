"""Spoil each task of the roles in turn, and see whether a test of the role notices.

A mutant is a role with one mistake: a task that is skipped, a mode that is wider, an owner that is forgotten, a group
that is not given, a parameter that is off. Each is applied to a box of its own, then the role's testinfra tests are run
there: one of them must go red. A mistake that can make no difference there, because the healthy task changes nothing
with either set of variables, is left to other tests, and listed apart. Logs are in .cache/mutation. Ends with status 1
where a role's tests notice less than 90 % of them.
"""

import argparse
import os
import shutil
import signal
import sys
import time
from collections.abc import Sequence

from benchmarks.history import append
from tests.mutation.mutants import Mutant, mutants
from tests.mutation.run import Result, try_role
from tests.project import ROOT

ENOUGH = 90
ROLES = {path.name: path for path in sorted((ROOT / "roles").iterdir()) if (path / "tasks").is_dir()}


def _percent(results: Sequence[Result]) -> float:
    return 100 * sum(result.is_killed for result in results) / max(1, len(results))


def _report(tried: dict[str, list[Result]], left: dict[str, dict[Mutant, str]], minutes: float) -> int:
    """Print what the tests noticed, and remember it; return the exit status."""
    print("\nNot tried, so left to tests/negative and to the tests of the whole box:")
    for reason in sorted({reason for reasons in left.values() for reason in reasons.values()}):
        print(f"  {reason}:")
        named = [f"{role}/{one}" for role, reasons in left.items() for one, why in reasons.items() if why == reason]
        print(*(f"    {one}" for one in named), sep="\n")
    print(f"\n{'role':<20}{'mutants':>10}{'killed':>10}{'survived':>10}{'left':>10}{'score':>10}")
    for role, results in tried.items():
        killed = sum(result.is_killed for result in results)
        print(f"{role:<20}{len(results):>10}{killed:>10}{len(results) - killed:>10}", end="")
        print(f"{len(left[role]):>10}{_percent(results):>8.0f} %")
    everything = [result for results in tried.values() for result in results]
    killed, total = sum(result.is_killed for result in everything), _percent(everything)
    print(f"score: {total:.0f} % ({killed} of {len(everything)} mutants killed, in {minutes:.0f} minutes)")
    figures = {f"{role}, %": _percent(results) for role, results in tried.items()}
    # A part is no figure to compare with.
    if tried.keys() == ROLES.keys():
        append(ROOT, "mutants", {**figures, "all, %": total, "mutants": len(everything), "minutes": minutes})
    return int(min(figures.values()) < ENOUGH)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the check of the roles that are named, or of all."""
    parser = argparse.ArgumentParser("python -m tests.mutation", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("roles", nargs="*", metavar="ROLE", help=f"of {', '.join(ROLES)}; all unless named")
    parser.add_argument("--list", action="store_true", help="print the mutants, and run none")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="boxes at a time (%(default)s)")
    options = parser.parse_args(argv)
    if unknown := sorted(set(options.roles) - set(ROLES)):
        parser.error(f"no such role: {', '.join(unknown)}. There are: {', '.join(ROLES)}")
    chosen = {role: list(mutants(ROLES[role])) for role in options.roles or ROLES}
    if options.list:
        print(*(f"{role}/{mutant}" for role, found in chosen.items() for mutant in found), sep="\n")
        return 0
    # Whoever ends this gets the boxes removed, as with Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    logs = ROOT / ".cache/mutation"
    shutil.rmtree(logs, ignore_errors=True)
    start, tried, left = time.monotonic(), {}, {}
    for role, found in chosen.items():
        tried[role], left[role] = try_role(role, found, logs / role, options.jobs)
    return _report(tried, left, (time.monotonic() - start) / 60)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
