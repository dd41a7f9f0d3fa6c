"""Questions about places, their choices and the votes for them."""

from typing import Any

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Distance, GeometryDistance
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone


class QuestionQuerySet(models.QuerySet["Question"]):
    def search(self, words: str) -> "QuestionQuerySet":
        """Those whose text contains each of the words, in either case and any order."""
        return self.filter(*(Q(text__icontains=word) for word in words.split()))

    def published(self) -> "QuestionQuerySet":
        """Those whose time has come, the latest first."""
        return self.filter(published_at__lte=timezone.now()).order_by("-published_at", "-pk")

    def with_total(self) -> "QuestionQuerySet":
        """Each with the votes for all of its choices as `total`."""
        return self.annotate(total=Coalesce(Sum("choices__votes"), 0))


class Question(models.Model):
    text = models.CharField("question", max_length=200)
    published_at = models.DateTimeField("published", default=timezone.now, db_index=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-pk"]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("polls:detail", args=[self.pk])


class ChoiceQuerySet(models.QuerySet["Choice"]):
    def by_votes(self) -> "ChoiceQuerySet":
        return self.order_by("-votes", "pk")

    def published(self) -> "ChoiceQuerySet":
        """Those of the questions whose time has come."""
        return self.filter(question__published_at__lte=timezone.now())

    def within(self, place: Point, metres: float) -> "ChoiceQuerySet":
        """Those at most so far away from `place`, on the globe."""
        return self.filter(place__dwithin=(place, D(m=metres)))

    def nearest_to(self, place: Point) -> "ChoiceQuerySet":
        """Those with a place, the nearest first, each with its `distance` in metres.

        Ordered by PostGIS's `<->`, which walks the spatial index; ordering by
        Distance would measure every row first.
        """
        return (
            self.filter(place__isnull=False)
            .annotate(distance=Distance("place", place))
            .order_by(GeometryDistance("place", place), "pk")
        )


class Choice(models.Model):
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="choices")
    text = models.CharField("choice", max_length=200)
    votes = models.PositiveIntegerField(default=0)
    # Geography and not geometry: distances come in metres anywhere on earth.
    place = models.PointField(geography=True, null=True, blank=True)

    objects = ChoiceQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["question", "text"], name="one_choice_per_text")]

    def __str__(self) -> str:
        return self.text

    def vote(self) -> None:
        """Count one vote, in the database: two at the same moment are two votes."""
        type(self).objects.filter(pk=self.pk).update(votes=F("votes") + 1)

    def share_of(self, total: int) -> int:
        """Percent of `total` votes, rounded."""
        return round(100 * self.votes / total) if total else 0

    def neighbours(self) -> Any:
        """The other choices of the same question, the nearest first."""
        return self.question.choices.exclude(pk=self.pk).nearest_to(self.place)
