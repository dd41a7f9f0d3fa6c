"""Philadelphia on the maps without a tile server: rivers and streets, right to about 100 m in the centre."""

import json
from pathlib import Path

type Line = list[list[float]]

# GeoJSON (longitude first) among the static files: Leaflet draws the same lines in the browser.
OUTLINE = Path(__file__).parent / "static" / "polls" / "city.json"

# Latitude and longitude, for those who cannot say where they are.
LANDMARKS = {
    "City Hall": (39.9526, -75.1635),
    "30th Street Station": (39.9557, -75.1820),
    "Penn's Landing": (39.9462, -75.1405),
}


def _lines(kind: str) -> list[tuple[str, int, Line]]:
    return [
        (feature["properties"]["name"], feature["properties"]["metres"], feature["geometry"]["coordinates"])
        for feature in json.loads(OUTLINE.read_text())["features"]
        if feature["properties"]["kind"] == kind
    ]


# Name, width in metres, course.
RIVERS = _lines("river")
STREETS = _lines("street")

_lons, _lats = zip(*(point for _, _, course in [*RIVERS, *STREETS] for point in course), strict=True)
# West, south, east, north of all that is drawn.
BOX = min(_lons), min(_lats), max(_lons), max(_lats)
# Degrees around it, where a map still shows some of it.
MARGIN = 0.1


def is_in_city(lon: float, lat: float) -> bool:
    """Whether a map around this place shows the city's rivers and streets."""
    west, south, east, north = BOX
    return west - MARGIN <= lon <= east + MARGIN and south - MARGIN <= lat <= north + MARGIN
