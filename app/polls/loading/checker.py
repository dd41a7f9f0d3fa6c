"""Checks of a row, before it is added."""

import re
from functools import lru_cache
from typing import Any, NamedTuple

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.db.models import Model

from polls.loading.rows import Row
from polls.models import Choice, Question
from polls.validators import FARTHEST_EAST, FARTHEST_NORTH

# float() takes `nan`, `1_000` and the digits of all scripts, too.
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


class Place(NamedTuple):
    question: str
    text: str
    lon: float
    lat: float


def check(row: Row, default_question: str) -> Place:
    """The place; `default_question` is for a row that names none. Raises ValidationError."""
    if row.error:
        raise ValidationError(row.error)
    question = _text(row.values.get("question"))
    if not (question.strip() or default_question):
        raise ValidationError("It names no question. Give it one, or all of them with --question.")
    lon, lat = (_degrees(name, row.values.get(name)) for name in ("lon", "lat"))
    _check_place(lon, lat)
    text = _clean("text", Choice, "text", _text(row.values.get("text")))
    return Place(clean_question(question if question.strip() else default_question), text, lon, lat)


@lru_cache(maxsize=64)
def clean_question(text: str) -> str:
    """Raises ValidationError."""
    return _clean("question", Question, "text", text)


def _text(value: Any) -> str:
    if value is not None and not isinstance(value, str):
        raise ValidationError(f"{value!r:.50} is not text.")
    return value or ""


def _clean(name: str, model: type[Model], field: str, value: Any) -> Any:
    """One field and not a whole object, whose constraints would each be asked of the database."""
    try:
        return model._meta.get_field(field).clean(value, None)
    except ValidationError as error:
        raise ValidationError([f"{name}: {message}" for message in error.messages]) from error


def _degrees(name: str, value: Any) -> float:
    try:
        if isinstance(value, str):
            # The sign that typographers use.
            value = value.replace("\u2212", "-")
            if not NUMBER.fullmatch(value):
                raise ValueError
        return float(value)
    except (OverflowError, TypeError, ValueError):
        raise ValidationError(f"{name} is not a number: {value!r:.50} (expected one such as -75.16).") from None


def _check_place(lon: float, lat: float) -> None:
    try:
        _clean("place", Choice, "place", Point(lon, lat, srid=4326))
    except ValidationError as error:
        raise ValidationError([*error.messages, *_guess(lon, lat)]) from error


def _guess(lon: float, lat: float) -> list[str]:
    if abs(lon) <= FARTHEST_NORTH < abs(lat) <= FARTHEST_EAST:
        return ["Latitude and longitude look swapped."]
    if abs(lon) > FARTHEST_EAST and abs(lat) > FARTHEST_NORTH:
        return ["These look like metres of a projection and not like degrees."]
    return []
