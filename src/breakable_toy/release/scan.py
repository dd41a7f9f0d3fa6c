"""Say what is known against the packages of an image; exit with 1 where there is something.

Reads what look.py has seen.

With --updates, only names the security updates that are missing, a line each, and ends with 0; that nobody could look,
it says on standard error.

Of Debian's packages, by Debian's own archives: a security update that is out and not in the image. Of Python's, by
pip-audit, which asks the Python package index: each vulnerability that is known. Where one of the two did not answer,
that is a warning, not a failure: `./scripts/cibuild` has to work behind a proxy that leads to packages alone.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from breakable_toy.problem import Problem, ProblemError, report

# After that many packages without an answer, the index itself is at fault, and is not asked again.
UNANSWERED_MAX = 3
# There is no way to the index.
NO_ANSWER = re.compile(r"requests\.exceptions\.(ConnectionError|ProxyError|SSLError|\w*Timeout)\b")


def updates(seen: dict[str, Any]) -> list[str]:
    """Return the security updates that are missing: each package, its version here and there."""
    pending = seen["pending"]
    return [f"{name} {here} (there is {there})" for name, here, there, where in pending if "security" in where.lower()]


def unread(seen: dict[str, Any]) -> str:
    """Return what is to be said where Debian's archives could not be asked."""
    return f"Not scanned: Debian's packages, because an archive did not answer: {seen['unread']}"


def of_debian(seen: dict[str, Any]) -> Iterator[Problem]:
    """Yield what is missing of Debian's."""
    if missing := updates(seen):
        yield Problem(
            f"Security updates are missing in the image: {', '.join(missing)}",
            "Debian's advisories describe how to break in.",
            "Rebuild the box and the image in it. Type: vagrant destroy -f; ./scripts/cibuild",
        )


def audited(seen: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what pip-audit says of each Python package.

    One answer of the index that it does not understand ends it. So the packages are asked for in ever smaller groups
    then, until those without an answer are known by their names.
    """
    groups, answers = [[(name, version) for name, version in seen["python"]]], list[dict[str, Any]]()
    without = 0
    while groups:
        group = groups.pop()
        done = _asked(group)
        with suppress(ValueError):
            answers += json.loads(done.stdout)["dependencies"]
            continue
        # It gives no list then, and ends with what its HTTP library has said.
        reason = (done.stderr.strip().splitlines() or ["it says nothing"])[-1]
        if not re.match(r"requests\.exceptions\.|\S+\.ServiceError", reason):
            raise ProblemError(
                Problem(
                    f"pip-audit has failed: {reason}",
                    "Known vulnerabilities of the Python packages in the image are not checked.",
                    "Try the same packages by hand: .venv/bin/python -m pip_audit --requirement app/requirements.txt",
                )
            )
        if len(group) == 1 or without >= UNANSWERED_MAX or NO_ANSWER.match(reason):
            without += len(group)
            answers += [{"name": name, "skip_reason": reason} for name, _ in group]
        else:
            middle = len(group) // 2
            groups += [group[middle:], group[:middle]]
    return answers


def _asked(packages: Sequence[tuple[str, str]]) -> "subprocess.CompletedProcess[str]":
    """Have pip-audit ask for all of them."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.writelines(f"{name}=={version}\n" for name, version in packages)
        file.flush()
        command = [sys.executable, "-m", "pip_audit", "--requirement", file.name, "--disable-pip", "--no-deps"]
        options = ["--format", "json", "--progress-spinner", "off"]
        return subprocess.run([*command, *options], capture_output=True, text=True, check=False)


def of_python(packages: list[dict[str, Any]]) -> Iterator[Problem]:
    """Yield the vulnerabilities that are known."""
    for package in packages:
        for vulnerability in package.get("vulns", []):
            fixes = ", ".join(vulnerability["fix_versions"])
            fix = "Pin a version that has the fix: ./scripts/update --lock"
            yield Problem(
                f"{package['name']} {package['version']} has {vulnerability['id']} (fixed in: {fixes or 'none yet'}).",
                f"It is in the image: {' '.join(vulnerability['description'].split())[:200]}",
                fix if fixes else "Replace the package, or wait for a fix: nothing is released meanwhile.",
            )


def scan(seen: dict[str, Any]) -> int:
    """Print all that is known; return the exit status."""
    if seen["unread"]:
        print(unread(seen))
    else:
        print(f"Scanned: {len(seen['debian'])} packages of Debian's, by its archives")
    try:
        packages = audited(seen)
    except ProblemError as failure:
        return report([*of_debian(seen), failure.problem])
    skipped = [package for package in packages if "skip_reason" in package]
    if skipped:
        names = ", ".join(package["name"] for package in skipped)
        print(f"Not scanned: {len(skipped)} Python packages ({names}), because: {skipped[0]['skip_reason']}")
    if len(skipped) < len(packages):
        print(f"Scanned: {len(packages) - len(skipped)} Python packages, by pip-audit")
    return report([*of_debian(seen), *of_python(packages)])


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the options say; return the exit status."""
    parser = argparse.ArgumentParser("python -m breakable_toy.release.scan", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "--updates", action="store_true", help="name the security updates that are missing, and no more"
    )
    options = parser.parse_args(argv)
    seen = json.load(sys.stdin)
    if not options.updates:
        return scan(seen)
    if seen["unread"]:
        print(unread(seen), file=sys.stderr)
    print("\n".join(updates(seen)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
