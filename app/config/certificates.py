"""The certificate authorities of the database's certificate: libpq reads them from a file."""

from tempfile import NamedTemporaryFile
from typing import Any

# A temporary file exists as long as its object: here until the process ends.
_files: list[Any] = []


def libpq_options(certificates: str) -> dict[str, str]:
    """Return libpq's options for these authorities (PEM), or none where there are none."""
    if not certificates:
        return {}
    file = NamedTemporaryFile("w", prefix="authorities-", suffix=".pem")  # noqa: SIM115 - kept open
    file.write(certificates)
    file.flush()
    _files.append(file)
    # verify-full also compares the host name.
    return {"sslmode": "verify-full", "sslrootcert": file.name}
