"""Add places from a file as choices of questions."""

from heapq import merge
from itertools import islice
from pathlib import Path
from types import ModuleType

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from tqdm import tqdm

from polls.loading import csv_file, geojson_file
from polls.loading.checker import check, clean_question
from polls.loading.rows import UnreadableFileError
from polls.loading.source import STANDARD_INPUT, Text, opened
from polls.loading.staging import Staging
from polls.models import Choice, Question

FORMATS = {".csv": csv_file, ".tsv": csv_file, ".geojson": geojson_file, ".json": geojson_file}
MOST_ERRORS_SHOWN = 20


class Errors:
    """How many rows are bad, and what is wrong with the first of them, by their numbers."""

    def __init__(self, file: Path) -> None:
        self.count, self._file = 0, file
        self._first: list[tuple[int, str]] = []

    def add(self, number: int, line: int, name: str, message: str) -> None:
        self.count += 1
        if len(self._first) < MOST_ERRORS_SHOWN:
            self._first.append((number, self._line(line, name, message)))

    def add_duplicates(self, staging: Staging, place: str) -> None:
        """Those of the whole file, so that they are put between the others; `place` says how it numbers its places."""
        count, duplicates = staging.duplicates(MOST_ERRORS_SHOWN)
        self.count += count
        lines = []
        for number, line, text, first, first_line in duplicates:
            name = "" if place == csv_file.PLACE else place.format(number=number)
            message = f"“{text}” is there already: {place.format(number=first, line=first_line)}."
            lines.append((number, self._line(line, name, message)))
        self._first = list(islice(merge(self._first, lines), MOST_ERRORS_SHOWN))

    def __str__(self) -> str:
        more = [f"… and {self.count - MOST_ERRORS_SHOWN} more."] if self.count > MOST_ERRORS_SHOWN else []
        return "\n".join([line for _, line in self._first] + more)

    @property
    def summary(self) -> str:
        return f"{self.count} bad row{'' if self.count == 1 else 's'}"

    def _line(self, line: int, name: str, message: str) -> str:
        return f"{self._file}:{line}: {f'{name}: ' if name else ''}{message}"


class Command(BaseCommand):
    help = (
        "Add the places of a GeoJSON or CSV file, all or none. Running it again adds nothing twice. "
        "CSV needs a header with text, lat and lon, separated by commas, semicolons or tabs; GeoJSON needs points with "
        "a property text. A column or property question says which question they answer."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", type=Path, metavar="FILE", help="FILE.geojson or FILE.csv, in UTF-8; - for standard input"
        )
        parser.add_argument("--question", metavar="TEXT", help="the question of places that name none")
        parser.add_argument("--skip-bad", action="store_true", help="load the good rows although others are bad")

    def handle(self, *, file: Path, question: str | None, skip_bad: bool, **options: object) -> None:
        errors = Errors(file)
        try:
            question = clean_question(question) if question and question.strip() else ""
            with transaction.atomic():
                self._wait_for_other_loads()
                staging = Staging()
                read = _stage(file, question, staging, errors)
                if errors.count and not skip_bad:
                    raise CommandError(
                        f"{errors}\n{file} has {errors.summary}, so nothing was loaded. "
                        "Correct them, or load the others with --skip-bad."
                    )
                # `disable=None` shows no bar unless this is a terminal.
                with tqdm(total=staging.last, desc="adding", unit=" places", disable=None) as bar:
                    added = staging.add(bar.update)
        except ValidationError as error:
            raise CommandError(f"--question: {' '.join(error.messages)} Nothing was loaded.") from error
        except UnreadableFileError as error:
            where = file if error.line is None else f"{file}:{error.line}"
            raise CommandError(f"{where}: {error} Nothing was loaded.") from error
        self._report(file, added, read - errors.count, errors)

    def _report(self, file: Path, added: int, good: int, errors: Errors) -> None:
        if added:
            _analyze()
        if errors.count:
            self.stderr.write(f"{errors}\n{errors.summary} skipped.")
        name = "standard input" if file == STANDARD_INPUT else file.name
        self.stdout.write(
            self.style.SUCCESS(f"Applying {name}: {added} added, {good - added} there already.")
            if added
            else f"{name}: nothing to add, {good} there already."
        )

    def _wait_for_other_loads(self) -> None:
        """Two at once would both make the same question."""
        with connection.cursor() as cursor:
            cursor.execute("select pg_try_advisory_xact_lock(hashtext('polls.load_places'))")
            if not cursor.fetchone()[0]:
                self.stderr.write("Another load is running. This one begins when it has ended.")
                cursor.execute("select pg_advisory_xact_lock(hashtext('polls.load_places'))")


def _stage(file: Path, question: str, staging: Staging, errors: Errors) -> int:
    """Put the good rows into the staging table, and return how many rows the file has. Raises UnreadableFileError."""
    number = 0
    with (
        opened(file) as (binary, size),
        tqdm(total=size, desc="reading", unit="B", unit_scale=True, disable=None) as bar,
    ):
        text = Text(binary, bar.update)
        kind = _kind(file, text)
        with staging.taking() as take:
            for number, row in enumerate(kind.read(text), 1):
                try:
                    take(number, row.line, check(row, question))
                except ValidationError as error:
                    errors.add(number, row.line, row.name, " ".join(error.messages))
    errors.add_duplicates(staging, kind.PLACE)
    staging.delete_duplicates()
    return number


def _kind(file: Path, text: Text) -> ModuleType:
    if file == STANDARD_INPUT:
        return geojson_file if text.start.lstrip()[:1] in (b"{", b"[") else csv_file
    if kind := FORMATS.get(file.suffix.lower()):
        return kind
    raise UnreadableFileError(None, f"This is neither GeoJSON nor CSV by its name. Call it {', '.join(FORMATS)}.")


def _analyze() -> None:
    """Otherwise the planner takes the old table's size for the new one's, until autovacuum comes by."""
    names = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in (Question, Choice))
    with connection.cursor() as cursor:
        cursor.execute(f"analyze {names}")
