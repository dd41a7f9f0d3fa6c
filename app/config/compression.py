"""Compressed static files, cached by content between builds of the image."""

import os
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


def _cached(kind: str, compress: Callable[[bytes], bytes], data: bytes) -> bytes:
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


class CachingCompressor(Compressor):
    """Each file exists twice, with and without a hash in its name, and few change between builds."""

    compress_brotli = staticmethod(partial(_cached, "br", Compressor.compress_brotli))
    compress_gzip = staticmethod(partial(_cached, "gz", Compressor.compress_gzip))


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    def create_compressor(self, **options: Any) -> Compressor:
        return CachingCompressor(**options)
