import io
import json
import os
import re
import sys

import pytest
from django.core.management import CommandError, call_command

from polls.models import Choice, Question
from polls.tests.place_files import CSV, collection, feature, loaded

BAD = "text,lat,lon\nGood,1,2\n\nOff,91,0\nWord,x,0\n,1,1\nGood,3,3\nShort,1\n"


def crs(name):
    return {"type": "name", "properties": {"name": name}}


def test_csv_is_loaded(load):
    """Each row answers its own question, or the one of the command line."""
    assert "2 added, 0 there already" in load(CSV)

    assert {("Where?", "Market"): (-75.1594, 39.9533), ("Which?", "Museum"): (-75.1810, 39.9656)} == loaded()


def test_csv_of_a_spreadsheet_is_loaded(load):
    """Byte order mark, other columns, capital letters, quotes, Windows' line ends."""
    load('\ufeffId,Lat,Lon,Text\r\n7, 1.5 ,2,"Café ""A"", left"\r\n')

    assert {("Which?", 'Café "A", left'): (2.0, 1.5)} == loaded()


@pytest.mark.parametrize(
    "content",
    [
        "Text;Lat;Lon\nCaf\u00e9;39,95;-75,16\n;;\n\n",
        "\n\ntext\tlat\tlon\tnotes\tnotes\n\nCafe\u0301\t39.95\t\u221275,16\tA,B\t\n",
        'text,lat,lon\r"\u200b Cafe\u0301\u00ad ",+39.95,-7.516e1\r,,\r',
    ],
)
def test_csv_of_other_countries_is_loaded(load, content):
    """Semicolons, tabs, decimal commas, line ends of all kinds, rows without anything, accents in two characters."""
    assert "1 added" in load(content)

    assert {("Which?", "Café"): (-75.16, 39.95)} == loaded()


