"""Compression of static files that is done once for each content, and kept for the next build of the image."""

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    def create_compressor(self, **options: Any) -> Compressor:
        return KeepingCompressor(**options)


class KeepingCompressor(Compressor):
    """Each file is there twice, with a hash in its name and without; and few differ from those of the last build."""

    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        return _kept("br", data, Compressor.compress_brotli)

    @staticmethod
    def compress_gzip(data: bytes) -> bytes:
        return _kept("gz", data, Compressor.compress_gzip)


def _kept(kind: str, data: bytes, compress: Callable[[bytes], bytes]) -> bytes:
    if not (cache := os.environ.get("STATIC_CACHE")):
        return compress(data)
    folder = Path(cache)
    path = folder / f"{sha256(data).hexdigest()}.{kind}"
    if path.exists():
        return path.read_bytes()
    compressed = compress(data)
    folder.mkdir(parents=True, exist_ok=True)
    # A reader in another thread or build finds all of it or nothing.
    with NamedTemporaryFile(dir=folder, delete=False) as part:
        part.write(compressed)
    Path(part.name).replace(path)
    return compressed
