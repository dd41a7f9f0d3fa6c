"""The last errors of each log, on the host and in the box, without secrets."""

import re

from breakable_toy.checks import ROOT
from breakable_toy.doctor import box
from breakable_toy.doctor.section import Section, output

ERROR = re.compile(r"✗|\berror\b|\bfatal\b|\bfailed\b|\bcritical\b|\btraceback\b", re.IGNORECASE)
# Ansible's recap counts failures, Vagrant and apt print these words without an error.
HARMLESS = re.compile(
    r"^(?:TASK|RUNNING HANDLER|ok:|skipping:)|failed=0|error(s)?[:=] ?0|libgpg-error|failed: 0", re.IGNORECASE
)
SECRETS = (
    (re.compile(r"(?i)((?:authorization|cookie)[\"']?\s*[=:]\s*).*"), r"\1…"),
    (
        re.compile(r"(?i)((?:password|passwd|secret|token|api_?key)\w*[\"']?\s*[=:]\s*)(\"[^\"]*\"|'[^']*'|\S+)"),
        r"\1…",
    ),
    (re.compile(r"(://)[^/\s@]+@"), r"\1…@"),
)
MOST_LINES = 3
SCRIPT = """
cd /vagrant && for service in $(docker compose config --services 2>/dev/null); do
  docker compose logs --no-color --no-log-prefix --tail 300 "$service" 2>/dev/null | sed "s/^/$service: /"
done
journalctl --priority err --boot --no-pager --output cat --lines 5 2>/dev/null | sed 's/^/journal: /'
"""


def examine() -> Section:
    """Return the section."""
    section = Section("Last errors")
    for log in sorted((ROOT / ".cache/log").glob("*")):
        if log.is_file() and (lines := errors(log.read_text(errors="replace")[-100_000:])):
            section.facts[f".cache/log/{log.name}"] = "\n".join(lines)
    machine = box.running()
    if machine is None:
        return section
    by_source: dict[str, list[str]] = {}
    for line in output(machine.command(SCRIPT)).splitlines():
        source, _, text = line.partition(": ")
        by_source.setdefault(source, []).append(text)
    for source, texts in by_source.items():
        lines = texts[-MOST_LINES:] if source == "journal" else errors("\n".join(texts))
        if lines:
            section.facts[f"{source} (in the box)"] = "\n".join(map(hidden, lines))
    return section


def errors(text: str) -> list[str]:
    """Return the last lines that report an error, without secrets."""
    found = [line for line in text.splitlines() if ERROR.search(line) and not HARMLESS.search(line)]
    return [hidden(line.strip())[:200] for line in found[-MOST_LINES:]]


def hidden(line: str) -> str:
    """Return the line without values that look like secrets."""
    for pattern, replacement in SECRETS:
        line = pattern.sub(replacement, line)
    return line
