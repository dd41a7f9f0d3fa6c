"""Processes of the server killed, as the kernel does when memory is short: it serves again by itself."""

import shlex

import pytest
from tests.support import production
from tests.support.inside import inside

CONTAINERS = {"toy-web-1": 8000, "toy-web-prod-1": production.PORT}
# Its own processes in order: what Docker starts, the server, a worker of it.
VICTIMS = ("server", "worker")
FIND = "docker top {} -o pid,args | grep 'bin/granian ' | sort --numeric-sort | awk '{{print $1}}'"
ASK = "curl --silent --output /dev/null --max-time 1 --write-out '%{{http_code}}' localhost:{}/health-check/live/"
# Five where nothing else runs: each start needs a second of a processor.
SECONDS = 15


@pytest.mark.parametrize("victim", VICTIMS)
@pytest.mark.parametrize("container", CONTAINERS)
def test_killed_process_is_replaced(container: str, victim: str) -> None:
    """By the server, where one of two workers was killed; else by Docker, with the whole container."""
    find, ask = FIND.format(container), ASK.format(CONTAINERS[container])
    processes = inside(find).split()
    pid = processes[0] if victim == "server" else processes[-1]
    replaced = f"! {find} | grep --quiet --line-regexp {pid}"
    # Three answers, of which each worker has its share.
    answers = " && ".join(f'[ "$({ask})" = 200 ]' for _ in range(3))
    wait = f"until {replaced} && [ $({find} | wc --lines) -ge {len(processes)} ] && {answers}; do sleep 0.1; done"
    inside(f"sudo kill -9 {pid} && timeout {SECONDS} bash -c {shlex.quote(wait)}")
