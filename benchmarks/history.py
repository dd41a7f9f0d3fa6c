"""One line of JSON for each run, so that a figure can be compared with last month's."""

import json
import os
import subprocess
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path


def append(root: Path, benchmark: str, figures: Mapping[str, float]) -> None:
    """Append the figures, with the commit and this machine's cores, to benchmarks/history.jsonl."""
    head = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(head, cwd=root, capture_output=True, text=True, check=True).stdout.strip()
    line = {
        "when": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "commit": commit,
        "benchmark": benchmark,
        "cores": os.cpu_count(),
        "figures": {name: round(figure, 2) for name, figure in figures.items()},
    }
    with (root / "benchmarks/history.jsonl").open("a") as history:
        history.write(json.dumps(line) + "\n")
