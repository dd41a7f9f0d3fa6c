"""What `vagrant up` refuses, before it makes anything."""

import socket

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
