"""Mutants that no test can kill, or that only another kind of test can, each with its reason: they do not count."""

RECOVERY = "matters only after a Docker that failed to start: tests/negative/test_docker.py makes one fail"
TAKEN_AWAY = "the file is removed before the role ends"

EQUIVALENT: dict[tuple[str, str, str], str] = {
    # role, task, change: reason
    ("deploy_tools", "terraform | Download it", "owner: nobody"): TAKEN_AWAY,
    ("deploy_tools", "terraform | Download it", "mode: 0666"): TAKEN_AWAY,
    ("docker", "Forget failed starts", "skipped"): RECOVERY,
    ("synced_folder", "folder | Give it to its user", "owner: nobody"): "the next tasks give all back to its user",
}
