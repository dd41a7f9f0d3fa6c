"""The environment in which tools are started: what the caller has set reaches them only where it is meant for them."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.support.project import ROOT, copy_project

from breakable_toy import environment

# The caller's variable, and a value that did harm.
HARMFUL = {
    "LC_ALL": "de_DE.UTF-8",
    "LANG": "C",
    "PYTHONHOME": "/nowhere",
    "PYTHONPATH": "/nowhere",
    "PYTHONSAFEPATH": "1",
    "POSIXLY_CORRECT": "1",
    "GREP_OPTIONS": "--color=always",
    "VIRTUAL_ENV": "/nowhere",
    "PIP_USER": "1",
    "PIP_TARGET": "/nowhere",
    "UV_PYTHON": "3.9",
    "ANSIBLE_CONFIG": "/nowhere.cfg",
    "ANSIBLE_STDOUT_CALLBACK": "unknown",
    "VAGRANT_DOTFILE_PATH": "/nowhere",
    "VAGRANT_CWD": "/nowhere",
    "VAGRANT_VAGRANTFILE": "Otherfile",
    "DOCKER_DEFAULT_PLATFORM": "linux/s390x",
    "COMPOSE_FILE": "/nowhere.yaml",
    "TF_WORKSPACE": "other",
    "TF_CLI_ARGS": "-no-color",
    "TF_CLI_ARGS_plan": "-destroy",
    "TF_VAR_region": "us-east-1",
    "TF_DATA_DIR": "/nowhere",
    "GIT_DIR": "/nowhere",
    "GIT_WORK_TREE": "/nowhere",
    "BASH_ENV": "/nowhere",
    "RUBYOPT": "-rnowhere",
}
KEPT = {
    "AWS_PROFILE": "team",
    "PIP_INDEX_URL": "https://mirror.example.com/simple",
    "PIP_CERT": "/ca.pem",
    "UV_DEFAULT_INDEX": "https://mirror.example.com/simple",
    "UV_CACHE_DIR": "/cache",
    "https_proxy": "http://proxy.example.com:3128",
    "ANSIBLE_FORCE_COLOR": "1",
    "TF_CLI_CONFIG_FILE": "/terraformrc",
    "TF_CLI_ARGS_init": "-plugin-dir=/providers",
    "VAGRANT_HOME": "/vagrant.d",
    "VAGRANT_DEFAULT_PROVIDER": "libvirt",
    "DOCKER_HOST": "unix:///run/user/1000/docker.sock",
    "TOY_PORT": "8123",
    "TERM": "dumb",
}


@pytest.mark.parametrize("name", HARMFUL)
def test_tool_does_not_receive_what_points_elsewhere(name: str) -> None:
    """The caller's value is removed or replaced."""
    assert environment.chosen({name: HARMFUL[name]}).get(name) != HARMFUL[name]


@pytest.mark.parametrize("name", KEPT)
def test_tool_receives_what_is_the_users_choice(name: str) -> None:
    """Network, credentials, colours and our own variables stay."""
    assert environment.chosen({name: KEPT[name]})[name] == KEPT[name]


def test_locale_is_one_that_ansible_accepts() -> None:
    """Ansible itself starts with an unknown locale of the caller's."""
    chosen = environment.chosen({**os.environ, "LC_ALL": "xx_XX", "LANGUAGE": "de"})
    done = subprocess.run(
        [ROOT / ".venv/bin/ansible", "--version"], env=chosen, capture_output=True, text=True, check=False
    )
    assert (0, "") == (done.returncode, done.stderr)


@pytest.mark.parametrize(
    "value", ["-upgrade", "-backend-config=bucket=other", "-backend-config=key=x -plugin-dir=/a", '"']
)
def test_init_option_is_refused_when_it_could_change_the_state(value: str) -> None:
    """The message names the variable and the option."""
    (problem,) = environment.problems({**os.environ, "TF_CLI_ARGS_init": value})
    assert "TF_CLI_ARGS_init" in problem.what
    assert value.split(maxsplit=1)[0] in problem.what


@pytest.mark.parametrize("name", ["HOME", "TMPDIR"])
@pytest.mark.parametrize("kind", ["absent", "file"])
def test_folder_is_refused_by_name_when_unusable(tmp_path: Path, name: str, kind: str) -> None:
    """A tool would stop with its own raw error."""
    value = tmp_path / kind
    if kind == "file":
        value.touch()
    (problem,) = environment.problems({**os.environ, name: str(value)})
    assert problem.what.startswith(f"{name} is '{value}'")


@pytest.mark.parametrize("given", [{}, {"HOME": ""}])
def test_home_is_the_users_when_unset(given: dict[str, str]) -> None:
    """As a service manager or `env -i` starts a script."""
    assert Path(environment.chosen(given)["HOME"]).is_dir()


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with a script that prints the environment of its tools."""
    folder = tmp_path_factory.mktemp("clone") / "toy"
    copy_project(folder)
    script = folder / "scripts/show"
    script.write_text('#!/usr/bin/env bash\nsource "$(dirname "$0")/lib/common.sh"\npwd\nexec env -0\n')
    script.chmod(0o755)
    return folder


def run_script(copy: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run that script, by the relative path that a person types."""
    command = ["scripts/show", *arguments]
    given = {**os.environ, **variables}
    return subprocess.run(command, cwd=copy, env=given, capture_output=True, text=True, check=False)


