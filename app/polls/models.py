"""Questions about places, their choices and the votes for them."""

import math
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Distance, GeometryDistance
from django.contrib.gis.geos import Point, Polygon
from django.contrib.gis.measure import D
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.indexes import GistIndex
from django.db.models import F, OuterRef, Q, Subquery, Sum, Window
from django.db.models.functions import Abs, Coalesce, RowNumber
from django.db.models.lookups import LessThanOrEqual
from django.urls import reverse
from django.utils import timezone

from polls.fields import NameField
from polls.functions import Flat, Latitude, Longitude, SumOfFew, Surroundings
from polls.names import normal_name
from polls.near import FARTHEST_METRES
from polls.validators import FARTHEST_EAST, FARTHEST_NORTH, validate_place, validate_text

# To sum up a million votes takes longer than all else that a page does.
MOST_CHOICES_WITH_TOTAL = 1000
HAS_TEXT = Q(text__regex=r"\S")
# An empty point has no longitude, and NaN is greater than all numbers.
ON_EARTH = Q(place__isnull=True) | Q(
    LessThanOrEqual(Coalesce(Abs(Longitude("place")), math.inf), FARTHEST_EAST),
    LessThanOrEqual(Coalesce(Abs(Latitude("place")), math.inf), FARTHEST_NORTH),
)


class QuestionQuerySet(models.QuerySet["Question"]):
    def search(self, words: str) -> "QuestionQuerySet":
        """Those whose text contains each of the words, in either case and any order."""
        return self.filter(*(Q(text__icontains=word) for word in normal_name(words).split()))

    def published(self) -> "QuestionQuerySet":
        """Those whose time has come, the latest first."""
        return self.filter(published_at__lte=timezone.now()).order_by("-published_at", "-pk")

    def with_total(self) -> "QuestionQuerySet":
        """Each with the votes for all of its choices as `total`.

        A subquery and no join: a page of questions counts the votes for those
        that it shows, and not for all that there are.
        """
        votes = Choice.objects.filter(question=OuterRef("pk")).order_by().values("question")
        sums = votes.annotate(sum=Sum("votes")).values("sum")
        return self.annotate(total=Coalesce(Subquery(sums), 0, output_field=models.BigIntegerField()))

    def with_total_of_few(self, most: int) -> "QuestionQuerySet":
        """The same, but None where there are more than `most` choices, whose votes would take long to count."""
        return self.annotate(total=SumOfFew(Choice.objects.of_question(OuterRef("pk")), "votes", most))

    def with_first(self, most: int) -> "QuestionQuerySet":
        """Each with the primary keys of its first choices as `first`, also where it has a million of them."""
        choices = Choice.objects.of_question(OuterRef("pk")).values("pk")[:most]
        return self.annotate(first=ArraySubquery(choices))


class Question(models.Model):
    text = NameField("question", max_length=200, validators=[validate_text])
    published_at = models.DateTimeField("published", default=timezone.now, db_index=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-pk"]
        constraints = [models.CheckConstraint(condition=HAS_TEXT, name="question_has_text")]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("polls:detail", args=[self.pk])


class ChoiceQuerySet(models.QuerySet["Choice"]):
    def by_votes(self) -> "ChoiceQuerySet":
        return self.order_by("-votes", "pk")

    def with_number(self) -> "ChoiceQuerySet":
        """Each with its `number` in the order in which they were added, of all that are in this set."""
        return self.annotate(number=Window(RowNumber(), order_by="pk"))

    def within(self, place: Point, metres: float) -> "ChoiceQuerySet":
        """Those at most so far away from `place`, on the globe.

        In two steps, of which PostgreSQL knows how many rows they leave. Of ST_DWithin, which is both, it expects
        next to nothing, whatever the distance: to find the nearest of many it would read and sort them all.
        """
        return self.filter(place__bboverlaps=Surroundings(place, metres), place__distance_lte=(place, D(m=metres)))

    def in_bbox(self, west: float, south: float, east: float, north: float) -> "ChoiceQuerySet":
        """Those between the degrees, edges included; across the antimeridian where west > east (RFC 7946, 5.2)."""
        spans = [(west, east)] if west <= east else [(west, FARTHEST_EAST), (-FARTHEST_EAST, east)]
        # The index knows rounded boxes only, flat ones: on the globe no straight way follows a parallel.
        boxes = [
            Q(flat__bboverlaps=Polygon.from_bbox((left, south, right, north)), lon__range=(left, right))
            for left, right in spans
        ]
        degrees = {"flat": Flat("place"), "lon": Longitude("place"), "lat": Latitude("place")}
        return self.alias(**degrees).filter(reduce(or_, boxes), lat__range=(south, north))

    def of_question(self, pk: int | OuterRef) -> "ChoiceQuerySet":
        """A question's, in the order in which they were added, quick also where it is one among large ones.

        By two bounds: for an equality PostgreSQL takes the order from the primary
        key, and walks through every other question's choices until it finds one.
        """
        return self.filter(question_id__gte=pk, question_id__lte=pk).order_by("question_id", "pk")

    def nearest_to(self, place: Point) -> "ChoiceQuerySet":
        """Those with a place, the nearest first, each with its `distance` in metres.

        Ordered by PostGIS's `<->`, which walks the spatial index; ordering by
        Distance would measure every row first. That `rank` is measured on a
        sphere, a little off from the distance on the globe.
        """
        return (
            self.filter(place__isnull=False)
            .annotate(distance=Distance("place", place), rank=GeometryDistance("place", place))
            .order_by("rank", "pk")
        )


class Choice(models.Model):
    # Without a separate index: `choice_of_question` begins with it.
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="choices", db_index=False)
    text = NameField("choice", max_length=200, validators=[validate_text])
    votes = models.PositiveIntegerField(default=0)
    # Geography and not geometry: distances come in metres anywhere on earth.
    # Django makes its GiST index, for distances; `choice_place_flat` is the one for boxes.
    place = models.PointField(geography=True, null=True, blank=True, validators=[validate_place])

    # Set by views: its position in the order of creation, and whether no choice has more votes.
    number: int | None = None
    leads = False

    objects = ChoiceQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["question", "text"], name="one_choice_per_text"),
            models.CheckConstraint(condition=HAS_TEXT, name="choice_has_text"),
            models.CheckConstraint(condition=ON_EARTH, name="choice_place_is_on_earth"),
        ]
        indexes = [
            models.Index(fields=["question", "id"], name="choice_of_question"),
            GistIndex(Flat("place"), name="choice_place_flat"),
        ]

    def __str__(self) -> str:
        return self.text

    def vote(self) -> None:
        """Count one vote, in the database: two at the same moment are two votes."""
        type(self).objects.filter(pk=self.pk).update(votes=F("votes") + 1)

    def share_of(self, total: int) -> int:
        """Percent of `total` votes, rounded."""
        return round(100 * self.votes / total) if total else 0

    def neighbours(self) -> Any:
        """The other choices of the same question within FARTHEST_METRES, the nearest first."""
        return self.question.choices.exclude(pk=self.pk).within(self.place, FARTHEST_METRES).nearest_to(self.place)
