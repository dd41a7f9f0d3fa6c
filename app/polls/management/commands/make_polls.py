"""Make many polls, to see how the toy bears them."""

import random
from argparse import ArgumentTypeError
from collections.abc import Iterator
from itertools import batched

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from tqdm import tqdm

from polls.models import Choice, Question

# West, south, east, north of where the places lie: Philadelphia and two hours' drive around.
AREA = (-76.2, 39.0, -74.2, 41.0)
COPY = 'copy "{table}" (question_id, text, votes, place) from stdin'
ONE_INSERT = MOST_VOTES = 10_000
TEXT = "Which place of load test "


def positive(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise ArgumentTypeError(f"{text!r} is not a number from 1 on.")
    return int(text)


class Command(BaseCommand):
    help = (
        "Add N questions for load tests, with places at random, alike for the same --seed. "
        "`make_polls 1 --choices 1000000` makes one with a million places; --delete takes all of them away."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", type=positive, nargs="?", metavar="N", help="how many questions")
        parser.add_argument("--choices", type=positive, default=5, help="places of each (5)")
        parser.add_argument("--seed", type=int, default=1, help="begin of the random numbers (1)")
        parser.add_argument("--delete", action="store_true", help="first delete all questions that this command made")

    def handle(self, *, number: int | None, choices: int, seed: int, delete: bool, **options: object) -> None:
        if not (number or delete):
            raise CommandError("How many? Type: make_polls N, or make_polls --delete")
        if delete:
            Question.objects.filter(text__startswith=TEXT).delete()
            self.stdout.write("The questions for load tests are deleted.")
        if number:
            self.make(number, choices, seed)

    def make(self, number: int, choices: int, seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311 - nothing is kept secret by it
        with transaction.atomic(), tqdm(total=number * choices, disable=None) as bar:
            # A million questions at once do not fit into a container's memory.
            for places in batched(range(1, number + 1), ONE_INSERT, strict=False):
                questions = Question.objects.bulk_create([Question(text=f"{TEXT}{place}?") for place in places])
                # An INSERT for a million rows takes several times as long.
                with connection.cursor() as cursor, cursor.copy(COPY.format(table=Choice._meta.db_table)) as copy:
                    for row in _rows(questions, choices, chance):
                        copy.write_row(row)
                        bar.update()
        with connection.cursor() as cursor:
            # Otherwise the planner takes the old table's size for the new one's, until autovacuum comes by.
            cursor.execute(f'analyze "{Question._meta.db_table}", "{Choice._meta.db_table}"')
        self.stdout.write(self.style.SUCCESS(f"{number} questions with {choices} places each added."))


def _rows(questions: list[Question], choices: int, chance: random.Random) -> Iterator[tuple[int, str, int, str]]:
    west, south, east, north = AREA
    for question in questions:
        for number in range(1, choices + 1):
            lon, lat = chance.uniform(west, east), chance.uniform(south, north)
            # Few have many votes, most have few.
            votes = min(int(chance.paretovariate(1.2)) - 1, MOST_VOTES)
            yield question.pk, f"Place {number}", votes, f"SRID=4326;POINT({lon:.6f} {lat:.6f})"
