"""Places in GeoJSON: a FeatureCollection of points, with properties text (or name), perhaps question."""

from collections.abc import Iterator
from typing import Any

from polls.loading import crs
from polls.loading.json_stream import Walker
from polls.loading.rows import Row, UnreadableFileError
from polls.loading.source import Text

ONE_COLLECTION = "A file is one FeatureCollection"
# How a place is found in the file.
PLACE = "feature {number}"
NUMBERS = {int, float}


class BadFeatureError(Exception):
    """The reason why a feature is refused."""


def read(text: Text) -> Iterator[Row]:
    """The features. Raises UnreadableFileError."""
    walker = Walker(text)
    found: dict[str, Any] = {}
    for name in walker.members():
        if name == "features":
            found[name] = True
            yield from _features(walker)
        else:
            found[name] = walker.value()
            _check_member(walker, name, found[name])
    if not walker.is_at_end():
        reason = "Something follows the end of the object. Make one of many: ogr2ogr NEW.geojson OLD.geojsonl"
        raise UnreadableFileError(walker.line, f"{ONE_COLLECTION}. {reason}")
    if found.get("type") != "FeatureCollection":
        reason = f"The type of this object is {found.get('type')!r:.50}"
        raise UnreadableFileError(None, f"{ONE_COLLECTION}. {reason}.")
    if "features" not in found:
        raise UnreadableFileError(None, "It has no features.")


def _check_member(walker: Walker, name: str, value: Any) -> None:
    if walker.twice:
        raise UnreadableFileError(walker.line, f"{walker.twice[0]!r:.50} is there twice.")
    if name == "crs" and (refusal := crs.refusal(value)):
        raise UnreadableFileError(walker.line, refusal)


def _features(walker: Walker) -> Iterator[Row]:
    for number, _ in enumerate(walker.items(), 1):
        line = walker.line
        try:
            feature = walker.value()
        except UnreadableFileError as error:
            raise UnreadableFileError(error.line, f"{PLACE.format(number=number)}: {error}") from error
        name = _name(number, feature)
        try:
            yield Row(line, _values(feature, walker.twice), name=name)
        except BadFeatureError as error:
            yield Row(line, {}, f"{error}", name)


def _name(number: int, feature: Any) -> str:
    """The name of a feature in messages, such as `feature 3 (id 7, 'Market')`."""
    feature = feature if isinstance(feature, dict) else {}
    properties = feature.get("properties")
    text = _text(properties) if isinstance(properties, dict) else None
    names = [f"id {feature['id']!r:.50}"] if "id" in feature else []
    if isinstance(text, str):
        names.append(f"{text!r:.50}")
    return f"{PLACE.format(number=number)}{f' ({", ".join(names)})' if names else ''}"


def _text(properties: dict[str, Any]) -> Any:
    return properties.get("text", properties.get("name"))


def _values(feature: Any, twice: list[str]) -> dict[str, Any]:
    if twice:
        raise BadFeatureError(f"{twice[0]!r:.50} is there twice.")
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise BadFeatureError("This is not a Feature.")
    geometry, properties = feature.get("geometry"), feature.get("properties")
    lon, lat = _coordinates(geometry)
    if refusal := crs.refusal(feature.get("crs")) or crs.refusal(geometry.get("crs")):
        raise BadFeatureError(refusal)
    if properties is None:
        properties = {}
    if not isinstance(properties, dict):
        raise BadFeatureError("Its properties are not an object.")
    return {"text": _text(properties), "question": properties.get("question"), "lon": lon, "lat": lat}


def _coordinates(geometry: Any) -> tuple[float, float]:
    if not isinstance(geometry, dict):
        raise BadFeatureError("It has no geometry.")
    if geometry.get("type") != "Point":
        raise BadFeatureError(f"Its geometry is a {geometry.get('type')!r:.50}, and only a Point is a place.")
    match coordinates := geometry.get("coordinates"):
        case [lon, lat, *_] if {type(lon), type(lat)} <= NUMBERS:
            return lon, lat
    raise BadFeatureError(f"Its coordinates are {coordinates!r:.50}, and not two numbers: longitude, latitude.")
