"""Identity of a login attempt, for django-axes, which counts failures."""

from ipaddress import IPv6Address, ip_address
from typing import Any

from django.http import HttpRequest

# The size of django-axes' column. No user's name is as long.
LONGEST_NAME = 255
# Of an IPv6 address the first half says whose it is; the second half its owner may choose.
INTERFACE_BITS = 64


def visitor(request: HttpRequest) -> str | None:
    """The address to count by: of IPv6, that of the network. None where there is none, as for a socket file."""
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        return f"{IPv6Address(int(address) >> INTERFACE_BITS << INTERFACE_BITS)}"
    return f"{address}"


def name(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The submitted name, cut to the column's size."""
    given = (credentials or request.POST).get("username") or ""
    return f"{given}"[:LONGEST_NAME]
