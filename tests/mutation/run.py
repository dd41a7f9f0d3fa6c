"""All mutants of one role: a healthy run first, then each of them on its own box."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from tests.mutation.bench import Outcomes, Stage, outcomes, play, red_test, spoil, stopped
from tests.mutation.equivalent import EQUIVALENT
from tests.mutation.mutants import Mutant
from tests.negative.machine import machine
from tests.project import ROOT

# Most is in the first; what survives there meets the other.
SETS = ("alternative", "default")
UNSEEN = "with neither set of variables does this task change anything"
stop = Event()


@dataclass(frozen=True)
class Result:
    """A mutant's outcome: the test that killed it, if one did."""

    mutant: Mutant
    killer: str

    @property
    def is_killed(self) -> bool:
        """Whether a test has gone red."""
        return bool(self.killer)


@dataclass(frozen=True)
class Bench:
    """Runs of a role's mutants against its tests, with one set of variables."""

    role: str
    variables: str
    prepared: Stage
    healthy: Outcomes

    def meets(self, mutant: Mutant) -> bool:
        """Whether the mutant's mistake can matter here."""
        return mutant.is_exercised(self.healthy[mutant.file, mutant.line])

    def killer(self, mutant: Mutant, folder: Path) -> str:
        """Return the test that the mutant turns red."""
        with self.prepared.begin(folder / self.prepared.box) as box:
            play(box, self.role, self.variables, "converge.yml", spoil(box.folder, self.role, mutant))
            return red_test(box, self.role)


def _bench(role: str, variables: str, folder: Path, stack: ExitStack) -> Bench:
    """Apply the role as it is: its tests must be green before a red one says anything."""
    folder.mkdir(parents=True)
    box = stack.enter_context(contextmanager(machine)(folder))
    status, told = play(box, role, variables, "prepare.yml", ROOT / "roles")
    if status == 0:
        prepared = stack.enter_context(stopped(box))
        box = stack.enter_context(prepared.begin(folder / "healthy"))
        json = {"ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json"}
        status, told = play(box, role, variables, "converge.yml", ROOT / "roles", **json)
        red = red_test(box, role)
    if status != 0 or red:
        what = f"{red} is red" if status == 0 else told[-2000:]
        raise SystemExit(
            f"✗ The role {role} with its set {variables} is ill itself: {what}.\n"
            "  Where the tests are not green to begin with, a red one proves nothing.\n"
            f"  → Mend the role or the test first: ROLE={role} molecule test -s role"
        )
    return Bench(role, variables, prepared, outcomes(told, role))


def _try(benches: Sequence[Bench], mutant: Mutant, folder: Path) -> Result:
    """Try a mutant with each set of variables until a test goes red."""
    for bench in benches:
        if stop.is_set():
            break
        if bench.meets(mutant) and (red := bench.killer(mutant, folder / bench.variables)):
            return Result(mutant, red)
    return Result(mutant, "")


def try_role(role: str, found: Sequence[Mutant], logs: Path, jobs: int) -> tuple[list[Result], dict[Mutant, str]]:
    """Try the mutants of a role that matter; return what became of them, and the others with the reason."""
    results = []
    with ExitStack() as stack, ThreadPoolExecutor(jobs) as pool:
        try:
            benches = list(pool.map(lambda variables: _bench(role, variables, logs / variables, stack), SETS))
            left = {mutant: UNSEEN for mutant in found if not any(bench.meets(mutant) for bench in benches)}
            named = {mutant: EQUIVALENT.get((role, mutant.task, mutant.change), "") for mutant in found}
            left |= {mutant: reason for mutant, reason in named.items() if reason}
            mattering = [mutant for mutant in found if mutant not in left]
            tries = [pool.submit(_try, benches, mutant, logs / f"{n:03}") for n, mutant in enumerate(mattering, 1)]
            for number, future in enumerate(as_completed(tries), 1):
                results.append(future.result())
                verdict = results[-1].killer or "SURVIVED"
                print(f"{role} {number}/{len(tries)} {results[-1].mutant} -> {verdict}", flush=True)
        except BaseException:
            stop.set()
            pool.shutdown(cancel_futures=True)
            raise
    return results, left
