"""A registry of this machine: Debian's docker-registry, which is the one that Docker's own images are kept in."""

import json
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path

from tests.support.project import ROOT, free_port

TOOL = ROOT / ".cache/tools/docker-registry"


def program() -> str:
    """Return the program. Where it is missing it is unpacked, not installed: the package would start a service."""
    found = shutil.which("docker-registry")
    if found:
        return found
    unpacked = TOOL / "usr/bin/docker-registry"
    if not unpacked.is_file():
        TOOL.mkdir(parents=True, exist_ok=True)
        subprocess.run(["apt-get", "download", "docker-registry"], cwd=TOOL, check=True)
        (package,) = TOOL.glob("*.deb")
        subprocess.run(["dpkg", "--extract", package, TOOL], check=True)
    return str(unpacked)


def hashed(password: str) -> str:
    """Return a password as the registry's file has it."""
    # Every Debian has Perl, and Python's own has gone.
    perl = ["perl", "-e", "print crypt($ARGV[0], $ARGV[1])", password, "$2b$05$" + 22 * "u"]
    return subprocess.run(perl, capture_output=True, text=True, check=True).stdout


class Registry:
    """Keeps what is pushed in a folder; may be stopped and started again."""

    def __init__(self, folder: Path, password: str = "", address: str = "127.0.0.1") -> None:
        """Start. With a password, that of AWS's user is asked for."""
        folder.mkdir()
        self.port = free_port()
        self.address = f"{address}:{self.port}"
        self._log = folder / "log"
        settings = {
            "version": "0.1",
            "storage": {"filesystem": {"rootdirectory": str(folder / "storage")}},
            "http": {"addr": self.address, "relativeurls": True},
        }
        if password:
            users = folder / "users"
            users.write_text(f"AWS:{hashed(password)}\n")
            settings["auth"] = {"htpasswd": {"realm": "toy", "path": str(users)}}
        self._settings = folder / "settings.yml"
        self._settings.write_text(json.dumps(settings))
        self.start()

    def start(self) -> None:
        """Serve what is in the folder."""
        with self._log.open("a") as log:
            self._process = subprocess.Popen([program(), "serve", self._settings], stdout=log, stderr=log)
        deadline = time.monotonic() + 30
        while not self._listens():
            assert time.monotonic() < deadline, self._log.read_text()
            time.sleep(0.05)

    def _listens(self) -> bool:
        # Without a question, which would be in its log.
        with socket.socket() as probe:
            return probe.connect_ex((self.address.partition(":")[0], self.port)) == 0

    def stop(self) -> None:
        """End at once, as by a failure of its machine."""
        self._process.kill()
        self._process.wait()

    def asked(self, *methods: str) -> list[str]:
        """Return the addresses that were asked for by these methods, in order."""
        found = re.findall(r'"([A-Z]+) (/v2/\S*) HTTP', self._log.read_text())
        return [address for method, address in found if method in methods]
