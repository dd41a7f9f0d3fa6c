"""Run manage.py in the box and bring the files that it made back to the host.

``python3 -m breakable_toy.manage ARGUMENT...`` expects box and host in sync and the way into the box in Vagrant's
folder; ``scripts/manage`` provides both. Exits as manage.py does, or with 1 where a file stayed in the box.
"""

import os
import shlex
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from breakable_toy.checks import ROOT
from breakable_toy.problem import Problem, report

# Modification time in nanoseconds and size in bytes of each file, by its path. A sync keeps both.
State = Mapping[str, tuple[int, int]]

# Made by every start of Python, or never synced.
PRUNE = r"\( -name __pycache__ -o -name static_root \) -prune -o -name .python_history -prune -o"
LIST = f"find app {PRUNE} -type f -printf '%p\\t%T@\\t%s\\0'"


def main(arguments: Sequence[str]) -> int:
    """Run manage.py with these arguments; return the exit status."""
    host_before, box_before = host_state(ROOT), box_state()
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    manage = ["docker", "compose", "--progress", "quiet", "run", "--rm", *([] if terminal else ["--no-TTY"])]
    run = subprocess.run(
        [*ssh("-t" if terminal else "-T"), f"cd /vagrant && {shlex.join([*manage, 'web', './manage.py', *arguments])}"],
        check=False,
    )
    box_after, host_after = box_state(), host_state(ROOT)
    made = changed(box_before, box_after) - same(host_after, box_after)
    kept = changed(host_before, host_after) & made
    fetch(made - kept)
    vanished = [name for name in sorted(box_before.keys() - box_after.keys()) if (ROOT / name).exists()]
    left = report([*map(_conflict, sorted(kept)), *map(_vanished, vanished)])
    # Those that an interrupted run has made, or that were removed here alone. Which of them, nothing shows.
    report(map(_orphan, orphans(host_state(ROOT), box_after)))
    return run.returncode or left


def changed(before: State, after: State) -> set[str]:
    """Return the names that are new in ``after`` or have another state there."""
    return {name for name, state in after.items() if before.get(name) != state}


def same(host: State, box: State) -> set[str]:
    """Return the names with one state on both sides: scripts/server has sent them to the box."""
    return {name for name, state in box.items() if host.get(name) == state}


def orphans(host: State, box: State) -> list[str]:
    """Return the migrations that only the box has: Django there runs with them."""
    return sorted(name for name in box.keys() - host.keys() if "/migrations/" in name and name.endswith(".py"))


def host_state(root: Path) -> State:
    """Return the state of the host's app folder, by paths from ``root``."""
    files = (Path(folder, name) for folder, _, names in os.walk(root / "app") for name in names)
    found = ((path, path.stat()) for path in files if path.is_file())
    return {str(path.relative_to(root)): (stat.st_mtime_ns, stat.st_size) for path, stat in found}


def box_state() -> State:
    """Return the same of the box."""
    listed = subprocess.run([*ssh("-T"), f"cd /vagrant && {LIST}"], capture_output=True, text=True, check=True).stdout
    return box_files(listed)


def box_files(listed: str) -> State:
    """Return what LIST printed; find prints ten digits of a second's fraction, the last one is a zero."""
    lines = (line.split("\t") for line in listed.split("\0") if line)
    return {name: (int(time.replace(".", "")) // 10, int(size)) for name, time, size in lines}


def fetch(names: Iterable[str]) -> None:
    """Copy these files to the host, format the Python ones, and send the formatted ones back to the box."""
    ordered = sorted(names)
    if not ordered:
        return
    command = ["rsync", "--archive", "--update", "--no-owner", "--no-group", "--files-from=-", "--from0"]
    remote = shlex.join(ssh()[:-1])
    subprocess.run(
        [*command, f"--rsh={remote}", "default:/vagrant/", f"{ROOT}/"], input="\0".join(ordered).encode(), check=True
    )
    if python := [str(ROOT / name) for name in ordered if name.endswith(".py")]:
        subprocess.run([ROOT / ".venv/bin/ruff", "format", "--quiet", *python], check=True)
        subprocess.run([ROOT / ".venv/bin/ruff", "check", "--fix", "--quiet", *python], check=False)
        subprocess.run(["vagrant", "rsync"], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    for name in ordered:
        print(f"✓ {name}")


def ssh(*options: str) -> list[str]:
    """Return the command line that leads into the box."""
    config = next(ROOT.glob(".vagrant/machines/default/*/ssh-config")).relative_to(ROOT)
    return ["ssh", "-F", str(config), "-o", "LogLevel=ERROR", *options, "default"]


def _conflict(name: str) -> Problem:
    return Problem(
        f"{name} stayed in the box: you saved another version here meanwhile.",
        "manage.py has written that file, too. Neither version is lost.",
        f"Compare: vagrant ssh -c 'cat /vagrant/{name}' | diff - '{name}'",
    )


def _vanished(name: str) -> Problem:
    return Problem(
        f"manage.py removed {name} in the box, and it is still here.",
        "The next sync would send it to the box again.",
        f"Remove it here as well: rm '{name}'",
    )


def _orphan(name: str) -> Problem:
    bring = shlex.join(["rsync", "--archive", f"--rsh={shlex.join(ssh()[:-1])}", f"default:/vagrant/{name}", name])
    return Problem(
        f"The box has {name}, which this folder lacks.",
        "Django in the box goes by this migration; no sync removes the file.",
        f"Remove it: vagrant ssh -c 'rm /vagrant/{name}'   Or keep it: {bring}",
    )


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main(sys.argv[1:]))
