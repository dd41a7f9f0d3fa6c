"""Prometheus metrics of all worker processes, on a separate port."""

import errno
import os

from prometheus_client import REGISTRY, CollectorRegistry, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector


def serve(port: int) -> None:
    """Answer on this port, unless another worker does.

    With PROMETHEUS_MULTIPROC_DIR each worker counts in files of that folder, and the one that answers adds them up.
    """
    registry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
    try:
        start_http_server(port, registry=registry)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
