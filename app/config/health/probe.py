"""The container's health check: `python -m config.health.probe [PATH]` requests readiness, or PATH, from its server."""

import os
import sys
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException


def main() -> int:
    port = int(os.environ.get("GRANIAN_PORT", "8000"))
    # Django validates the Host header.
    host = os.environ.get("DJANGO_ALLOWED_HOSTS", "localhost").split(",")[0].lstrip(".*") or "localhost"
    try:
        connection = HTTPConnection("127.0.0.1", port, timeout=8)
        connection.request("GET", sys.argv[1] if len(sys.argv) > 1 else "/health-check/", headers={"Host": host})
        response = connection.getresponse()
        print(response.status, response.read(1000).decode(errors="replace"))
    except (OSError, HTTPException) as error:
        print(error, file=sys.stderr)
        return 1
    return 0 if response.status == HTTPStatus.OK else 1


if __name__ == "__main__":
    sys.exit(main())
