"""The box with the servers to measure, one container each, all in one network with what asks them."""

import json
import re
import shlex
import statistics
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from subprocess import CalledProcessError
from typing import Any

import yaml
from tests.e2e.box import Box
from tests.support.project import ROOT, copy_project, free_port

COMPOSE = "docker compose -f compose.yaml -f benchmarks/load/compose.yaml"
BAKE = "docker buildx bake --progress plain -f docker-bake.hcl -f benchmarks/docker-bake.hcl"
LOAD = ROOT / "benchmarks/load"
FIRST_PORT = 9000
FILL = "manage.py make_polls 12 --choices 10 && python manage.py make_polls 1 --choices 100000"
# The large question goes to the last page of the index, which is measured without it.
FACTS = """
import json
from django.middleware.csrf import CSRF_SECRET_LENGTH
from django.templatetags.static import static
from polls.models import Choice, Question
many, few = Question.objects.order_by("-pk")[:2]
Question.objects.filter(pk=many.pk).update(published_at="2001-01-01T00:00Z")
choice = Choice.objects.filter(question=few).first().pk
secret = CSRF_SECRET_LENGTH * "0"
facts = {"few": few.pk, "many": many.pk, "choice": choice, "static": static("polls/polls.css"), "secret": secret}
print(json.dumps(facts))
"""


@dataclass(frozen=True)
class Server:
    """A way to serve the toy; $port in its command is replaced."""

    name: str
    command: str
    environment: Mapping[str, str] = field(default_factory=dict)


# The usual start, and the best at files.
STOCK = Server("gunicorn, stock", "gunicorn --bind 127.0.0.1:$port config.wsgi", {"POSTGRES_POOL_SIZE": "0"})
NGINX = Server("nginx", 'sed "s/9000/$port/" /load/nginx.conf >/tmp/nginx.conf && exec nginx -c /tmp/nginx.conf')
# The production image's own command and settings.
PROD = Server("prod", "GRANIAN_PORT=$port exec granian config.asgi:application")


@dataclass(frozen=True)
class Sample:
    """The result of one run of wrk: requests a second, milliseconds, and answers that were none."""

    round: int
    server: str
    target: str
    rps: float
    p50: float
    p99: float
    errors: int


@dataclass(frozen=True)
class Samples:
    """All that a benchmark saw."""

    samples: Sequence[Sample]

    def of(self, server: str, target: str) -> list[Sample]:
        """Return the samples of one server and target, a round each."""
        return [sample for sample in self.samples if (server, target) == (sample.server, sample.target)]

    def median(self, server: str, target: str, figure: str = "rps") -> float:
        """Return the median of a figure."""
        return float(statistics.median(getattr(sample, figure) for sample in self.of(server, target)))

    def ratio(self, server: str, reference: str, target: str) -> float:
        """Return how many times as many requests a second as the reference: the median of the rounds' own ratios."""
        pairs = zip(self.of(server, target), self.of(reference, target), strict=True)
        return statistics.median(one.rps / other.rps for one, other in pairs)

    def errors(self) -> list[str]:
        """Return where a request was not answered as it should be."""
        return [f"{sample.server}, {sample.target}: {sample.errors}" for sample in self.samples if sample.errors]


@dataclass(frozen=True)
class Stack:
    """Servers in a box, and what asks them."""

    box: Box
    ports: dict[str, int] = field(default_factory=dict)

    def prepare(self) -> dict[str, dict[str, Any]]:
        """Build the images, fill the database; return the targets."""
        self.box.inside(f"{BAKE} load")
        self.box.inside(f"{COMPOSE} up --detach load")
        self.load(f"sh -c 'python {FILL}'")
        facts = self.load(f"python manage.py shell --verbosity 0 --command {shlex.quote(FACTS)}").splitlines()[-1]
        targets: dict[str, dict[str, Any]] = yaml.safe_load(
            Template((LOAD / "targets.yaml").read_text()).substitute(json.loads(facts))
        )
        return targets

    def load(self, command: str) -> str:
        """Run a command next to the servers; return its output."""
        return self.box.inside(f"{COMPOSE} exec -T load {command}")

    def start(self, server: Server) -> None:
        """Start a server, on another port."""
        port = self.ports[server.name] = FIRST_PORT + len(self.ports)
        environment = " ".join(f"--env {name}={shlex.quote(value)}" for name, value in server.environment.items())
        command = shlex.quote(Template(server.command).substitute(port=port))
        run = f"{COMPOSE} run --detach --no-deps --name {container(server)} {environment} server sh -c {command}"
        self.box.inside(run)

    def ask(self, targets: Mapping[str, Any], rounds: int, seconds: int, connections: int) -> Samples:
        """Ask all servers for all targets, in turns."""
        plan: dict[str, Any] = {"servers": self.ports, "targets": targets}
        plan |= {"rounds": rounds, "seconds": seconds, "connections": connections}
        output = self.load(f"python /load/rounds.py {shlex.quote(json.dumps(plan))}")
        return Samples([Sample(**sample) for sample in json.loads(output.splitlines()[-1])])

    def memory(self, server: Server) -> float:
        """Return the MiB of a server's processes: proportional set sizes, as the kernel counts them."""
        pids = f"$(docker top {container(server)} -o pid | tail -n +2)"
        told = self.box.inside(f"for p in {pids}; do sudo grep ^Pss: /proc/$p/smaps_rollup; done")
        return sum(int(kib) for kib in re.findall(r"Pss:\s+(\d+) kB", told)) / 1024

    def stop(self) -> None:
        """Remove the servers and what asks them."""
        self.box.inside("docker ps --all --quiet --filter name=toy-load | xargs --no-run-if-empty docker rm --force")


def container(server: Server) -> str:
    """Return the name of a server's container."""
    return "toy-load-" + re.sub(r"\W+", "-", server.name)


@contextmanager
def told(box: Box) -> Iterator[None]:
    """Show what Vagrant said when one of its commands fails."""
    try:
        yield
    except CalledProcessError as error:
        raise SystemExit(f"{box.log.read_text()[-3000:]}\n{error}") from error


@contextmanager
def running(folder: Path | None) -> Iterator[Stack]:
    """A stack in the running box of that folder, or in a new box of a copy of this project, gone afterwards."""
    if folder:
        stack = Stack(Box(folder.resolve(), 0, "docker"))
        try:
            with told(stack.box):
                yield stack
        finally:
            stack.stop()
        return
    with tempfile.TemporaryDirectory(prefix="toy benchmark ") as temporary:
        box = Box(Path(temporary) / "toy", free_port(), "docker")
        copy_project(box.folder)
        (box.folder / ".venv").symlink_to(ROOT / ".venv")
        try:
            up = box.vagrant("up", "--provider=docker")
            if up.returncode != 0:
                raise SystemExit(up.stdout + up.stderr)
            with told(box):
                yield Stack(box)
        finally:
            box.vagrant("destroy", "-f")
