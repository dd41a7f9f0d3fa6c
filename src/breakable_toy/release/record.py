"""The record of a commit's image, in .cache/release/COMMIT."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from breakable_toy.infra.deployment import ROOT

RELEASES = ROOT / ".cache/release"


@dataclass(frozen=True)
class Record:
    """The digest of its manifest (``sha256:…``), the parts that have tested it, and where it was pushed to."""

    commit: str
    digest: str
    tested: Sequence[str] = ()
    published: Sequence[str] = ()


@dataclass(frozen=True)
class Release:
    """The folder of one commit. It is whole when it has a record: that is written last."""

    commit: str

    @property
    def folder(self) -> Path:
        """Its folder."""
        return RELEASES / self.commit

    @property
    def image(self) -> Path:
        """The image, as an OCI layout."""
        return self.folder / "image"

    @property
    def file(self) -> Path:
        """The record."""
        return self.folder / "record.json"

    @property
    def tag(self) -> str:
        """Its name in a registry."""
        return self.commit[:12]

    def read(self) -> Record | None:
        """Return the record, or nothing where there is none."""
        try:
            return Record(**json.loads(self.file.read_text()))
        except FileNotFoundError:
            return None

    def write(self, record: Record) -> None:
        """Write it, whole or not at all."""
        beside = self.file.with_suffix(".new")
        beside.write_text(json.dumps(asdict(record), indent=2) + "\n")
        beside.rename(self.file)
