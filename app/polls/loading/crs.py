"""In which coordinates a GeoJSON file says that it is: a member that RFC 7946 took away, and that files still have."""

import re
from typing import Any

# Longitude and latitude on WGS 84. GeoJSON writes longitude first whatever the name says, and so do GDAL and QGIS.
WGS_84 = re.compile(
    r"(urn:(x-)?ogc:def:crs:|https?://www\.opengis\.net/def/crs/)?"
    r"(OGC[:/]([\d.]*[:/])?CRS84h?|EPSG[:/]([\d.]*[:/])?(4326|4979))",
    re.IGNORECASE,
)
HOW = "Convert the file: ogr2ogr -t_srs OGC:CRS84 -lco RFC7946=YES NEW.geojson OLD.geojson."


def refusal(crs: Any) -> str:
    """Why coordinates of this crs are not taken, or nothing."""
    if crs is None or WGS_84.fullmatch(name := _name(crs)):
        return ""
    return f"Its crs is {name[:100]!r}, and not WGS 84 (CRS84, EPSG:4326). {HOW}"


def _name(crs: Any) -> str:
    """GeoJSON of 2008 has it in `properties.name`, older drafts an EPSG number in `properties.code`."""
    properties = crs.get("properties") if isinstance(crs, dict) else None
    if not isinstance(properties, dict):
        return str(crs)
    if "code" in properties:
        return f"EPSG:{properties['code']}"
    return str(properties.get("name", properties))
