"""A repository of a registry, asked and filled by skopeo."""

import hashlib
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from breakable_toy.problem import Problem, ProblemError
from breakable_toy.release import skopeo
from breakable_toy.release.skopeo import SkopeoError

Answer = TypeVar("Answer")
# Seconds before the second try and those after it: a registry that is started again answers after some.
PAUSES = (1, 2, 4, 8)
ABSENT = re.compile(r"manifest unknown|name unknown|not found", re.IGNORECASE)
# Errors that no second try corrects: the registry's words, and their meaning. `{}` is its host.
MEANINGS = (
    (
        r"unauthorized|authentication required|no basic auth|username/password|denied|forbidden|token has expired",
        "{} does not accept your credentials",
        "Only who may push there can publish.",
    ),
    (
        r"x509|certificate|HTTP response to HTTPS client|TLS handshake",
        "{} cannot be trusted: it does not prove by TLS who it is",
        "Anyone on the way could read the credentials and change the image; plain HTTP is for this machine only.",
    ),
    (
        r"name unknown|repository .*does not exist",
        "{} has no such repository",
        "It does not make one by itself.",
    ),
)


@dataclass(frozen=True)
class Repository:
    """The target of images, by HOST/PATH; ``retry`` is the command to type after an error was corrected."""

    name: str
    retry: str
    login: str
    authfile: Path | None = None

    @property
    def host(self) -> str:
        """The registry."""
        return self.name.partition("/")[0]

    def digest(self, tag: str) -> str | None:
        """Return the digest of what the registry serves by that tag; nothing where it knows none."""
        try:
            words = ["inspect", "--raw", *self._options(), f"docker://{self.name}:{tag}"]
            manifest = skopeo.run(*words, minutes=1)
        except SkopeoError as error:
            if ABSENT.search(str(error)):
                return None
            raise
        return f"sha256:{hashlib.sha256(manifest).hexdigest()}"

    def push(self, layout: Path, tag: str) -> None:
        """Bring the image of a layout there as it is. What is there already is not sent again."""
        words = ["copy", "--preserve-digests", *self._options("dest-"), f"oci:{skopeo.shown(layout)}"]
        skopeo.run(*words, f"docker://{self.name}:{tag}", minutes=60)

    def log_in(self, user: str, password: bytes) -> None:
        """Keep credentials in the authfile."""
        words = ["login", "--username", user, "--password-stdin", *self._options(), self.host]
        skopeo.run(*words, minutes=1, given=password)

    def patiently(self, attempt: Callable[[], Answer]) -> Answer:
        """Do it, and again where it breaks off, with growing pauses."""
        for pause in PAUSES:
            try:
                return attempt()
            except SkopeoError as error:
                self._explain(str(error))
                print(f"  It broke off: {error}\n  Again in {pause} s", file=sys.stderr)
                time.sleep(pause)
        try:
            return attempt()
        except SkopeoError as error:
            self._explain(str(error))
            raise ProblemError(
                Problem(
                    f"{self.host} does not take the image, tried {len(PAUSES) + 1} times: {error}",
                    "What has arrived whole stays there, and is not sent again.",
                    f"See whether the registry is well, then type: {self.retry}   It continues there.",
                )
            ) from None

    def _explain(self, told: str) -> None:
        for pattern, what, why in MEANINGS:
            if re.search(pattern, told, re.IGNORECASE):
                raise ProblemError(
                    Problem(f"{what.format(self.host)}: {told}", why, f"{self.login}, then type: {self.retry}")
                )

    def _options(self, side: str = "") -> list[str]:
        options = [f"--authfile={self.authfile}"] if self.authfile else []
        # Traffic inside this machine needs no TLS; everything else does.
        if self.host.partition(":")[0] in ("localhost", "127.0.0.1"):
            options.append(f"--{side}tls-verify=false")
        return options
