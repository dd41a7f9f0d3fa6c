"""Database functions of PostGIS that Django has no name for."""

from typing import Any

from django.contrib.gis.db.models import PointField
from django.contrib.gis.geos import Point
from django.db.models import FloatField, Func, IntegerField, QuerySet, Subquery, Value
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


class Surroundings(Func):
    """The box that holds all within so many metres of a place: what ST_DWithin asks a geography's index for."""

    function = "_ST_Expand"
    output_field = PointField(geography=True)

    def __init__(self, place: Point, metres: float) -> None:
        super().__init__(Value(place, self.output_field), Value(metres, FloatField()))


class SumOfFew(Subquery):
    """The sum of the one column of a subquery; null where it has more than `most` rows, which are not all read."""

    template = (
        "(SELECT CASE WHEN COUNT(*) <= %(most)d THEN COALESCE(SUM(few.%(column)s), 0) END FROM (%(subquery)s) few)"
    )
    output_field = IntegerField()

    def __init__(self, rows: QuerySet, column: str, most: int) -> None:
        super().__init__(rows.values(column)[: most + 1], column=column, most=most)
