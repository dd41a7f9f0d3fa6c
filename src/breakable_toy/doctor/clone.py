"""The clone: where it is, which commit, what is changed."""

from breakable_toy import clone, ownership, project_path
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
    for _, before, has_box in clone.origins():
        section.facts["copied from" if has_box else "moved from"] = str(before)
    for problem in (clone.copied(), project_path.problem(), *ownership.problems()):
        section.check(problem)
    return section
