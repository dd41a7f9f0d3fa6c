"""Files of places, and what was loaded from them."""

import json

from polls.models import Choice

CSV = "text,lat,lon,question\nMarket,39.9533,-75.1594,Where?\nMuseum,39.9656,-75.1810,\n"


def feature(text="Market", lon=-75.1594, lat=39.9533, **properties):
    geometry = {"type": "Point", "coordinates": [lon, lat]}
    return {"type": "Feature", "geometry": geometry, "properties": {"text": text, **properties}}


def collection(*features, **members):
    return json.dumps({"type": "FeatureCollection", **members, "features": features}, indent=1)


def loaded():
    return {(c.question.text, c.text): c.place.coords for c in Choice.objects.select_related("question")}
