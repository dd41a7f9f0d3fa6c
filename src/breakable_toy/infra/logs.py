"""The tasks' log."""

import json
import re
import time
from typing import Any

from breakable_toy.infra.aws import client
from breakable_toy.problem import Problem, ProblemError

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
PAUSE_SECONDS = 2


def since(text: str) -> float:
    """Return the seconds of a time such as 10m, 2h or 1d."""
    found = re.fullmatch(r"(\d+)([smhd])", text)
    if not found:
        raise ProblemError(
            Problem(
                f"{text} is not a length of time.", "Logs are read from there on.", "Write it as 30s, 10m, 2h or 1d."
            )
        )
    return int(found[1]) * UNITS[found[2]]


def show(outputs: dict[str, Any], seconds: float, is_followed: bool) -> None:
    """Print the lines of the last seconds, and follow new ones until it is interrupted."""
    logs = client("logs", outputs["region"])
    start = int((time.time() - seconds) * 1000)
    # AWS sorts by when a line was written; one that comes late is new all the same.
    seen: set[str] = set()
    while True:
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=outputs["log_group"], startTime=start)
        for event in (event for page in pages for event in page["events"]):
            if event["eventId"] not in seen:
                seen.add(event["eventId"])
                print(line(event), flush=True)
        if not is_followed:
            return
        time.sleep(PAUSE_SECONDS)


def line(event: dict[str, Any]) -> str:
    """Return an event as a line: when, which task, and what; a line of JSON by its message."""
    task = event.get("logStreamName", "").rpartition("/")[2][:8]
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(event["timestamp"] / 1000))
    text = event["message"].rstrip()
    try:
        entry = json.loads(text)
        text = f"{entry.pop('level')} {entry.pop('message')} " + " ".join(f"{k}={v}" for k, v in entry.items())
    except (ValueError, KeyError, AttributeError):
        pass
    return f"{when} {task} {text}".rstrip()
