"""Values that a role writes into a configuration file: refused by name before a machine is touched, or let through."""

import itertools
import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.support.project import ROOT

Values = dict[str, Any]
NONE = object()

# Of each variable, values that would do more than they should.
BROKEN: dict[str, dict[str, list[Any]]] = {
    "base": {
        "base_apt_proxy": [
            *(f"http://proxy.example:3142{end}" for end in ['"; X "', ";", "\\", " x", "\nX", "\n"]),
            "proxy.example:3142",
        ],
        "base_apt_mirrors": [
            *([{"uri": uri}] for uri in ["http://a.example/ x", "http://a.example\nTrusted: yes", "debian"]),
            *([{"uri": "file:/srv", "suites": [suite]}] for suite in ["a\nTrusted: yes", "a b"]),
            [{"uri": "file:/srv", "components": ["a b"]}],
            [{"uri": "file:/srv", "signed_by": "/x\nTrusted: yes"}],
        ],
        "base_packages": [[name] for name in ["-oDPkg::Pre-Invoke::=id", "a' 'b", "a;b", "", "a\n"]],
        "base_locale": ["C.UTF-8\nLD_PRELOAD=/tmp/x", "C.UTF-8; id", "$(id)", 'C"', ""],
        "base_timezone": ["../../etc/passwd", "Etc/UTC\n", "/etc/passwd", "Etc UTC"],
        "base_inotify_watches": [0, -1, True],
        "base_inotify_instances": [0],
        "base_swap_mib": [-1],
        "base_dpkg_wait_seconds": [-5],
        "base_login_message": ["a\n--- This machine ---\nb", "--------------------", "bell \x07", "a\r\nb"],
    },
    "docker": {
        "docker_prune_schedule": ["daily\nExecStart=id", "", "%H"],
        "docker_prune_older_than": ["168h\nExecStart=/bin/id", "1h --volumes", ""],
        "docker_registry_certificates": [{name: "/x"} for name in ["../../../tmp", "a/b", "a\nb", ""]],
        "docker_repository_url": ["https://a.example\nTrusted: yes", "a b"],
        "docker_version": [">=26; id"],
        "docker_compose_version": [">=26\n"],
        "docker_buildx_version": ["newest"],
    },
    "compose_project": {
        "compose_project_env": [{name: "x"} for name in ["A=1\nB", "A B", "A-B", "1A", ""]],
        "compose_project_secrets": [["A\nB"], ["A="]],
        "compose_project_secret_files": [{path: "/x"} for path in ["../x", "/etc/x", "a/../../x", "a\nb", ".."]],
        "compose_project_src": ["/srv/a\nUser=root", "srv"],
        "compose_project_owner": ["a\nb", "a b", ""],
    },
}
WHOLE: dict[str, list[Values]] = {
    "base": [
        {},
        *(
            {"base_apt_proxy": url}
            for url in ["http://u:p%40@[::1]:3142/", "https://proxy.example", "socks5h://a:1", "DIRECT"]
        ),
        {"base_apt_mirrors": [{"uri": "mirror+file:/etc/apt/mirrors.txt", "suites": ["trixie/vendor/7.0", "./"]}]},
        {"base_apt_mirrors": [{"uri": "http://a.example/$(ARCH)", "components": ["main", "non-free-firmware"]}]},
        {"base_packages": ["g++", "libc6:i386", "less=668-1~a+b", "linux-image-6*"]},
        {"base_locale": "ca_ES.UTF-8@valencia", "base_timezone": "America/Port-au-Prince"},
        {"base_timezone": "Etc/GMT+5", "base_swap_mib": 1024, "base_inotify_watches": 1},
        {"base_login_message": 'It\'s \x1b[1mbold\x1b[0m;\n\t"quoted" \\ Größe\n--- This machine\n'},
    ],
    "docker": [
        {"docker_prune_schedule": "Mon..Fri *-*-* 03:00:00 Europe/Vienna", "docker_prune_older_than": "1h30m"},
        {"docker_prune_schedule": "*-*-03 04:00:00", "docker_prune_older_than": "2026-01-01T00:00:00Z"},
        {"docker_registry_certificates": {"registry.example:5000": "/x", "[::1]:5000": "/x"}},
        {"docker_version": ">=28.5.1", "docker_compose_version": "", "docker_buildx_version": "0.13"},
        {"docker_repository_url": "file:///srv/docker-repository"},
    ],
    "compose_project": [
        {"compose_project_env": {"A_1": "x\ny", "_b": 5}, "compose_project_secrets": ["SECRET"]},
        {"compose_project_secret_files": {"a/b c.key": "/x", "..data/x": "/x", "./x": "/x"}},
        {"compose_project_src": "/srv/a b%c", "compose_project_owner": "deploy.user"},
    ],
}


