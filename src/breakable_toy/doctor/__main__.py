"""Print the page: problems first, each with what to run, then the facts. Exits with 1 where there is a problem."""

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as LateError
from dataclasses import asdict
from pathlib import Path

from breakable_toy.doctor import address, box, clone, host, logs, stack, sync
from breakable_toy.doctor.section import LIMIT_SECONDS, Examine, Section

EXAMINE: dict[str, Examine] = {
    "Host": host.examine,
    "Clone": clone.examine,
    "Box": box.examine,
    "Address": address.examine,
    "Toy": stack.examine,
    "Sync": sync.examine,
    "Last errors": logs.examine,
}


def sections(examine: dict[str, Examine]) -> list[Section]:
    """Return all sections, examined at the same time; one that fails or is late says so."""
    deadline = time.monotonic() + LIMIT_SECONDS
    # Not as a context, which would wait for those that are late.
    pool = ThreadPoolExecutor(len(examine))
    started = {title: pool.submit(function) for title, function in examine.items()}
    found = []
    for title, future in started.items():
        try:
            found.append(future.result(max(0, deadline - time.monotonic())))
        except LateError:
            found.append(Section(title, {"unknown": f"no answer within {LIMIT_SECONDS:.0f} s"}))
        # The page is for a system in any state.
        except Exception as error:
            found.append(Section(title, {"unknown": f"{type(error).__name__}: {error}"}))
    pool.shutdown(wait=False, cancel_futures=True)
    return found


def page(found: Sequence[Section], *, color: bool) -> str:
    """Return the text."""
    red, bold, plain = ("\x1b[31m", "\x1b[1m", "\x1b[0m") if color else ("", "", "")
    lines = []
    for problem in (problem for section in found for problem in section.problems):
        lines += [f"{red}✗ {problem.what}{plain}", f"  {problem.why}", f"  → {problem.fix}"]
    lines += ["" if lines else "✓ No problem found.\n"]
    for section in found:
        lines += [f"{bold}{section.title}{plain}"] if section.facts else []
        for name, value in section.facts.items():
            first, *rest = value.splitlines() or [""]
            lines += [f"  {name + ':':<18} {first}", *(f"  {'':<18} {line}" for line in rest)]
    return "\n".join(lines).replace(str(Path.home()), "~") + "\n"


def main(argv: Sequence[str] | None = None) -> int:
    """Print it; return the exit status."""
    parser = argparse.ArgumentParser(prog="doctor", description=__doc__)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args(argv)
    found = sections(EXAMINE)
    problems = [asdict(problem) for section in found for problem in section.problems]
    if arguments.json:
        print(json.dumps({"problems": problems, "sections": {part.title: part.facts for part in found}}, indent=2))
    else:
        print(page(found, color=sys.stdout.isatty()), end="")
    sys.stdout.flush()
    return int(bool(problems))


if __name__ == "__main__":
    # At once: threads that wait for a command that is late would keep the program.
    os._exit(main())
