"""The authorities that may sign the database's certificate: libpq reads them from a file."""

from tempfile import NamedTemporaryFile
from typing import Any

# A temporary file lasts as long as its object, here until the process ends.
_files: list[Any] = []


def options(certificates: str) -> dict[str, str]:
    """Return libpq's options for these certificates (PEM); none where there are none."""
    if not certificates:
        return {}
    file = NamedTemporaryFile("w", prefix="authorities-", suffix=".pem")  # noqa: SIM115 - kept open
    file.write(certificates)
    file.flush()
    _files.append(file)
    # The certificate must have the host's name.
    return {"sslmode": "verify-full", "sslrootcert": file.name}
