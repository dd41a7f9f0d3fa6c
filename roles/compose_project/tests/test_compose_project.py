"""The promises of the role compose_project, checked on the machine."""

import hashlib
import shlex
from pathlib import Path
from typing import Any

import pytest
from testinfra.host import Host

Variables = dict[str, Any]


def compose(host: Host, variables: Variables, command: str) -> str:
    """Run `docker compose` as the project's owner, in its folder."""
    there = f"cd {shlex.quote(variables['compose_project_src'])} && docker compose {command}"
    return str(host.check_output(f"sudo -iu {variables['compose_project_owner']} sh -c {shlex.quote(there)}"))


@pytest.fixture
def services(host: Host, variables: Variables) -> list[str]:
    """The services that are to run."""
    return variables["compose_project_services"] or compose(host, variables, "config --services").split()


def test_services_are_healthy(host: Host, variables: Variables, services: list[str]) -> None:
    """Compose shows each of them as healthy; its logs are shown when not."""
    for service in services:
        state = compose(host, variables, f"ps --format '{{{{.Health}}}}' {service}")
        assert "healthy" == state, compose(host, variables, f"logs --tail 20 {service}")


def test_project_answers(host: Host, variables: Variables) -> None:
    """Its health address answers 200, inside the machine."""
    if url := variables["compose_project_health_url"]:
        assert "200" == host.check_output(f"curl -s -o /dev/null -w '%{{http_code}}' {url}")


def test_tasks_have_run(host: Host, variables: Variables, slug: str) -> None:
    """Each one-shot task has been noted, and how the services ran, so that they are asked again only after a change."""
    done = host.file(f"/var/lib/compose_project/{slug}").listdir()
    assert sorted(["@started", *(task["service"] for task in variables["compose_project_tasks"])]) == sorted(done)


def test_example_task_ran_once(host: Host, variables: Variables) -> None:
    """Neither a second run of the role nor a restart of the machine repeats it."""
    if variables["compose_project_src"] == "/srv/example":
        assert "ran" == host.check_output("curl -s http://localhost:8080/migrated")


def test_secrets_are_for_their_owner_only(host: Host, variables: Variables) -> None:
    """Generated secrets and secret files belong to the project's owner, with mode 0600."""
    has_env = bool(variables["compose_project_secrets"] or variables["compose_project_env"])
    paths = [*([".env"] * has_env), *variables["compose_project_secret_files"]]
    files = [host.file(f"{variables['compose_project_src']}/{path}") for path in paths]
    assert [(variables["compose_project_owner"], 0o600)] * len(files) == [(file.user, file.mode) for file in files]


def test_secret_files_are_the_controllers(host: Host, variables: Variables) -> None:
    """Each secret file has the content that was asked for."""
    for path, source in variables["compose_project_secret_files"].items():
        assert Path(source).read_text() == host.file(f"{variables['compose_project_src']}/{path}").content_string


def test_secrets_are_long(host: Host, variables: Variables) -> None:
    """Each generated secret is there, once, with 50 characters."""
    for name in variables["compose_project_secrets"]:
        command = f"sudo grep -cE '^{name}=[A-Za-z0-9]{{50}}$' {variables['compose_project_src']}/.env"
        assert "1" == host.check_output(command)


def test_services_start_at_boot(host: Host, variables: Variables, services: list[str], unit: str) -> None:
    """Docker restarts each service by itself, or systemd starts it."""
    service_at_boot = host.service(unit)
    for service in services:
        container = compose(host, variables, f"ps --quiet {service}")
        policy = host.check_output(f"docker inspect --format '{{{{.HostConfig.RestartPolicy.Name}}}}' {container}")
        assert policy == "unless-stopped" or service_at_boot.is_enabled


