import io
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from polls.models import Choice, Question
from polls.tests.strategies import CHARACTERS

CSV = "text,lat,lon,question\nMarket,39.9533,-75.1594,Where?\nMuseum,39.9656,-75.1810,\n"
BAD = "text,lat,lon\nGood,1,2\n\nOff,91,0\nWord,x,0\n,1,1\nGood,3,3\nShort,1\n"
quick = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def feature(text="Market", lon=-75.1594, lat=39.9533, **properties):
    geometry = {"type": "Point", "coordinates": [lon, lat]}
    return {"type": "Feature", "geometry": geometry, "properties": {"text": text, **properties}}


def collection(*features, **members):
    return json.dumps({"type": "FeatureCollection", **members, "features": features}, indent=1)


@pytest.fixture
def load(tmp_path, db):
    """Write a file and load it; return what the command said."""

    def load(content, name="places.csv", question="Which?", **options):
        file, out, err = tmp_path / name, io.StringIO(), io.StringIO()
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        call_command("load_places", file, question=question, stdout=out, stderr=err, **options)
        return out.getvalue() + err.getvalue()

    return load


def loaded():
    return {(c.question.text, c.text): c.place.coords for c in Choice.objects.select_related("question")}


def test_csv_is_loaded(load):
    """Each row answers its own question, or the one of the command line."""
    assert "2 added, 0 there already" in load(CSV)

    assert {("Where?", "Market"): (-75.1594, 39.9533), ("Which?", "Museum"): (-75.1810, 39.9656)} == loaded()


def test_csv_of_a_spreadsheet_is_loaded(load):
    """Byte order mark, other columns, capital letters, quotes, Windows' line ends."""
    load('\ufeffId,Lat,Lon,Text\r\n7, 1.5 ,2,"Café ""A"", left"\r\n')

    assert {("Which?", 'Café "A", left'): (2.0, 1.5)} == loaded()


def test_geojson_is_loaded(load):
    """Features with their questions; a height and other members are ignored."""
    high = feature("Museum", question="Where?")
    high["geometry"]["coordinates"].append(30)
    load(collection(feature(), high, name="x", crs={"type": "none"}), "places.geojson")

    assert {("Which?", "Market"), ("Where?", "Museum")} == loaded().keys()


@pytest.mark.parametrize("features", [[], [feature(name="Market", text=None)]])
def test_geojson_needs_a_text(load, features):
    """No features are no error; a feature without text is one."""
    if features:
        with pytest.raises(CommandError, match=r":4: text: This field cannot be blank"):
            load(collection(*features), "a.geojson")
    else:
        assert "nothing to add" in load(collection(), "a.geojson")


def test_second_time_loads_nothing(load):
    """Votes since then stay, and no place is there twice."""
    load(CSV)
    Choice.objects.update(votes=7)
    before = list(Choice.objects.values())

    assert "nothing to add, 2 there already" in load(CSV)
    assert before == list(Choice.objects.values())


def test_new_places_join_the_question(load, question):
    """A question that is there already gets what it lacks."""
    assert "1 added, 1 there already" in load(CSV.replace("Museum", "Hall"), question="Where?")

    assert 4 == question.choices.count()


def test_bad_rows_are_told_with_their_lines(load):
    """All of them at once, and nothing is loaded."""
    with pytest.raises(CommandError) as refused:
        load(BAD)

    told = [line.partition("places.csv:")[2] for line in str(refused.value).splitlines()]
    assert [
        "4: place: The place is not on earth: longitude goes from -180 to 180, latitude from -90 to 90.",
        "5: lat is 'x', which is no number.",
        "6: text: This field cannot be blank.",
        "7: “Good” stands in line 2 already.",
        "8: Here are 2 columns, in the header 3.",
    ] == told[:-1]
    assert "5 bad rows, so nothing was loaded" in str(refused.value)
    assert not Question.objects.exists()


def test_skip_bad_loads_the_others(load):
    """The bad ones are told all the same."""
    said = load(BAD, skip_bad=True)

    assert {("Which?", "Good"): (2.0, 1.0)} == loaded()
    assert "places.csv:8: " in said
    assert "5 bad rows skipped" in said


