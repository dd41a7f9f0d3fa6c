"""What a text and a place must be before the database sees them."""

import unicodedata

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError

FARTHEST_EAST, FARTHEST_NORTH = 180, 90


def validate_text(value: str) -> None:
    """Something to read, in one line, that UTF-8 and PostgreSQL can hold."""
    if not value.strip():
        raise ValidationError("The text is blank.", code="blank")
    # Control characters, NUL among them, and halves of surrogate pairs.
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in value):
        raise ValidationError("The text holds a character that cannot be shown.", code="unprintable")


def validate_place(place: Point) -> None:
    """A point on earth. PostGIS would bend a longitude of 190 to -170 without a word."""
    # False for NaN, whichever way one asks.
    if place.empty or not (abs(place.x) <= FARTHEST_EAST and abs(place.y) <= FARTHEST_NORTH):
        raise ValidationError(
            "The place is not on earth: longitude goes from -180 to 180, latitude from -90 to 90.", code="off_earth"
        )
