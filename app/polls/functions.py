"""Database functions of PostGIS that Django has no name for."""

from typing import Any

from django.contrib.gis.db.models import PointField
from django.db.models import FloatField, Func
from django.db.models.functions import Cast


class Flat(Cast):
    """A geography as plain degrees: for boxes of degrees, and to read them."""

    def __init__(self, expression: Any) -> None:
        super().__init__(expression, PointField())


class Longitude(Func):
    function = "ST_X"
    output_field = FloatField()

    def __init__(self, expression: Any) -> None:
        super().__init__(Flat(expression))


class Latitude(Func):
    function = "ST_Y"
    output_field = FloatField()

    def __init__(self, expression: Any) -> None:
        super().__init__(Flat(expression))
