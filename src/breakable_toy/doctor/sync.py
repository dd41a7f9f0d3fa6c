"""The files that the next sync would send: those that differ between host and box."""

from datetime import datetime
from pathlib import Path

from breakable_toy.checks import ROOT
from breakable_toy.doctor import box
from breakable_toy.doctor.section import Section, answer
from breakable_toy.problem import Problem

MOST_NAMES = 5


def examine() -> Section:
    """Return the section."""
    section = Section("Sync")
    machine = box.running()
    if machine is None:
        section.facts["differing files"] = "unknown (the box does not run)"
        return section
    shell, host = machine.remote()
    # Contents and times; owners and modes are the box's own.
    command = ["rsync", "--recursive", "--links", "--times", "--omit-dir-times", "--dry-run", "--out-format=%n"]
    command += [f"--exclude={line}" for line in (*excludes(), "/.git/", "__pycache__/")]
    listed = answer([*command, f"--rsh={shell}", f"{ROOT}/", f"{host}:/vagrant/"])
    if listed is None:
        section.facts["differing files"] = "unknown (rsync failed or found no answer in time)"
        return section
    names = [name for name in listed.splitlines() if name and not name.endswith("/")]
    section.facts["differing files"] = str(len(names))
    if names:
        section.facts["such as"] = ", ".join(names[:MOST_NAMES])
        section.facts["newest change"] = newest(names)
        section.check(
            Problem(
                f"Files differ between host and box ({len(names)}), such as {names[0]}.",
                "The toy runs with the box's version.",
                "Run: vagrant rsync   (or ./scripts/server, which syncs each edit)",
            )
        )
    return section


def excludes() -> list[str]:
    """Return what the Vagrantfile excludes, and Vagrant itself."""
    lines = (ROOT / "box/excludes.yml").read_text().splitlines()
    return [".vagrant/", *(line[2:].strip() for line in lines if line.startswith("- "))]


def newest(names: list[str]) -> str:
    """Return when the last of these files was changed on the host."""
    times = [
        path.lstat().st_mtime for path in (ROOT / Path(name.partition(" -> ")[0]) for name in names) if path.exists()
    ]
    return f"{datetime.fromtimestamp(max(times)).astimezone():%Y-%m-%d %H:%M:%S %Z}" if times else "unknown"
