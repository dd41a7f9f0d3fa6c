"""The project's Python environments: ``python3 -m breakable_toy.packages current|install NAME``.

``NAME`` is one of ``requirements/NAME.txt``: run, deploy and test share ``.venv``; each other one is a tool whose
packages do not go with those, in ``.cache/tools/NAME``. ``current`` exits with 1 where something is to install.

An installer takes a package for installed as soon as its metadata is there, which is before its files are. So a stamp
says that an environment is whole: it is removed before anything changes, and written at the end. Without it, the
environment is replaced.

The checkout itself is the collection ``breakable.toy`` for the Ansible of ``.venv``, by links.
"""

import fcntl
import hashlib
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from breakable_toy.problem import uninterrupted
from breakable_toy.usage import Parser

ROOT = Path(__file__).resolve().parents[2]
# Each has all that those before it have, in the same versions (tests/unit/test_repo_rules.py).
SHARED = ("run", "deploy", "test")
# The parts of the checkout that Ansible reads as a collection.
COLLECTION = ("galaxy.yml", "meta", "playbooks", "plugins", "roles")


class Environment:
    """An environment of a clone, and what is to be installed there."""

    def __init__(self, name: str, root: Path = ROOT) -> None:
        """Take the folder; where a larger set of packages is in it already, that one stays."""
        self.folder = root / (".venv" if name in SHARED else f".cache/tools/{name}")
        larger = SHARED[SHARED.index(name) + 1 :] if name in SHARED else ()
        self.name = next((other for other in larger if self.stamp(other).exists()), name)
        self.requirements = root / "requirements"
        self.tools = root / ".venv/bin"
        # In the path that ansible.cfg names.
        self.collection = root / ".cache/collections/ansible_collections/breakable/toy"

    def stamp(self, name: str) -> Path:
        """Return the file that says that the environment is whole, with these packages."""
        return self.folder / f".synced-{name}"

    @property
    def made_for(self) -> str:
        """The path in its programs: they begin with it, and link to this Python."""
        return f"{self.folder.resolve()} {sys.base_prefix} {platform.python_version()}\n"

    @property
    def is_current(self) -> bool:
        """Whether it is whole, with just what the requirements say, and Ansible finds the collection."""
        return self.has_packages and self.has_collection

    @property
    def has_packages(self) -> bool:
        """Whether all packages of the requirements are installed, and no others."""
        return _text(self.stamp(self.name)) == self._stamped()

    @property
    def has_collection(self) -> bool:
        """Whether Ansible finds the checkout as a collection, where the environment has Ansible."""
        return self.name not in SHARED or all(link.is_symlink() for link in self._links())

    @property
    def is_whole(self) -> bool:
        """Whether no installation was interrupted, and the folder was not moved since."""
        return any(_text(stamp).startswith(self.made_for) for stamp in self.folder.glob(".synced-*"))

    def install(self) -> None:
        """Make it current."""
        if not self.has_packages:
            self._install_packages()
        if self.name in SHARED:
            self.link_collection()

    def _install_packages(self) -> None:
        reusable = self.is_whole
        for stamp in self.folder.glob(".synced-*"):
            stamp.unlink()
        shared = self.name in SHARED
        if not reusable:
            # A tool's has no pip: the shared environment's uv installs into it.
            seed = [] if shared else ["--without-pip"]
            _run(sys.executable, "-m", "venv", "--clear", *seed, self.folder)
        if shared:
            options = ("--quiet", "--disable-pip-version-check", "--require-hashes", "-r", self.requirements / "uv.txt")
            _run(self.folder / "bin/python", "-m", "pip", "install", *options)
        wanted = self.requirements / f"{self.name}.txt"
        _run(self.tools / "uv", "pip", "sync", "--python", self.folder, "--require-hashes", wanted)
        _write(self.stamp(self.name), self._stamped())

    def link_collection(self) -> None:
        """Link the parts of the checkout to where ansible.cfg looks for collections."""
        self.collection.mkdir(parents=True, exist_ok=True)
        for link, target in self._links().items():
            link.unlink(missing_ok=True)
            link.symlink_to(target)

    def _links(self) -> dict[Path, Path]:
        # Not one link to the checkout, in which programs would find the link again, and so on.
        return {self.collection / name: Path("../../../../..", name) for name in COLLECTION}

    def _stamped(self) -> str:
        files = [self.requirements / f"{name}.txt" for name in (self.name, "uv")]
        return self.made_for + hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _text(path: Path) -> str:
    return path.read_text() if path.is_file() else ""


def _write(path: Path, text: str) -> None:
    """Write a file, which is there whole or not at all, whatever happens to the machine."""
    partial = path.with_name(f"{path.name}.partial".lstrip("."))
    with partial.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def _run(*command: str | Path) -> None:
    # With the lock, which an installer holds that outlives a killed script.
    if subprocess.run(command, check=False, close_fds=False).returncode:
        # It has said why.
        sys.exit(1)


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Wait while another script of this clone installs: two at once would leave half of each."""
    (root / ".cache").mkdir(exist_ok=True)
    with (root / ".cache/packages.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Waiting for another script of this clone, which installs Python packages...", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        os.set_inheritable(lock.fileno(), True)
        yield


def main(argv: Sequence[str] | None = None) -> int:
    """Answer, or install; return the exit status."""
    parser = Parser(prog="packages", description="The project's Python environments.")
    parser.add_argument("action", choices=("current", "install"))
    parser.add_argument("name", metavar="NAME")
    arguments = parser.parse_args(argv)
    if arguments.action == "current":
        return int(not Environment(arguments.name).is_current)
    with _alone(ROOT):
        environment = Environment(arguments.name)
        if not environment.is_current:
            environment.install()
    return 0


if __name__ == "__main__":
    sys.exit(uninterrupted(main))
