"""Mutants that no test can kill, or that only another kind of test can, each with its reason: they do not count."""

RECOVERY = "matters only after a Docker that failed to start: tests/negative/test_docker.py makes one fail"

EQUIVALENT: dict[tuple[str, str, str], str] = {
    # role, task, change: reason
    ("deploy_tools", "terraform | Download it", "mode: 0666"): "the file is removed before the role ends",
    ("docker", "Forget failed starts", "skipped"): RECOVERY,
    ("synced_folder", "folder | Give it to its user", "no owner"): "the next tasks give all back to its user",
}
