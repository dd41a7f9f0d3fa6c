"""Add places from a file as choices of questions."""

from collections.abc import Callable, Iterator
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from tqdm import tqdm

from polls.loading import csv_file, geojson_file
from polls.loading.loader import Loader
from polls.loading.rows import Row, UnreadableFileError

FORMATS: dict[str, Callable[[str], Iterator[Row]]] = {
    ".csv": csv_file.read,
    ".geojson": geojson_file.read,
    ".json": geojson_file.read,
}
MOST_ERRORS_SHOWN = 20
WHERE = "In a container app/ is /app; a file of your own machine gets there with `vagrant rsync`."


class Command(BaseCommand):
    help = (
        "Add the places of a GeoJSON or CSV file, all or none. Running it again adds nothing twice. "
        "CSV needs a header with text, lat and lon; GeoJSON needs points with a property text. "
        "A column or property question says which question they answer."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="FILE.geojson or FILE.csv, in UTF-8")
        parser.add_argument("--question", metavar="TEXT", help="the question of places that name none")
        parser.add_argument("--skip-bad", action="store_true", help="load the good rows although others are bad")

    def handle(self, *, file: Path, question: str | None, skip_bad: bool, **options: object) -> None:
        text, read = _open(file)
        loader, errors = Loader(question), []
        # No bar where nobody looks: `disable=None` asks whether this is a terminal.
        with transaction.atomic(), tqdm(total=len(text), unit="B", unit_scale=True, disable=None) as bar:
            _wait_for_other_loads()
            try:
                for row in read(text):
                    if error := loader.take(row):
                        errors.append(f"{file}:{row.line}: {error}")
                    bar.update(row.end - bar.n)
                bar.update(len(text) - bar.n)
            except UnreadableFileError as error:
                raise CommandError(f"{file}:{error.line}: {error} Nothing was loaded.") from error
            loader.finish()
            if errors and not skip_bad:
                raise CommandError(
                    f"{_some(errors)}\n{file} has {_count(errors, 'bad row')}, so nothing was loaded. "
                    "Correct them, or load the others with --skip-bad."
                )
        if errors:
            self.stderr.write(f"{_some(errors)}\n{_count(errors, 'bad row')} skipped.")
        self.stdout.write(
            self.style.SUCCESS(
                f"Applying {file.name}: {loader.added} added, {loader.good - loader.added} there already."
            )
            if loader.added
            else f"{file.name}: nothing to add, {loader.good} there already."
        )


def _open(file: Path) -> tuple[str, Callable[[str], Iterator[Row]]]:
    """The file's text, and what reads it. Raises CommandError."""
    read = FORMATS.get(file.suffix.lower())
    if read is None:
        raise CommandError(f"{file} is neither GeoJSON nor CSV by its name. Call it .geojson or .csv.")
    try:
        return file.read_bytes().decode("utf-8-sig"), read
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise CommandError(f"{file}:{line}: This is not UTF-8, which it must be. Nothing was loaded.") from error
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}. Nothing was loaded. {WHERE}") from error


def _wait_for_other_loads() -> None:
    """Two at once would both make the same question."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('polls.load_places'))")


def _some(errors: list[str]) -> str:
    more = [f"… and {len(errors) - MOST_ERRORS_SHOWN} more."] if len(errors) > MOST_ERRORS_SHOWN else []
    return "\n".join(errors[:MOST_ERRORS_SHOWN] + more)


def _count(items: list[str], what: str) -> str:
    return f"{len(items)} {what}{'' if len(items) == 1 else 's'}"
