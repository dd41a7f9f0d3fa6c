"""Add the places of a file to the questions that they answer."""

from typing import Any

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.db.models import Model

from polls.loading.rows import Row
from polls.models import Choice, Question

BATCH = 1000


class Loader:
    """Takes rows; adds the good ones, once, and says of the others what is wrong.

    `question` is the text for rows that name none. The caller holds the transaction.
    """

    def __init__(self, question: str | None) -> None:
        self.good = self.added = self._before = 0
        self._default = (question or "").strip()
        self._questions: dict[str, Question] = {}
        self._lines: dict[tuple[str, str], int] = {}
        self._batch: list[Choice] = []

    def take(self, row: Row) -> str:
        """What is wrong with the row, or nothing."""
        try:
            question, choice = self._check(row)
        except ValidationError as error:
            return " ".join(error.messages)
        self.good += 1
        choice.question = self._question(question)
        self._batch.append(choice)
        if len(self._batch) == BATCH:
            self._flush()
        return ""

    def finish(self) -> None:
        """Add the rest, and count what is new."""
        self._flush()
        self.added = Choice.objects.filter(question__in=self._questions.values()).count() - self._before

    def _flush(self) -> None:
        # What a question has already, with its votes, stays as it is.
        Choice.objects.bulk_create(self._batch, ignore_conflicts=True)
        self._batch = []

    def _check(self, row: Row) -> tuple[str, Choice]:
        if row.error:
            raise ValidationError(row.error)
        question, text = (_text(row.values.get(name)) for name in ("question", "text"))
        question = question or self._default
        if not question:
            raise ValidationError("It names no question. Give it one, or all of them with --question.")
        place = Point(_degrees(row, "lon"), _degrees(row, "lat"), srid=4326)
        _clean("question", Question, "text", question)
        _clean("text", Choice, "text", text)
        _clean("place", Choice, "place", place)
        if (question, text) in self._lines:
            raise ValidationError(f"“{text}” stands in line {self._lines[question, text]} already.")
        self._lines[question, text] = row.line
        return question, Choice(text=text, place=place)

    def _question(self, text: str) -> Question:
        if text not in self._questions:
            found = Question.objects.filter(text=text).order_by("pk").first()
            self._questions[text] = found or Question.objects.create(text=text)
            self._before += found.choices.count() if found else 0
        return self._questions[text]


def _text(value: Any) -> str:
    if value is not None and not isinstance(value, str):
        raise ValidationError(f"{value!r:.50} is no text.")
    return (value or "").strip()


def _clean(name: str, model: type[Model], field: str, value: Any) -> None:
    """One field and not a whole object, whose constraints would each be asked of the database."""
    try:
        model._meta.get_field(field).clean(value, None)
    except ValidationError as error:
        raise ValidationError([f"{name}: {message}" for message in error.messages]) from error


def _degrees(row: Row, name: str) -> float:
    value = row.values.get(name)
    try:
        return float(value)
    except (OverflowError, TypeError, ValueError):
        raise ValidationError(f"{name} is {value!r:.50}, which is no number.") from None
