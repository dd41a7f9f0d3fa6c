"""Mutants that no test can kill, or that only another kind of test can, each with its reason: they do not count."""

EQUIVALENT: dict[tuple[str, str, str], str] = {
    # role, task, change: reason
    ("deploy_tools", "archive | Make a folder", "mode: 0777"): "a later task sets the mode of what is in its place",
    ("deploy_tools", "archive | Download it", "mode: 0666"): "the file is removed before the role ends",
}
