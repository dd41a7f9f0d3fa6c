"""How suites ended: what failed in a log, and how many tests the reports count."""

import re
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree as ET

COLOR = re.compile(r"\x1b\[[0-9;]*m")


def complaints(log: Path) -> list[str]:
    """Return the lines of a log in which pytest names what failed, or its last ones."""
    if not log.is_file():
        return ["It did not run: it needs what failed before."]
    lines = COLOR.sub("", log.read_text(errors="replace")).splitlines()
    return [line for line in lines if re.search(r"\b(FAILED|ERROR) \S+::", line)] or lines[-20:]


def counted(reports: Iterable[Path]) -> dict[str, int]:
    """Return how many tests have passed, failed and been skipped, by the reports that pytest writes."""
    counts = dict.fromkeys(("passed", "failed", "skipped"), 0)
    for report_file in reports:
        for suite in ET.parse(report_file).iter("testsuite"):  # noqa: S314 - our own tests have written it
            failed, skipped = (
                sum(int(suite.get(name, 0)) for name in names) for names in (("failures", "errors"), ("skipped",))
            )
            counts["passed"] += int(suite.get("tests", 0)) - failed - skipped
            counts["failed"] += failed
            counts["skipped"] += skipped
    return counts