def played(folder: Path, role: str, cases: list[Values]) -> list[dict[str, Any]]:
    """Apply a role to an unreachable host, once for each case; return how each ended."""
    reach = {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 9}
    hosts = {f"case{number}": {**reach, **case} for number, case in enumerate(cases)}
    (folder / "ansible.cfg").touch()
    (folder / "hosts.yml").write_text(yaml.safe_dump({"all": {"hosts": hosts}}))
    (folder / "play.yml").write_text(
        yaml.safe_dump([{"hosts": "all", "gather_facts": False, "roles": [f"breakable.toy.{role}"]}])
    )
    collections = ROOT / ".cache/collections"
    environment = {**os.environ, "ANSIBLE_FORKS": "8", "ANSIBLE_COLLECTIONS_PATH": str(collections)}
    environment |= {"ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json", "ANSIBLE_CONFIG": str(folder / "ansible.cfg")}
    command = ["ansible-playbook", "--inventory", "hosts.yml", "play.yml"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    last: dict[str, dict[str, Any]] = {}
    for task in json.loads(done.stdout[done.stdout.index("{") :])["plays"][0]["tasks"]:
        last |= task["hosts"]
    return [last[name] for name in hosts]


@pytest.mark.parametrize("role", BROKEN)
def test_value_that_begins_another_setting_is_refused(tmp_path: Path, role: str) -> None:
    """The message names each variable, whatever the quote, line break or separator in its value."""
    # The first values of all variables on one host, the second ones on the next.
    columns = itertools.zip_longest(*BROKEN[role].values(), fillvalue=NONE)
    cases = [
        {name: value for name, value in zip(BROKEN[role], column, strict=True) if value is not NONE}
        for column in columns
    ]
    for case, end in zip(cases, played(tmp_path, role, cases), strict=True):
        found = re.match(r"Invalid values: (\{.*?\})\. They ", end["msg"])
        assert found, end["msg"]
        assert set(case) == {name.partition("[")[0] for name in json.loads(found[1])}


@pytest.mark.parametrize("role", WHOLE)
def test_usual_value_is_let_through(tmp_path: Path, role: str) -> None:
    """An allowed value passes preflight; the machine then does not answer."""
    for case, end in zip(WHOLE[role], played(tmp_path, role, WHOLE[role]), strict=True):
        assert end.get("unreachable"), (case, end.get("msg"))


@pytest.mark.parametrize(
    ("role", "values", "named"),
    [
        ("base", {"base_packages": "git"}, "base_packages (list)"),
        ("base", {"base_apt_mirrors": [{"uri": "file:/srv", "suites": "a"}]}, "base_apt_mirrors[].suites (list)"),
        ("base", {"base_hardening_enabled": "false"}, "base_hardening_enabled (bool)"),
        ("deploy_tools", {"deploy_tools_terraform_version": 1.11}, "deploy_tools_terraform_version (str)"),
        ("synced_folder", {"synced_folder_excludes": "/.venv/"}, "synced_folder_excludes (list)"),
    ],
)
def test_value_of_another_type_is_refused(tmp_path: Path, role: str, values: Values, named: str) -> None:
    """The message names the variable and its type, and the machine is not touched."""
    (end,) = played(tmp_path, role, [values])
    assert f"names: {named}. " in end["msg"]
    assert [named] == end["mismatches"]


def test_authority_that_would_not_be_trusted_is_refused(tmp_path: Path) -> None:
    """Two files of one name, as Debian writes names, and a file that holds no PEM, are named."""
    certificate = "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n"
    for name in ("a/company.crt", "b/company.crt", "a/the company.crt", "b/the_company.crt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(certificate)
    (tmp_path / "binary.crt").write_bytes(b"0\x82\x03\xff")
    cases = {
        "same name: company.crt": ["a/company.crt", "b/company.crt"],
        "same name: the_company.crt": ["a/the company.crt", "b/the_company.crt"],
        f"in PEM form: {tmp_path}/binary.crt": ["binary.crt", "a/company.crt"],
        "Failed to connect": ["a/company.crt", "a/*.crt", "b/the_company.crt"],
    }
    paths = [{"base_ca_certificates": [f"{tmp_path}/{path}" for path in case]} for case in cases.values()]
    # The last names one file twice, and with it two of one name.
    paths[-1]["base_ca_certificates"].pop()
    for told, end in zip(cases, played(tmp_path, "base", paths), strict=True):
        assert told in end["msg"]
