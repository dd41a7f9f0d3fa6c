"""What the role compose_project promises, asked of the machine that runs the toy."""

from pathlib import Path

import pytest
from testinfra.host import Host

AUTHORITIES = sorted(Path("/usr/local/share/ca-certificates").glob("*.crt"))
PROJECT = "/vagrant"


def compose(host: Host, command: str) -> str:
    """Run `docker compose` as the box's user, in the project's folder."""
    return host.check_output(f"sudo -iu vagrant sh -c 'cd {PROJECT} && docker compose {command}'")


@pytest.mark.parametrize("service", ["database", "web"])
def test_service_is_healthy(host: Host, service: str) -> None:
    """Compose shows the service as healthy; its logs are shown when not."""
    state = compose(host, f'ps --format "{{{{.Health}}}}" {service}')
    assert "healthy" == state, compose(host, f"logs --tail 20 {service}")


def test_page_answers(host: Host) -> None:
    """The first page is served inside the box."""
    assert "200" == host.check_output("curl -s -o /dev/null -w '%{http_code}' http://localhost:8000/")


def test_secrets_are_for_their_owner_only(host: Host) -> None:
    """The generated secrets belong to the user, with mode 0600."""
    env = host.file(f"{PROJECT}/.env")
    assert ("vagrant", 0o600) == (env.user, env.mode)


@pytest.mark.parametrize("name", ["DJANGO_SECRET_KEY", "POSTGRES_PASSWORD"])
def test_secret_is_long(host: Host, name: str) -> None:
    """Each secret is there, once, with 50 characters."""
    assert "1" == host.check_output(f"grep -cE '^{name}=[A-Za-z0-9]{{50}}$' {PROJECT}/.env")


@pytest.mark.parametrize("image", ["breakable-toy/web:dev", "breakable-toy/postgis:17"])
def test_no_image_carries_the_authorities(host: Host, image: str) -> None:
    """The box's certificates served the builds, and stayed out of the images."""
    lines = " ".join(f"-e {path.read_text().splitlines()[2]}" for path in AUTHORITIES) or "-e no-authority-of-its-own"
    folders = "/etc /opt /usr/local /usr/share/ca-certificates /var/lib"
    look = f"docker run --rm --network none --user 0 --entrypoint grep {image} -rlsF {lines} {folders}"
    assert "" == host.run(look).stdout


def test_services_return_after_a_boot(host: Host) -> None:
    """Docker restarts both services by itself."""
    policy = "docker inspect --format '{{.HostConfig.RestartPolicy.Name}}' toy-web-1 toy-database-1"
    assert ["unless-stopped"] * 2 == host.check_output(policy).split()
