"""Choices near a place, in SQL: Django takes longer to write this query than PostgreSQL to answer it."""

from typing import NamedTuple

from django.db import connection
from django.urls import reverse

# The index measures through the earth and not around it. From the other side of the globe all places
# look equally near to it, and PostgreSQL would hold every one of them in memory to put them in order.
FARTHEST_METRES = 1_000_000

# The question is looked up for each place found, and not joined: PostgreSQL takes the distance for so
# costly that it thinks no more about how to join, and reads all questions for each place.
# The circle is asked for twice: by the index's box around it, which PostgreSQL can estimate, and exactly, by
# ST_DWithin, whose own estimate of a ten-thousandth `coalesce` hides. Else it would read and sort the whole table.
NEAREST = """
    select choice.text, votes, question_id,
        (select text from polls_question where id = question_id),
        ST_Y(place::geometry), ST_X(place::geometry), ST_Distance(place, %(here)s::geography)
    from polls_choice choice
    where place && _ST_Expand(%(here)s::geography, %(radius)s)
        and coalesce(ST_DWithin(place, %(here)s::geography, %(radius)s), false)
        and (select published_at from polls_question where id = question_id) <= now()
    order by place <-> %(here)s::geography, id
    limit %(limit)s
"""


class Found(NamedTuple):
    """A choice of a published question, and how many metres away it lies."""

    number: int
    text: str
    votes: int
    question_id: int
    question: str
    lat: float
    lon: float
    distance: float

    @property
    def url(self) -> str:
        """The question's page."""
        return reverse("polls:detail", args=[self.question_id])


def nearest(lat: float, lon: float, radius: float, limit: int) -> list[Found]:
    """The choices within so many metres, the nearest first: by `<->`, which walks the spatial index."""
    with connection.cursor() as cursor:
        here = f"SRID=4326;POINT({lon} {lat})"
        cursor.execute(NEAREST, {"here": here, "radius": radius, "limit": limit})
        return [Found(number, *row) for number, row in enumerate(cursor, start=1)]
