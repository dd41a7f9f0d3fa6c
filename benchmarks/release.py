#!/usr/bin/env python
"""Measure a commit's time to a registry, and a deployment's lifecycle at a moto server.

Builds in a clone of this repository's last commit, with a box that ends with it, and publishes to a registry of this
machine; deploys as tests/infra do. Prints tables with the targets and appends a line of JSON for each to
benchmarks/history.jsonl. Caches are warm when this has run before. Needs what ./scripts/test needs:
``.venv/bin/python benchmarks/release.py``.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.history import append  # noqa: E402 - the path is known only now
from tests.publish.registry import Registry  # noqa: E402 - likewise

# By the tests that take this time.
LIFE = {
    "test_first_apply": "plan and first apply",
    "test_second_plan_is_empty": "second plan",
    "test_another_image_changes_the_service_only": "plan of another image",
    "test_apply_ends_when_the_new_version_serves": "its apply",
    "test_destroy_leaves_nothing": "destroy",
}
# name: seconds
TARGETS = {"cibuild": 480, "cipublish without change": 5, "life": 480}


def timed(folder: Path, *words: str, **variables: str) -> float:
    """Return the seconds that a script of a clone takes, or stop with what it has said."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("TOY_", "PYTHONPATH"))}
    start = time.perf_counter()
    done = subprocess.run(
        words, cwd=folder, env={**environment, **variables}, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise SystemExit(done.stdout + done.stderr)
    return time.perf_counter() - start


def release() -> dict[str, float]:
    """Return the seconds of a build, and of its way to a registry."""
    with tempfile.TemporaryDirectory(prefix="toy benchmark ") as temporary:
        clone = Path(temporary) / "toy"
        subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
        (clone / ".cache").mkdir()
        for name in (".venv", ".cache/tools"):
            (clone / name).symlink_to(ROOT / name)
        (clone / ".git/info/exclude").write_text(".venv\n")
        try:
            figures = {"cibuild": timed(clone, "./scripts/cibuild")}
        finally:
            subprocess.run(["./scripts/cibuild", "--down"], cwd=clone, check=False, stdout=subprocess.DEVNULL)
        registry = Registry(Path(temporary) / "registry")
        try:
            for name in ("first cipublish", "cipublish without change"):
                figures[name] = timed(clone, "./scripts/cipublish", IMAGE_REGISTRY=f"{registry.address}/team")
        finally:
            registry.stop()
    return figures


def life() -> dict[str, float]:
    """Return the seconds of each step of a deployment's life, and of all."""
    timed(ROOT, "./scripts/test", "infra")
    cases = ET.parse(ROOT / ".cache/reports/infra.xml").iter("testcase")  # noqa: S314 - pytest's
    figures = {LIFE[name]: float(case.attrib["time"]) for case in cases if (name := case.attrib["name"]) in LIFE}
    if missing := set(LIFE.values()) - set(figures):
        raise SystemExit(f"No test has the duration of: {', '.join(sorted(missing))}")
    return {**figures, "life": sum(figures.values())}


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print, append; return 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", choices=("release", "life"), help="only this; both unless named")
    what = parser.parse_args(argv).what
    missed = 0
    for name, measure in (("release", release), ("life", life)):
        if what not in (None, name):
            continue
        figures = measure()
        print(f"{'figure':<30} {'measured':>10} {'target':>8}")
        for figure, seconds in figures.items():
            target = TARGETS.get(figure)
            missed += target is not None and seconds > target
            print(f"{figure:<30} {seconds:>8.1f} s {target or '':>8}")
        append(ROOT, name, figures)
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
