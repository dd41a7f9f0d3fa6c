"""Other containers of the host reach no port of a container box, also after its restart by the tests before."""

import docker
import pytest
import yaml
from tests.e2e.box import Box
from tests.support.project import ROOT


@pytest.mark.parametrize("port", [22, 8000])
def test_other_containers_reach_no_port(box: Box, port: int) -> None:
    """A container on the same bridge gets no connection; the host's own, through its loopback address, are served."""
    client = docker.from_env()
    container = client.containers.get((box.folder / ".vagrant/machines/default/docker/id").read_text())
    address = container.attrs["NetworkSettings"]["Networks"]["bridge"]["IPAddress"]
    image = yaml.safe_load((ROOT / "box/container.yml").read_text())["image"]
    reach = f"timeout 3 bash -c 'echo >/dev/tcp/{address}/{port}' 2>/dev/null && echo reached || echo refused"
    # The machine's own address answers: it does serve there.
    assert 0 == container.exec_run(["bash", "-c", f"echo >/dev/tcp/{address}/{port}"]).exit_code
    assert b"refused" == client.containers.run(image, ["bash", "-c", reach], remove=True).strip()
