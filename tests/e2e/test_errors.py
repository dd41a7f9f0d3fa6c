"""What `vagrant up` refuses, before it makes anything."""

import socket

import pytest
from tests.e2e.box import Box


def test_a_taken_port_is_named(copy: Box) -> None:
    """With the port taken, `vagrant up` names it and its variable, and makes no box."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        run = Box(copy.folder, port, copy.provider).vagrant("up", f"--provider={copy.provider}")
    assert run.returncode != 0
    assert f"Port {port} of 127.0.0.1 is taken" in run.stderr
    assert "TOY_PORT" in run.stderr
    assert not list(copy.folder.glob(".vagrant/machines/default/*/id"))


@pytest.mark.parametrize("variable", ["TOY_MEMORY", "TOY_CPUS"])
def test_a_size_that_is_no_number_is_named(copy: Box, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    """Every `vagrant` command says which variable is wrong, and no Ruby trace."""
    monkeypatch.setenv(variable, "2g")
    run = copy.vagrant("status")
    assert run.returncode != 0
    assert f'{variable} is "2g", which is not a whole number' in run.stderr
    assert f"export {variable}=" in run.stderr
    assert "Vagrantfile:" not in run.stderr
