"""Validators of texts and places."""

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError

from polls.names import is_visible, unreadable

FARTHEST_EAST, FARTHEST_NORTH = 180, 90


def validate_text(value: str) -> None:
    """Something to read, in one line, that UTF-8 and PostgreSQL can hold."""
    if found := unreadable(value):
        raise ValidationError(f"The text holds {found}.", code="unprintable")
    if not is_visible(value):
        raise ValidationError("The text is blank: nothing in it can be seen.", code="blank")


def validate_place(place: Point) -> None:
    """A point on earth. PostGIS would bend a longitude of 190 to -170 without a word."""
    # False for NaN, whichever way one asks.
    if place.empty or not (abs(place.x) <= FARTHEST_EAST and abs(place.y) <= FARTHEST_NORTH):
        raise ValidationError(
            "The place is not on earth: longitude goes from -180 to 180, latitude from -90 to 90.", code="off_earth"
        )