def test_many_bad_rows_are_counted(load):
    """Nobody reads a thousand lines."""
    with pytest.raises(CommandError, match=r"… and 5 more.\n.* has 25 bad rows"):
        load("text,lat,lon\n" + "x,y,z\n" * 25)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.txt", "", "neither GeoJSON nor CSV"),
        ("a.csv", "", ":1: The header has no text, lat, lon"),
        ("a.csv", "text,lat\n", ":1: The header has no lon"),
        ("a.csv", 'text,lat,lon\nA,1,2\n"B,1\n2\n', ":3: unexpected end of data"),
        ("a.csv", b"text,lat,lon\nA,1,2\nCaf\xe9,1,2\n", ":3: This is not UTF-8"),
        ("a.csv", "text,lat,lon\n" + "x" * 200_000, ":2: field larger than field limit"),
        ("a.geojson", "", ":1: Expected {, in column 1"),
        ("a.geojson", '{"type": "FeatureCollection",\n"features": [}', ":2: Expecting value, in column 14"),
        ("a.geojson", '{"type": "FeatureCollection"}', ":1: This is no FeatureCollection"),
        ("a.geojson", collection() + "x", "Something follows the end"),
        ("a.geojson", '{"features": [], "type": "Feature"}', "This is no FeatureCollection"),
        ("a.geojson", '{\n1: "features"}', ":2: Expected a name"),
        ("a.geojson", '{"features": [' + "[" * 100_000, ":1: "),
        ("a.geojson", '{"features": [' + "9" * 5000, ":1: Exceeds the limit"),
        ("a.geojson", collection({"type": "Feature"}), ":4: This is no Feature with a Point"),
        ("a.geojson", collection(feature(lon="1")), ":4: This is no Feature with a Point"),
        ("a.geojson", collection(feature(lon=10**400)), ":4: lon is 1000"),
        ("a.geojson", collection(feature(text=7)), ":4: 7 is no text"),
        ("a.geojson", collection(feature(text="\ud800")), ":4: text: The text holds a character"),
        ("a.geojson", collection(feature(text="x" * 201)), ":4: text: Ensure this value has at most 200"),
        ("a.geojson", collection(feature(question="\0")), ":4: question: The text holds a character"),
    ],
)
def test_bad_file_names_line_and_loads_nothing(load, name, content, message):
    """What is wrong, where, and never a stack trace."""
    with pytest.raises(CommandError) as refused:
        load(content, name)

    assert message in str(refused.value)
    assert not Question.objects.exists()


def test_row_without_any_question_is_bad(load):
    """There is nothing that it could be an answer to."""
    with pytest.raises(CommandError, match=":3: It names no question"):
        load(CSV, question=None)


def test_error_after_a_full_batch_loads_nothing(load):
    """One transaction, however many rows came before."""
    rows = "".join(f"Place {number},1,2\n" for number in range(1100))

    with pytest.raises(CommandError, match=":1102: "):
        load(f"text,lat,lon\n{rows}Bad,x,y\n")
    assert not Question.objects.exists()
    assert "1100 added" in load(f"text,lat,lon\n{rows}")


def test_absent_file_is_told(db):
    """With the reason."""
    with pytest.raises(CommandError, match=r"nowhere.csv cannot be read: No such file"):
        call_command("load_places", "nowhere.csv")


def test_terminal_shows_a_bar(load, monkeypatch):
    """Who looks on sees how far it is; a log holds no bar."""
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys, "stderr", terminal)
    load(CSV)

    assert "100%" in terminal.getvalue()


@pytest.mark.django_db(transaction=True)
def test_two_loads_at_once_load_once(tmp_path):
    """The second waits for the first, and finds everything there."""
    file = tmp_path / "places.csv"
    file.write_text(CSV)

    def run(_):
        try:
            call_command("load_places", file, question="Which?", stdout=io.StringIO())
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as loaders:
        list(loaders.map(run, range(4)))

    assert (2, 2) == (Question.objects.count(), Choice.objects.count())


csv_rows = st.text(CHARACTERS).map(lambda text: f"text,lat,lon\n{text}".encode())
null_features = b'{"type": "FeatureCollection", "features": [null, 1, {"type": "Feature", "geometry": []}]}'


@quick
@given(content=st.binary() | csv_rows, suffix=st.sampled_from(["csv", "json"]))
@example(content=null_features, suffix="json")
def test_any_file_has_an_answer(load, content, suffix):
    """Loaded or refused with a message, whatever the bytes."""
    with transaction.atomic():
        # Anything but a CommandError is a stack trace.
        with suppress(CommandError):
            load(content, f"any.{suffix}", skip_bad=True)
        transaction.set_rollback(True)


printable = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)
places = st.dictionaries(printable, st.tuples(st.floats(-180, 180), st.floats(-90, 90)), max_size=5)


@quick
@given(places=places)
def test_any_places_come_back(load, places):
    """What was in the file is in the database, to the last digit."""
    content = collection(*(feature(text, lon, lat) for text, (lon, lat) in places.items()))
    with transaction.atomic():
        load(content, "places.geojson")
        assert {("Which?", text): place for text, place in places.items()} == loaded()
        transaction.set_rollback(True)
