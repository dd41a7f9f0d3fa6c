"""The clone: where it is, which commit, what is changed."""

from breakable_toy import ownership
from breakable_toy.checks import ROOT
from breakable_toy.doctor.section import Section, output


def examine() -> Section:
    """Return the section."""
    section = Section("Clone")
    section.facts["folder"] = str(ROOT)
    git = ("git", "-C", str(ROOT))
    section.facts["commit"] = output([*git, "log", "-1", "--format=%h %cs %s"]) or "unknown (no git repository)"
    section.facts["branch"] = output([*git, "branch", "--show-current"]) or "none"
    changed = output([*git, "status", "--porcelain"]).splitlines()
    section.facts["changed files"] = str(len(changed))
    for problem in ownership.problems():
        section.check(problem)
    return section
