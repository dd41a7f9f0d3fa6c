"""Content-Type headers that Django can read: others make it fail before its first middleware, or within a form."""

from django.utils.http import parse_header_parameters

# Of Python's hundred. Browsers send forms in the charset of the page, which is UTF-8.
CHARSETS = {"utf-8", "utf8", "us-ascii", "iso-8859-1", "windows-1252"}


def is_usable(content_type: str) -> bool:
    """Whether Django understands the header, and the charset in it."""
    try:
        _, parameters = parse_header_parameters(content_type)
    except (LookupError, ValueError):
        return False
    return parameters.get("charset", "utf-8").lower() in CHARSETS
