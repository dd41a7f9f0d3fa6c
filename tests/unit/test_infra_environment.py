"""The environment that scripts/infra chooses for Terraform."""

from pathlib import Path

import pytest
from tests.support.project import ROOT

from breakable_toy.infra import environment
from breakable_toy.problem import ProblemError

FOLDER = Path("/data")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TF_WORKSPACE", "second"),
        ("TF_DATA_DIR", "/elsewhere"),
        ("TF_CLI_ARGS_plan", "-destroy"),
        ("TF_VAR_domain", "toy.example.org"),
        ("TF_REATTACH_PROVIDERS", "{}"),
        ("TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE", "1"),
        ("AWS_S3_ENDPOINT", "https://elsewhere.example.org"),
        ("AWS_SSE_CUSTOMER_KEY", "of-one-person"),
    ],
)
def test_value_of_another_project_does_not_reach_terraform(name: str, value: str) -> None:
    """It would lead to another state, or to one that no other run can read."""
    assert value != environment.chosen(FOLDER, {name: value}).get(name)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TF_CLI_CONFIG_FILE", "/mirror.tfrc"),
        ("TF_CLI_ARGS_init", "-plugin-dir=/providers -backend-config=use_path_style=true"),
        ("TF_LOG_PATH", "/tmp/log"),  # noqa: S108 - nothing is written
        ("AWS_PROFILE", "staging"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:1"),
        ("HTTPS_PROXY", "http://127.0.0.1:1"),
    ],
)
def test_users_own_value_reaches_terraform(name: str, value: str) -> None:
    """The source of providers, credentials and proxies are the caller's."""
    assert value == environment.chosen(FOLDER, {name: value})[name]


def test_workspace_is_the_default_one() -> None:
    """Also where another one was selected in the folder before."""
    assert "default" == environment.chosen(FOLDER, {})["TF_WORKSPACE"]


def test_migration_finds_this_project() -> None:
    """Terraform runs a module of it, whatever the caller's own path is."""
    assert f"{ROOT}/src" == environment.chosen(FOLDER, {"PYTHONPATH": "/elsewhere"})["PYTHONPATH"]


def test_log_does_not_reach_the_output() -> None:
    """Lines of TF_LOG would be taken for Terraform's own errors."""
    assert f"{FOLDER}/terraform.log" == environment.chosen(FOLDER, {"TF_LOG": "trace"})["TF_LOG_PATH"]


def test_file_of_values_is_refused(tmp_path: Path) -> None:
    """Terraform reads these by default; other files are left alone."""
    (tmp_path / "versions.tf").touch()
    environment.check_files(tmp_path, "")
    for name in ("terraform.tfvars", "mine.auto.tfvars.json"):
        (tmp_path / name).touch()
    with pytest.raises(ProblemError, match=r"mine\.auto\.tfvars\.json, terraform\.tfvars"):
        environment.check_files(tmp_path, "./scripts/infra plan staging")
