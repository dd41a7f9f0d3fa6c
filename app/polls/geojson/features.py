"""The places that a request asks for, as GeoJSON."""

from typing import Any

from django.contrib.gis.db.models.functions import GeometryDistance
from django.contrib.gis.geos import Point
from django.db.models import Q

from polls.functions import Latitude, Longitude
from polls.models import ChoiceQuerySet, Question

# Among more choices than these a share says nothing, and the sum takes long.
MOST_CHOICES_WITH_SHARE = 10_000
# RFC 7946, 11.2: six digits are about ten centimetres.
DIGITS = 6

type Row = dict[str, Any]


def page(question: Question, wanted: dict[str, Any]) -> tuple[dict[str, Any], str | None]:
    """A FeatureCollection and, where there are more places, what the next request says for `after`."""
    near, limit = wanted["near"], wanted["limit"]
    places = _select(question.choices, wanted)
    places = _ranked(places, near, wanted["after"]) if near else _in_order(places, wanted["after"])
    columns = ["pk", "text", "votes", *(["distance", "rank"] if near else [])]
    rows = list(places.values(*columns, lon=Longitude("place"), lat=Latitude("place"))[: limit + 1])
    total = question.total_votes(MOST_CHOICES_WITH_SHARE) if rows else None
    collection = {"type": "FeatureCollection", "features": [_feature(row, total) for row in rows[:limit]]}
    if len(rows) <= limit:
        return collection, None
    last = rows[limit - 1]
    return collection, f"{last['rank']!r},{last['pk']}" if near else f"{last['pk']}"


def _select(choices: ChoiceQuerySet, wanted: dict[str, Any]) -> ChoiceQuerySet:
    places = choices.filter(place__isnull=False)
    if wanted["bbox"]:
        places = places.in_bbox(*wanted["bbox"])
    if wanted["radius"] is not None:
        places = places.within(wanted["near"], wanted["radius"])
    return places


def _in_order(places: ChoiceQuerySet, after: str) -> ChoiceQuerySet:
    return places.filter(pk__gt=int(after)) if after else places


def _ranked(places: ChoiceQuerySet, near: Point, after: str) -> ChoiceQuerySet:
    # What the places are ordered by: on a sphere, a little off from `distance`.
    places = places.nearest_to(near).annotate(rank=GeometryDistance("place", near))
    if not after:
        return places
    rank, pk = after.split(",")
    return places.filter(Q(rank__gt=float(rank)) | Q(rank=float(rank), pk__gt=int(pk)))


def _feature(row: Row, total: int | None) -> dict[str, Any]:
    properties = {"text": row["text"], "votes": row["votes"], "share": _share(row["votes"], total)}
    if "distance" in row:
        properties["distance"] = round(row["distance"].m, 1)
    coordinates = [round(row["lon"], DIGITS), round(row["lat"], DIGITS)]
    return {
        "type": "Feature",
        "id": row["pk"],
        "geometry": {"type": "Point", "coordinates": coordinates},
        "properties": properties,
    }


def _share(votes: int, total: int | None) -> float | None:
    """Of all votes for the question, between 0 and 1; None where they were not counted."""
    return None if total is None else round(votes / (total or 1), 4)
