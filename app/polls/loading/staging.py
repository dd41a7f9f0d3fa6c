"""A temporary table in which PostgreSQL sorts and compares the places of a file, which do not fit into a container."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import NOT_PROVIDED, Model

from polls.loading.checker import Place
from polls.models import Choice, Question

# Byte by byte, as two names are one or two, and several times as fast to sort as by a language.
TABLES = """
    drop table if exists pg_temp.staged_place, pg_temp.staged_question cascade;
    create temporary table staged_place (
        number bigint, line bigint, question text collate "C", text text collate "C", lon float8, lat float8
    ) on commit drop;
    create temporary table staged_question (id bigint, text text collate "C", number bigint) on commit drop;
    create temporary view staged_duplicate as
        select * from (
            select number, line, text, first_value(number) over same as first, first_value(line) over same as first_line
            from staged_place window same as (partition by question, text order by number)
        ) as place
        where number > first;
    set local work_mem = '16MB'
"""
COPY = "copy staged_place (number, line, question, text, lon, lat) from stdin"
FIRST_DUPLICATES = """
    select number, line, text, first, first_line, count(*) over () from staged_duplicate order by number limit %s
"""
DELETE_DUPLICATES = "delete from staged_place using staged_duplicate twice where staged_place.number = twice.number"
QUESTIONS = """
    insert into staged_question (text, number) select question, min(number) from staged_place group by question;
    analyze staged_question;
    update staged_question set id = found.id
    from (select text collate "C" as text, min(id) as id from {question} group by 1) as found
    where found.text = staged_question.text
"""
NEW_QUESTIONS = """
    with added as (
        insert into {question} (text{names})
        select text{values} from staged_question where id is null order by number returning id, text
    )
    update staged_question set id = added.id from added where added.text collate "C" = staged_question.text
"""
INDEXES = """
    create index on staged_question (text);
    create index on staged_place (number);
    analyze staged_question, staged_place
"""
# Choices that a question has already keep their votes and their place.
NEW_CHOICES = """
    insert into {choice} (question_id, text, place{names})
    select staged_question.id, staged_place.text,
        st_setsrid(st_makepoint(staged_place.lon, staged_place.lat), 4326)::geography{values}
    from staged_place join staged_question on staged_question.text = staged_place.question
    where staged_place.number >= %s and staged_place.number < %s order by staged_place.number
    on conflict (question_id, text) do nothing
"""
# So that a bar moves. Each slice has to find its rows and their questions: by an index, where there are more than one.
SLICE = 20_000


class Duplicate(NamedTuple):
    """A place that is in the file before, as number `first`."""

    number: int
    line: int
    text: str
    first: int
    first_line: int


class Staging:
    """The caller holds the transaction."""

    def __init__(self) -> None:
        self.last = 0
        _execute(TABLES)

    @contextmanager
    def taking(self) -> Iterator[Callable[[int, int, Place], None]]:
        """A function that takes a place, with its number and its line in the file."""
        with connection.cursor() as cursor, cursor.copy(COPY) as copy:

            def take(number: int, line: int, place: Place) -> None:
                copy.write_row((number, line, *place))
                self.last = number

            yield take

    def duplicates(self, most: int) -> tuple[int, list[Duplicate]]:
        """How many places are in the file twice, and the first of them, `most` at the most."""
        with connection.cursor() as cursor:
            cursor.execute(FIRST_DUPLICATES, [most])
            rows = cursor.fetchall()
        return rows[0][-1] if rows else 0, [Duplicate(*row[:-1]) for row in rows]

    def delete_duplicates(self) -> None:
        _execute(DELETE_DUPLICATES)

    def add(self, on_progress: Callable[[int], object]) -> int:
        """Add the new places and return their number; `on_progress` gets the number of rows after each slice."""
        _execute(QUESTIONS)
        _execute(NEW_QUESTIONS, Question, {"text"})
        if self.last > SLICE:
            _execute(INDEXES)
        added = 0
        for start in range(1, self.last + 1, SLICE):
            end = min(start + SLICE, self.last + 1)
            added += _execute(NEW_CHOICES, Choice, {"question_id", "text", "place"}, (start, end))
            on_progress(end - start)
        return added


def _execute(sql: str, model: type[Model] | None = None, given: set[str] = frozenset(), values: Any = ()) -> int:
    """Run SQL, in which columns of `model` that are not `given` get their defaults; return the number of rows."""
    columns = _defaults(model, given) if model else {}
    quote = connection.ops.quote_name
    statement = sql.format(
        question=quote(Question._meta.db_table),
        choice=quote(Choice._meta.db_table),
        names="".join(f", {quote(name)}" for name in columns),
        values=", %s" * len(columns),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*columns.values(), *values] or None)
        return cursor.rowcount


def _defaults(model: type[Model], given: set[str]) -> dict[str, Any]:
    """The values of the other columns in a new row, so that a new field of the model needs no change here."""
    new = model()
    return {
        field.column: field.get_db_prep_save(field.pre_save(new, add=True), connection)
        for field in model._meta.concrete_fields
        if not (field.primary_key or field.column in given or field.generated or field.db_default is not NOT_PROVIDED)
    }
