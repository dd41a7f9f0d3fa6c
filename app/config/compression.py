"""Compressed static files, cached by content between builds of the image."""

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
        return CachingCompressor(**options)


class CachingCompressor(Compressor):
    """Each file exists twice, with and without a hash in its name, and few change between builds."""

    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        return _cached("br", data, Compressor.compress_brotli)

    @staticmethod
    def compress_gzip(data: bytes) -> bytes:
        return _cached("gz", data, Compressor.compress_gzip)


def _cached(kind: str, data: bytes, compress: Callable[[bytes], bytes]) -> bytes:
    if not (cache := os.environ.get("STATIC_CACHE")):
        return compress(data)
    folder = Path(cache)
    path = folder / f"{sha256(data).hexdigest()}.{kind}"
    if path.exists():
        return path.read_bytes()
    compressed = compress(data)
    folder.mkdir(parents=True, exist_ok=True)
    # The rename is atomic: other threads and builds read a whole file or none.
    with NamedTemporaryFile(dir=folder, delete=False) as part:
        part.write(compressed)
    Path(part.name).replace(path)
    return compressed
