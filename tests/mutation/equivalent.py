"""Mutants that no test can kill, or that only another kind of test can, each with its reason: they do not count."""

EQUIVALENT: dict[tuple[str, str, str], str] = {
    # role, task, change: reason
    ("base", "login | Set the login message", "create: false"): "the machine has a text; tests/negative removes it",
    ("deploy_tools", "archive | Create the folder", "mode: 0777"): "a later task sets the mode of what is in its place",
    ("deploy_tools", "archive | Download the archive", "mode: 0666"): "the file is removed before the role ends",
    ("docker", "install | Make the group", "skipped"): "the package makes it at first; tests/negative removes it",
    ("docker", "replace | Download the packages (for half an hour at most)", "skipped"): "tests/negative lets it fail",
    ("docker", "Read systemd's units", "skipped"): "enabling reads them too; tests/negative changes one later",
}