def test_script_starts_its_tools_in_the_chosen_environment(copy: Path) -> None:
    """All harmful values at once, CDPATH with a folder of the same names among them, and no word on standard error."""
    decoy = copy.parent / "decoy"
    (decoy / "scripts/lib").mkdir(parents=True)
    # Bash itself reads BASH_ENV before the script's first line.
    harmful = {name: value for name, value in HARMFUL.items() if name != "BASH_ENV"}
    done = run_script(copy, **harmful, CDPATH=str(decoy))
    # Bash's own warnings about the locale, before and in that line.
    told = [line for line in done.stderr.splitlines() if "warning: setlocale" not in line]
    assert (0, []) == (done.returncode, told)
    assert done.stderr.count("setlocale") <= 3
    where, _, rest = done.stdout.partition("\n")
    assert str(copy) == where
    received = dict(pair.split("=", 1) for pair in rest.split("\0") if pair)
    assert {} == {name: value for name, value in received.items() if harmful.get(name) == value}


def test_script_starts_in_an_empty_environment(copy: Path) -> None:
    """HOME and TERM unset."""
    command = ["env", "-i", f"PATH={os.environ['PATH']}", "scripts/show"]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    assert (0, "") == (done.returncode, done.stderr)
    assert "HOME=/" in done.stdout


def test_script_refuses_by_name_what_it_cannot_honour(copy: Path) -> None:
    """Nothing is started."""
    done = run_script(copy, HOME="/nowhere", TMPDIR="/nowhere")
    assert (1, "") == (done.returncode, done.stdout)
    assert [1, 1, 2] == [done.stderr.count(word) for word in ("✗ HOME is", "✗ TMPDIR is", "→ Type:")]


def test_doctor_reports_what_stops_the_other_scripts(copy: Path) -> None:
    """Its page begins with that."""
    given = {**os.environ, "TMPDIR": "/nowhere", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(["scripts/doctor"], cwd=copy, env=given, capture_output=True, text=True, check=False)
    assert (1, "") == (done.returncode, done.stderr)
    assert "✗ TMPDIR is '/nowhere'" in done.stdout
    assert "\nHost\n" in done.stdout


def test_help_needs_no_writable_folder(copy: Path) -> None:
    """It is what a person reads first."""
    done = subprocess.run(
        ["scripts/setup", "--help"], cwd=copy, env={"PATH": os.environ["PATH"], "HOME": "/nowhere"}, check=False
    )
    assert 0 == done.returncode


def vagrantfile(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Load what the Vagrantfile loads first, as Ruby does, and print the environment that its tools get."""
    code = "require './box/environment'; puts JSON.generate(ENV.to_h)"
    given = {**os.environ, **variables}
    return subprocess.run(["ruby", "-e", code], cwd=folder, env=given, capture_output=True, text=True, check=False)


@pytest.mark.skipif(not shutil.which("ruby"), reason="no Ruby: Vagrant brings its own")
def test_vagrantfile_chooses_the_same_environment(copy: Path) -> None:
    """For a plain `vagrant up`; Ruby itself has to start."""
    harmful = {name: value for name, value in HARMFUL.items() if name not in ("RUBYOPT", "VAGRANT_DOTFILE_PATH")}
    done = vagrantfile(copy, **harmful)
    assert 0 == done.returncode, done.stderr
    received = json.loads(done.stdout)
    assert {} == {name: value for name, value in received.items() if harmful.get(name) == value}
    assert f"{copy}/ansible.cfg" == received["ANSIBLE_CONFIG"]


@pytest.mark.skipif(not shutil.which("ruby"), reason="no Ruby: Vagrant brings its own")
def test_vagrantfile_refuses_another_dotfile_path(copy: Path) -> None:
    """Vagrant has taken it before it reads the Vagrantfile."""
    done = vagrantfile(copy, VAGRANT_DOTFILE_PATH="/nowhere")
    assert 1 == done.returncode
    assert 'VAGRANT_DOTFILE_PATH is "/nowhere"' in done.stderr
    assert 0 == vagrantfile(copy, VAGRANT_DOTFILE_PATH=".vagrant").returncode


def test_infra_names_the_variables_that_it_does_not_use(copy: Path) -> None:
    """They may have been meant for it. AWS is not asked, because there are no credentials."""
    (copy / ".venv").symlink_to(ROOT / ".venv")
    given = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    given |= {
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    given |= {"TF_WORKSPACE": "other", "TF_VAR_region": "us-east-1"}
    command = ["scripts/infra", "output", "staging"]
    done = subprocess.run(command, cwd=copy, env=given, capture_output=True, text=True, check=False)
    assert 1 == done.returncode
    for name in ("TF_WORKSPACE", "TF_VAR_region"):
        assert f"{name} is not used: the values of a deployment are in terraform/environments/." in done.stderr
    assert "there are no credentials" in done.stderr
