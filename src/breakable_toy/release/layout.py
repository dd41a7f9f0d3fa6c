"""An OCI layout: a folder whose files bear the digests of what is in them."""

import hashlib
import json
from pathlib import Path


def digest(layout: Path) -> str:
    """Return the digest of its one image's manifest; ValueError where a file is not what the layout says."""
    try:
        (manifest,) = json.loads((layout / "index.json").read_text())["manifests"]
        parts = json.loads(_blob(layout, manifest["digest"]).read_text())
        for part in (parts["config"], *parts["layers"]):
            _blob(layout, part["digest"])
        return str(manifest["digest"])
    except (OSError, KeyError) as error:
        raise ValueError(str(error)) from None


def _blob(layout: Path, wanted: str) -> Path:
    algorithm, _, name = wanted.partition(":")
    path = layout / "blobs" / algorithm / name
    with path.open("rb") as file:
        if hashlib.file_digest(file, algorithm).hexdigest() != name:
            raise ValueError(f"{wanted} has other content")
    return path
