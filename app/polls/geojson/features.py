"""The places that a request asks for, as GeoJSON."""

import json
from typing import Any

from django.contrib.gis.db.models.functions import AsGeoJSON
from django.db.models import Q

from polls.models import Choice, ChoiceQuerySet, Question

# RFC 7946, 11.2: six digits are about ten centimetres.
DIGITS = 6

type Row = dict[str, Any]


def page(question: Question, wanted: dict[str, Any]) -> tuple[dict[str, Any], str | None]:
    """A FeatureCollection of a question with its `total`; where there are more places, the next one's `after`."""
    near, limit = wanted["near"], wanted["limit"]
    places = _select(question.choices.all() if near else Choice.objects.of_question(question.pk), wanted)
    if wanted["after"]:
        places = _following(places, *wanted["after"].split(","))
    columns = ["pk", "text", "votes", *(["distance", "rank"] if near else [])]
    rows = list(places.values(*columns, geometry=AsGeoJSON("place", precision=DIGITS))[: limit + 1])
    shown = sorted(rows[:limit], key=lambda row: row["distance"].m) if near else rows[:limit]
    collection = {"type": "FeatureCollection", "features": [_feature(row, question.total) for row in shown]}
    if len(rows) <= limit:
        return collection, None
    last = rows[limit - 1]
    return collection, f"{last['rank']!r},{last['pk']}" if near else f"{last['pk']}"


def _select(choices: ChoiceQuerySet, wanted: dict[str, Any]) -> ChoiceQuerySet:
    near, places = wanted["near"], choices.filter(place__isnull=False)
    if wanted["bbox"]:
        places = places.in_bbox(*wanted["bbox"])
    return places.within(near, wanted["radius"]).nearest_to(near) if near else places


def _following(places: ChoiceQuerySet, *last: str) -> ChoiceQuerySet:
    *rank, pk = last
    if not rank:
        return places.filter(pk__gt=int(pk))
    return places.filter(Q(rank__gt=float(rank[0])) | Q(rank=float(rank[0]), pk__gt=int(pk)))


def _feature(row: Row, total: int | None) -> dict[str, Any]:
    properties = {"text": row["text"], "votes": row["votes"], "share": _share(row["votes"], total)}
    if "distance" in row:
        properties["distance"] = round(row["distance"].m, 1)
    return {"type": "Feature", "id": row["pk"], "geometry": json.loads(row["geometry"]), "properties": properties}


def _share(votes: int, total: int | None) -> float | None:
    """Of all votes for the question, between 0 and 1; None where they were not counted."""
    return None if total is None else round(votes / (total or 1), 4)
