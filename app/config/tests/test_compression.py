from brotli import decompress

from config import compression

TEXT = b"a stylesheet, again and again" * 100


def test_the_same_content_is_compressed_once(tmp_path, monkeypatch):
    """The next build reuses compressed files, with the same content."""
    monkeypatch.setenv("STATIC_CACHE", str(tmp_path))
    compressed = compression.CachingCompressor.compress_brotli(TEXT)
    (cached,) = tmp_path.iterdir()
    cached.write_bytes(b"from the cache")

    assert TEXT == decompress(compressed)
    assert b"from the cache" == compression.CachingCompressor.compress_brotli(TEXT)


def test_another_content_or_format_is_another_file(tmp_path, monkeypatch):
    """Neither a changed file nor the other format gets the cached one."""
    monkeypatch.setenv("STATIC_CACHE", str(tmp_path))
    compressor = compression.CachingCompressor
    results = {compressor.compress_brotli(TEXT), compressor.compress_gzip(TEXT), compressor.compress_gzip(TEXT[1:])}

    assert 3 == len(results) == len(list(tmp_path.iterdir()))
