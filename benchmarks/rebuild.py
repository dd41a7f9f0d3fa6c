#!/usr/bin/env python
"""How long the production image takes to build again after a change, and how large it is, compared with the usual way.

Changes a copy's sources (a view, a template, a stylesheet) five times, then adds three packages to its requirements,
one after the other. Builds the reference (benchmarks/reference) in the same run. Makes a box of
its own and destroys it, or takes the running one of a folder: ``.venv/bin/python benchmarks/rebuild.py --box .``.
"""

import argparse
import re
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.history import append  # noqa: E402 - the path is known only now
from benchmarks.stack import BAKE, running  # noqa: E402
from tests.e2e.box import Box  # noqa: E402

# Next to the project, so that neither an edit of a person nor a sync gets in the way.
COPY = "/tmp/rebuild"  # noqa: S108 - in a box for one person
MORE, PACKAGES = "benchmarks/load/requirements.txt", ("gunicorn", "httptools", "uvloop")
CODE = ("polls/views.py", "polls/templates/polls/base.html", "polls/static/polls/polls.css")
MEGABYTE = 1_000_000
# name: (target, unit)
TARGETS = {
    "rebuild after a change of code, median of 5": (5.0, "s"),
    "rebuild after a change of requirements, median of 3": (40.0, "s"),
    "size of prod": (300.0, "MB"),
    "size of prod, part of the reference": (0.5, ""),
}


def build(box: Box, target: str = "web-prod", before: str = "true") -> float:
    """Return the seconds that a build in the copy takes after a shell command."""
    timed = f"cd {COPY} && {before} && start=$(date +%s.%N) && {BAKE} {target} && echo took $(date +%s.%N) $start"
    end, start = re.findall(r"^took (\S+) (\S+)$", box.inside(f"sh -c '({timed}) 2>&1'"), re.MULTILINE)[0]
    return float(end) - float(start)


def code(box: Box) -> float:
    """Return the seconds after an edit of a view, a template and a stylesheet."""
    # Like none before, or the build would find it in its cache.
    new = time.time_ns()
    comments = (f"# {new}", f"{{# {new} #}}", f"/* {new} */")
    edits = [f'echo "{text}" >>app/{file}' for file, text in zip(CODE, comments, strict=True)]
    return build(box, before=" && ".join(edits))


def requirements(box: Box, package: str) -> float:
    """Return the seconds after one more package."""
    new = f'sed -n "/^{package}==/,/# via/p" {MORE}; echo "# {time.time_ns()}"'
    return build(box, before=f"({new}) >>app/requirements.txt")


def size(box: Box, image: str) -> float:
    """Return an image's MB."""
    return int(box.inside(f"docker image inspect --format '{{{{.Size}}}}' {image}")) / MEGABYTE


def measure(box: Box) -> dict[str, float]:
    """Return the figures."""
    box.inside(f"rm -rf {COPY} && cp -a . {COPY}")
    figures = {"first build, or a look at the cache": build(box), "size of prod": size(box, "breakable-toy/web:prod")}
    figures |= {
        "rebuild after a change of code, median of 5": statistics.median(code(box) for _ in range(5)),
        "rebuild after a change of requirements, median of 3": statistics.median(
            requirements(box, package) for package in PACKAGES
        ),
    }
    build(box, "reference")
    figures["size of the reference"] = size(box, "breakable-toy/reference:latest")
    figures["size of prod, part of the reference"] = figures["size of prod"] / figures["size of the reference"]
    return figures


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print, append; return 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--box", type=Path, metavar="FOLDER", help="take the running box of that clone")
    with running(parser.parse_args(argv).box) as stack:
        try:
            figures = measure(stack.box)
        finally:
            # The image of the last edit goes, that of the project comes back, from the cache.
            stack.box.inside(f"rm -rf {COPY}; docker buildx bake web-prod")
    missed = 0
    print(f"{'figure':<54} {'measured':>10} {'target':>8}")
    for name, figure in figures.items():
        target, unit = TARGETS.get(name, (None, ""))
        missed += target is not None and figure > target
        print(f"{name:<54} {figure:>7.2f} {unit:<2} {'' if target is None else target:>8}")
    append(ROOT, "rebuild", figures)
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