@pytest.mark.parametrize("content", [CSV, collection(feature(question="Where?"), feature("Museum"))])
def test_standard_input_is_loaded(load, monkeypatch, content):
    """In either format, without a name that says which."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xef\xbb\xbf" + content.encode())))
    call_command("load_places", "-", question="Which?", stdout=io.StringIO())

    assert {("Where?", "Market"), ("Which?", "Museum")} == loaded().keys()


@pytest.mark.parametrize(
    "name",
    [
        "EPSG:4326",
        "urn:ogc:def:crs:OGC:1.3:CRS84",
        "urn:ogc:def:crs:OGC::CRS84",
        "urn:ogc:def:crs:EPSG::4326",
        "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
        "OGC:CRS84",
    ],
)
def test_wgs_84_is_longitude_first(load, name):
    """GeoJSON is longitude first, also where the authority of the name says latitude first."""
    load(collection(feature(lon=100, lat=1), crs=crs(name)), "a.geojson")

    assert {("Which?", "Market"): (100.0, 1.0)} == loaded()


def test_features_in_many_pieces_are_loaded(load):
    """A value may begin in one piece of the file and end in another, wherever the pieces are cut."""
    features = [
        feature(f"Place \U0001f333 {number}", lon=number / 7, pad="\\é" * (number % 90)) for number in range(1200)
    ]
    load(collection(*features), "a.geojson")

    assert {("Which?", f"Place \U0001f333 {number}"): (number / 7, 39.9533) for number in range(1200)} == loaded()


def test_geojson_is_loaded(load):
    """Features with their questions; a height and other members are ignored."""
    high = feature("Museum", question="Where?")
    high["geometry"]["coordinates"].append(30)
    load(collection(feature(), high, name="x", crs=None), "places.geojson")

    assert {("Which?", "Market"), ("Where?", "Museum")} == loaded().keys()


@pytest.mark.parametrize("features", [[], [feature(name="Market", text=None)]])
def test_geojson_needs_a_text(load, features):
    """An empty collection is valid; a feature without text is an error."""
    if features:
        with pytest.raises(CommandError, match=r":4: feature 1: text: This field cannot be blank"):
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

    messages = [line.partition("places.csv:")[2] for line in str(refused.value).splitlines()]
    assert [
        "4: place: The place is not on earth: longitude goes from -180 to 180, latitude from -90 to 90. "
        "Latitude and longitude look swapped.",
        "5: lat is not a number: 'x' (expected one such as -75.16).",
        "6: text: This field cannot be blank.",
        "7: “Good” is there already: line 2.",
        "8: Here are 2 columns, in the header 3.",
    ] == messages[:-1]
    assert "5 bad rows, so nothing was loaded" in str(refused.value)
    assert not Question.objects.exists()


def test_skip_bad_loads_the_others(load):
    """The bad ones are reported all the same."""
    output = load(BAD, skip_bad=True)

    assert {("Which?", "Good"): (2.0, 1.0)} == loaded()
    assert "places.csv:8: " in output
    assert "5 bad rows skipped" in output


def test_many_bad_rows_are_counted(load):
    """A thousand lines are too long to read."""
    with pytest.raises(CommandError, match=r"… and 5 more.\n.* has 25 bad rows"):
        load("text,lat,lon\n" + "x,y,z\n" * 25)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.txt", "", "neither GeoJSON nor CSV"),
        ("a.csv", "", ":1: The header has no text, lat, lon, only nothing"),
        ("a.csv", "text,lat\n", ":1: The header has no lon"),
        ("a.csv", "text|lat|lon\n", "only 'text|lat|lon'. It needs text, lat, lon, separated by commas, semicolons or"),
        ("a.csv", "text,lat,LAT ,lon,question,question\n", ":1: The header has lat, question twice"),
        ("a.csv", 'text,lat,lon\nA,1,2\n"B,1\n2\n', ":3: unexpected end of data"),
        ("a.csv", b"text,lat,lon\nA,1,2\nCaf\xe9,1,2\n", ":3: This is not UTF-8"),
        ("a.csv", "text,lat,lon\nA,1,2\n".encode("utf-16"), "a.csv: This is UTF-16"),
        ("a.csv", "text,lat,lon\nA,1,2\n".encode("utf-16-le"), "a.csv: This is not text in UTF-8"),
        ("a.csv", b"\x1f\x8b\x08\0", "a.csv: This is compressed (gzip)"),
        ("a.csv", b"PK\x03\x04", "a.csv: This is a zip archive or a spreadsheet"),
        ("a.csv", "text,lat,lon\n" + "x" * 200_000, ":2: field larger than field limit"),
        ("a.csv", "text,lat,lon\n" + "x" * 1_000_001, ":2: This line is longer than 1,000,000"),
        ("a.csv", "text,lat,lon\n" + '"\n",' * 500_000, "row is longer than 1,000,000"),
        (
            "a.csv",
            'text,lat,lon\n"Market\nStreet",1,2\n',
            ":2: text: The text holds a line break (U+000A) after “Market”",
        ),
        ("a.csv", "text,lat,lon\nA\tB,1,2\n", ":2: text: The text holds a tab (U+0009) after “A”"),
        ("a.csv", "text,lat,lon\n\u200b,1,2\n", ":2: text: This field cannot be blank"),
        ("a.csv", "text,lat,lon\nCafe\u0301,1,2\nCaf\u00e9,1,2\n", ":3: “Café” is there already: line 2"),
        ("a.csv", "text,lat,lon\nA,139.7,35.6\n", "Latitude and longitude look swapped"),
        ("a.csv", "text,lat,lon\nA,4429000,486000\n", "These look like metres of a projection"),
        ("a.csv", 'text,lat,lon\nA,"39,95",1\n', ":2: lat is not a number: '39,95'"),
        ("a.csv", "text;lat;lon\nA;1.234,5;1\n", ":2: lat is not a number: '1.234,5'"),
        ("a.csv", "text,lat,lon\nA,1_0,1\n", ":2: lat is not a number: '1_0'"),
        ("a.csv", "text,lat,lon\nA,nan,1\n", ":2: lat is not a number: 'nan'"),
        ("a.csv", "text,lat,lon\nA,inf,1\n", ":2: lat is not a number: 'inf'"),
        ("a.csv", "text,lat,lon\nA,1e999,1\n", ":2: place: The place is not on earth"),
        ("a.csv", "text,lat,lon\nA,1,2,3\n", ":2: Here are 4 columns, in the header 3"),
        ("a.geojson", "", ":1: Expected {, in column 1"),
        ("a.geojson", "[1]", ":1: Expected {, in column 1"),
        ("a.geojson", b"\x1e{}\n", "a.geojson: This is a GeoJSON text sequence"),
        (
            "a.geojson",
            json.dumps(feature()) + "\n" + json.dumps(feature()),
            ":2: A file is one FeatureCollection. Something",
        ),
        ("a.geojson", b"\x1f\x8b\x08\0", "a.geojson: This is compressed (gzip)"),
        ("a.geojson", '{"type": "FeatureCollection",\n"features": [}', ":2: feature 1: Expecting value, in column 14"),
        (
            "a.geojson",
            '{"type": "FeatureCollection"}',
            "a.geojson: It has no features",
        ),
        ("a.geojson", collection() + "x", "Something follows the end"),
        ("a.geojson", '{"features": [], "type": "Feature"}', "The type of this object is 'Feature'"),
        ("a.geojson", '{\n1: "features"}', ":2: Expected a name"),
        ("a.geojson", '{"features": [' + "[" * 100_000, ":1: feature 1: "),
        ("a.geojson", '{"features": [' + "9" * 5000, ":1: feature 1: Exceeds the limit"),
        ("a.geojson", '{"features": [' + "9" * 70_000, ":1: feature 1: Exceeds the limit"),
        ("a.geojson", '{"features": ["' + "9" * 1_100_000, ":1: feature 1: This is longer than 1,000,000"),
        ("a.geojson", '{"features": [], "features": [], "type": "FeatureCollection"}', ":1: 'features' is there twice"),
        ("a.geojson", '{"features": [], "x": {"y": [{"a": 1, "a": 2}]}}', ":1: 'a' is there twice"),
        ("a.geojson", '{"features": [NaN]}', ":1: feature 1: NaN is not a number in JSON, in column 15"),
        ("a.geojson", collection(crs=crs("EPSG:4267")), "Its crs is 'EPSG:4267', and not WGS 84"),
        (
            "a.geojson",
            collection(crs=crs("urn:ogc:def:crs:EPSG::4277")),
            "Its crs is 'urn:ogc:def:crs:EPSG::4277', and",
        ),
        ("a.geojson", collection(crs={"type": "EPSG", "properties": {"code": 2272}}), "Its crs is 'EPSG:2272', and"),
        ("a.geojson", collection(crs={"type": "link", "properties": {"href": "x"}}), "and not WGS 84"),
        ("a.geojson", collection({"type": "Feature"}), ":4: feature 1: It has no geometry"),
        ("a.geojson", collection(None), ":4: feature 1: This is not a Feature"),
        ("a.geojson", collection({**feature(), "geometry": None}), ":4: feature 1 ('Market'): It has no geometry"),
        (
            "a.geojson",
            collection({**feature(), "geometry": {**feature()["geometry"], "crs": crs("EPSG:4277")}}),
            "feature 1 ('Market'): Its crs is 'EPSG:4277'",
        ),
        (
            "a.geojson",
            collection({**feature(), "crs": crs("EPSG:3857")}),
            "feature 1 ('Market'): Its crs is 'EPSG:3857'",
        ),
        (
            "a.geojson",
            collection({**feature(), "id": 7, "geometry": {"type": "Polygon"}}),
            "(id 7, 'Market'): Its geometry is a",
        ),
        ("a.geojson", collection({**feature(), "properties": []}), "feature 1: Its properties are not an object"),
        (
            "a.geojson",
            collection(feature(lon="1")),
            "feature 1 ('Market'): Its coordinates are ['1', 39.9533], and not",
        ),
        ("a.geojson", collection(feature(lon=[1, 2])), "Its coordinates are [[1, 2], 39.9533], and not two numbers"),
        ("a.geojson", collection(feature(lon=True)), "Its coordinates are [True, 39.9533], and not two numbers"),
        ("a.geojson", collection(feature(lon=10**400)), ":4: feature 1 ('Market'): lon is not a number: 1000"),
        ("a.geojson", collection(feature(text=7)), ":4: feature 1: 7 is not text"),
        (
            "a.geojson",
            collection(feature(text="\ud800")),
            r":4: feature 1 ('\ud800'): text: The text holds a character that",
        ),
        ("a.geojson", collection(feature(text="x" * 201)), "text: Ensure this value has at most 200"),
        ("a.geojson", collection(feature(question="\0")), "question: The text holds a character that"),
        (
            "a.geojson",
            collection(feature(), feature()).replace("\n", ""),
            ":1: feature 2: “Market” is there already: feature 1",
        ),
    ],
)
def test_bad_file_names_line_and_loads_nothing(load, name, content, message):
    """The error and its place, never a stack trace."""
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


def test_file_that_cannot_be_read_is_refused(db, tmp_path):
    """With the reason, and without waiting for ever at a pipe."""
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "link.csv").symlink_to("/home/me/places.csv")
    (tmp_path / "locked.csv").touch(0)
    for name, message in {
        "nowhere.csv": "nowhere.csv: It cannot be read: No such file or directory. In a container app/ is /app",
        "link.csv": "It is a link to /home/me/places.csv, which is not in this container: `vagrant rsync` copies",
        "locked.csv": "It cannot be read: Permission denied",
        "folder.csv": "It cannot be read: Is a directory",
        "pipe.csv": "It is a pipe or a device, not a file",
    }.items():
        with pytest.raises(CommandError, match=re.escape(message)):
            call_command("load_places", tmp_path / name)


def test_bad_question_of_the_command_line_is_refused(load):
    """Once, and not for each row."""
    with pytest.raises(CommandError, match=r"^--question: question: The text holds a line break"):
        load(CSV, question="Where\nto?")


def test_terminal_shows_a_bar(load, monkeypatch):
    """A terminal shows progress; a log holds no bar."""
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys, "stderr", terminal)
    load(CSV)

    assert "100%" in terminal.getvalue()