def test_built_images_carry_no_authority(host: Host, variables: Variables) -> None:
    """The machine's certificates served the builds, and stayed out of the images."""
    authorities = [
        host.file(path).content_string.splitlines()[2]
        for path in host.check_output("find /usr/local/share/ca-certificates -name '*.crt'").split()
    ]
    lines = " ".join(f"-e {line}" for line in authorities) or "-e no-authority-of-its-own"
    folders = "/etc /opt /usr/local /usr/share/ca-certificates /var/lib"
    for image in compose(host, variables, "config --images").split():
        if image != "tiny" and not image.startswith("built-"):
            look = f"docker run --rm --network none --user 0 --entrypoint grep {image} -rlsF {lines} {folders}"
            assert "" == host.run(look).stdout


def access(host: Host, path: str) -> tuple[str, int]:
    """Return who owns a file, and its mode."""
    file = host.file(path)
    return file.user, file.mode


@pytest.fixture
def slug(variables: Variables) -> str:
    """The role's name for the project: its path, and a hash of that, as two paths may read alike."""
    path = variables["compose_project_src"].strip("/")
    return f"{path.replace('/', '-')}-{hashlib.sha256(path.encode()).hexdigest()[:8]}"


@pytest.fixture
def unit(slug: str) -> str:
    """The unit that starts what Docker does not."""
    return f"compose-{slug}.service"


def test_fixed_values_are_set(host: Host, variables: Variables) -> None:
    """Each wanted value is in .env, once."""
    asked = variables["compose_project_env"]
    # A template in a file of variables can only be read by Ansible.
    for name, value in ({} if isinstance(asked, str) else asked).items():
        line = shlex.quote(f"{name}={value}")
        assert "1" == host.check_output(f"sudo grep -cxF {line} {variables['compose_project_src']}/.env"), name


def test_folders_of_secrets_are_closed(host: Host, variables: Variables) -> None:
    """Only the project's owner may list the secret files."""
    names = [path.rpartition("/")[0] for path in variables["compose_project_secret_files"] if "/" in path]
    found = [access(host, f"{variables['compose_project_src']}/{name}") for name in names]
    assert [(variables["compose_project_owner"], 0o700)] * len(names) == found


def test_only_root_notes_what_has_run(host: Host, variables: Variables, slug: str) -> None:
    """Only root can make a task run again, or never."""
    if variables["compose_project_tasks"]:
        found = host.check_output(f"find /var/lib/compose_project/{slug} -printf '%u %m %y\\n'").splitlines()
        assert {"root 755 d", "root 644 f"} == set(found)


def test_only_root_writes_the_unit(host: Host, unit: str) -> None:
    """Everybody may read what starts at boot, only root may change it."""
    path = f"/etc/systemd/system/{unit}"
    assert not host.file(path).exists or access(host, path) == ("root", 0o644)


def test_systemd_starts_only_what_docker_does_not(
    host: Host, variables: Variables, services: list[str], unit: str
) -> None:
    """Where Docker restarts all services, systemd knows of none."""
    show = "docker inspect --format '{{.HostConfig.RestartPolicy.Name}}' "
    containers = [compose(host, variables, f"ps --quiet {service}") for service in services]
    forgotten = {host.check_output(show + container) for container in containers} - {"always", "unless-stopped"}
    assert bool(forgotten) is host.file(f"/etc/systemd/system/multi-user.target.wants/{unit}").is_symlink
    assert bool(forgotten) is host.file(f"/etc/systemd/system/{unit}").exists


def test_role_goes_on_when_all_are_healthy(host: Host, variables: Variables, slug: str) -> None:
    """The steps after the start, here its record, follow the first healthy answer."""
    if variables["compose_project_src"] == "/srv/example":
        files = f"/var/lib/docker/volumes/example_data/_data/healthy /var/lib/compose_project/{slug}/@started"
        healthy, written = host.check_output(f"sudo stat --format %.9Y {files}").split()
        assert float(healthy) < float(written)


def test_built_images_are_kept(host: Host, variables: Variables) -> None:
    """If a folder outlives the machine, the images that carry their build cache lie there, and their ids."""
    folder = variables["compose_project_cache_dir"]
    if variables["compose_project_cache_target"] and host.file(folder).is_directory:
        assert ":kept" in host.check_output(f"sudo tar --extract --to-stdout --file {folder}/images.tar manifest.json")
        assert ("root", 0o644) == access(host, f"{folder}/images.tar.ids")
