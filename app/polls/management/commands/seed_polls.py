"""Fill an empty toy with a few questions about a real city."""

import json
from pathlib import Path

from django.contrib.gis.geos import Point
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import transaction

from polls.models import Choice, Question

POLLS = Path(__file__).resolve().parents[2]
SEED = POLLS / "seed.json"
PLACES = POLLS / "philadelphia.geojson"


class Command(BaseCommand):
    help = "Add the example questions when there is no question yet. Running it again changes nothing."

    @transaction.atomic
    def handle(self, *args: object, **options: object) -> None:
        # A user's own questions are never mixed with the examples, and
        # deleting an example does not bring it back.
        if Question.objects.exists():
            self.stdout.write("There are questions already: nothing to seed.")
            return
        call_command("load_places", PLACES, stdout=self.stdout)
        questions = json.loads(SEED.read_text())
        # The first in the file is the latest, so the first on the page.
        for item in reversed(questions):
            question = Question.objects.create(text=item["question"])
            Choice.objects.bulk_create(_choice(question, **choice) for choice in item["choices"])
        self.stdout.write(self.style.SUCCESS(f"Applying seed: {len(questions)} questions added."))


def _choice(question: Question, text: str, at: tuple[float, float] | None = None, votes: int = 0) -> Choice:
    """`at` is latitude, longitude, as maps print it."""
    place = Point(at[1], at[0]) if at else None
    return Choice(question=question, text=text, votes=votes, place=place)
