"""Whom the database's certificate has to be signed by: libpq reads that from a file."""

from tempfile import NamedTemporaryFile
from typing import Any

# A file is there as long as somebody holds it, here until the process ends.
_held: list[Any] = []


def options(certificates: str) -> dict[str, str]:
    """Return libpq's options for these certificates (PEM); none where there are none."""
    if not certificates:
        return {}
    file = NamedTemporaryFile("w", prefix="authorities-", suffix=".pem")  # noqa: SIM115 - held
    file.write(certificates)
    file.flush()
    _held.append(file)
    # For the name that was asked for, not merely for any.
    return {"sslmode": "verify-full", "sslrootcert": file.name}
