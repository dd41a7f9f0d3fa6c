import pytest
from django.contrib.gis.geos import Point
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from polls.geojson import views
from polls.models import Choice
from polls.tests.factories import ChoiceFactory
from polls.tests.strategies import CHARACTERS

NEAR = "-75.1635,39.9526"
numbers = st.floats().map(str) | st.integers().map(str) | st.floats(-200, 200).map(str)
lists = st.lists(numbers, max_size=6).map(",".join)
values = st.text(CHARACTERS, max_size=20) | lists | st.sampled_from([NEAR, "-76,39,-74,41", "170,-10,-170,10"])
names = st.sampled_from(["bbox", "near", "radius", "limit", "after"])


@pytest.fixture
def address(question):
    return reverse("polls:places", args=[question.pk])


@pytest.fixture
def places(client, address):
    """Ask for the question's places."""
    return lambda **query: client.get(address, query)


def texts(response):
    return [feature["properties"]["text"] for feature in response.json()["features"]]


def test_place_is_a_feature(places, choice):
    """Longitude first, then latitude; the votes are properties."""
    choice.vote()
    response = places()

    assert "application/geo+json" == response["Content-Type"]
    assert {
        "type": "Feature",
        "id": choice.pk,
        "geometry": {"type": "Point", "coordinates": [-75.1594, 39.9533]},
        "properties": {"text": "Market", "votes": 1, "share": 1.0},
    } == response.json()["features"][0]


def test_collection_holds_places_only(places):
    """A choice without place is on no map, and whatever fits on one page has no next."""
    response = places()

    assert "FeatureCollection" == response.json()["type"]
    assert ["Market", "Museum"] == texts(response)
    assert not {"next"} & response.json().keys()
    assert "Link" not in response


def test_share_is_left_out_among_very_many(places, monkeypatch):
    """A share is null if summing up the votes takes long."""
    monkeypatch.setattr(views, "MOST_CHOICES_WITH_TOTAL", 2)

    assert [None, None] == [feature["properties"]["share"] for feature in places().json()["features"]]


def test_near_orders_by_distance(places, question):
    """The nearest comes first, with its distance in metres."""
    ChoiceFactory(question=question, text="City Hall", place=Point(-75.1635, 39.9526))
    response = places(near=NEAR)

    assert ["City Hall", "Market", "Museum"] == texts(response)
    distances = [feature["properties"]["distance"] for feature in response.json()["features"]]
    assert [0, 359, 2080] == pytest.approx(distances, abs=10)


@pytest.mark.parametrize(("radius", "found"), [("100", []), ("1e3", ["Market"]), ("2500", ["Market", "Museum"])])
def test_radius_is_in_metres(places, radius, found):
    """Only places within the radius."""
    assert found == texts(places(near=NEAR, radius=radius))


def test_other_side_of_the_globe_is_not_near(places):
    """Without a radius too: among a million places the database would sort them all."""
    assert [] == texts(places(near="105,-40"))


def test_bbox_is_west_south_east_north(places):
    """As RFC 7946 orders it."""
    assert ["Museum"] == texts(places(bbox="-75.2,39.96,-75.17,40"))


def test_bbox_across_the_antimeridian(places, question):
    """A west greater than east is valid."""
    ChoiceFactory(question=question, text="Fiji", place=Point(179, -17))

    assert ["Fiji"] == texts(places(bbox="170,-20,-170,-10"))


def test_empty_parameters_are_none(places):
    """A form sends its empty fields, too."""
    assert ["Market", "Museum"] == texts(places(bbox="", near="", radius="", limit="", after=""))


@pytest.mark.parametrize("query", [{}, {"near": NEAR}, {"near": NEAR, "radius": "9e5", "bbox": "-80,30,-70,45"}])
def test_next_leads_through_all_places(client, places, question, query):
    """Page after page, each place comes once, also where several are equally far away."""
    for _ in range(5):
        ChoiceFactory(question=question)
    found, response = [], places(limit=2, **query)
    while follow := response.json().get("next"):
        assert f'<{follow}>; rel="next"' == response["Link"]
        found += texts(response)
        response = client.get(follow)
    found += texts(response)

    assert texts(places(**query)) == found
    assert 7 == len(set(found))


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("bbox", "1,2,3"),
        ("bbox", "1,2,3,x"),
        ("bbox", "nan,nan,nan,nan"),
        ("bbox", "-inf,-90,inf,90"),
        ("bbox", "-181,0,0,1"),
        ("bbox", "0,1,1,0"),
        ("near", "1"),
        ("near", "0,91"),
        ("near", "1e400,0"),
        ("radius", "100"),
        ("radius", "-1"),
        ("limit", "0"),
        ("limit", "1001"),
        ("limit", "9" * 5000),
        ("after", "x"),
        ("after", "1.5,1"),
        ("after", "-1"),
        ("raduis", "100"),
    ],
)
def test_bad_parameter_is_a_problem(places, parameter, value):
    """RFC 9457: what is wrong, and with which parameter."""
    response = places(**{parameter: value})

    assert (400, "application/problem+json") == (response.status_code, response["Content-Type"])
    problem = response.json()
    assert (400, parameter) == (problem["status"], problem["parameter"])
    assert problem["detail"].startswith(f"{parameter}: ")
    assert {"type", "title"} < problem.keys()


@pytest.mark.parametrize("radius", ["-1", "nan", "inf", "1e300", "1000001"])
def test_radius_is_a_distance_on_earth(places, radius):
    """Neither negative nor farther than the other side."""
    assert "radius" == places(near=NEAR, radius=radius).json()["parameter"]


def test_unusable_request_is_a_problem(places):
    """A NUL is refused before the parameters are read, as JSON here."""
    response = places(radius="\0")
    assert (400, "application/problem+json") == (response.status_code, response["Content-Type"])


def test_parameter_twice_is_a_problem(places):
    """The API does not guess which one was meant."""
    assert "limit" == places(limit=["1", "2"]).json()["parameter"]


def test_cursor_of_another_order_is_a_problem(places):
    """`after` belongs to the request that it came from."""
    assert "after" == places(near=NEAR, after="17").json()["parameter"]


def test_flood_of_parameters_is_a_problem(places):
    """More of them than Django reads."""
    response = places(**{f"p{number}": "" for number in range(1001)})

    assert (400, "application/problem+json") == (response.status_code, response["Content-Type"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.dictionaries(names, values | st.lists(values, max_size=2), max_size=5))
@example(query={"near": "0,0", "radius": "0"})
@example(query={"near": "180,-90", "radius": "1000000"})
@example(query={"bbox": "-180,-90,180,90"})
@example(query={"near": NEAR, "after": "0.0,0"})
@example(query={"after": "9" * 18})
def test_any_parameters_have_an_answer(places, query):
    """Places or a problem, whatever is asked."""
    response = places(**query)

    media = {200: "application/geo+json", 400: "application/problem+json"}
    assert media[response.status_code] == response["Content-Type"]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lon=st.floats(-180, 180), lat=st.floats(-90, 90))
def test_any_place_can_be_near(client, places, question, lon, lat):
    """Everywhere on earth there is a nearest place, and a next one."""
    question.choices.update(place=Point(lon, lat))
    first = places(near=f"{lon!r},{lat!r}", limit=1)
    second = client.get(first.json()["next"])

    assert {"Market", "Museum"} == {*texts(first), *texts(second)}


@pytest.mark.parametrize("pk", [0, 10**30])
def test_unknown_question_is_a_problem(client, db, pk):
    """Not found, said in the same form."""
    response = client.get(reverse("polls:places", args=[pk]))

    assert (404, "application/problem+json") == (response.status_code, response["Content-Type"])
    assert 404 == response.json()["status"]


def test_unpublished_question_is_a_problem(client, hidden):
    """As if it did not exist."""
    assert 404 == client.get(reverse("polls:places", args=[hidden.pk])).status_code


def test_same_answer_is_not_sent_again(client, address):
    """A client with the answer gets 304 until a vote changes it."""
    tag = client.get(address)["ETag"]
    again = client.get(address, headers={"If-None-Match": f'"x", W/{tag}'})
    assert (304, b"", tag) == (again.status_code, again.content, again["ETag"])

    Choice.objects.first().vote()
    assert 200 == client.get(address, headers={"If-None-Match": tag}).status_code


def test_head_is_get_without_body(client, address):
    """The same headers, also with a condition."""
    head, get = client.head(address), client.get(address)

    assert (200, b"") == (head.status_code, head.content)
    for name in ("Cache-Control", "Content-Length", "Content-Type", "ETag"):
        assert get[name] == head[name]
    assert 304 == client.head(address, headers={"If-None-Match": get["ETag"]}).status_code


def test_places_are_read_only(client, address):
    """Only GET and HEAD."""
    assert 405 == client.post(address).status_code


def test_visitor_costs_two_queries(places, django_assert_num_queries):
    """The question with its votes, and its places; no session and no user."""
    # A process asks PostGIS for its version once.
    places(near=NEAR)
    with django_assert_num_queries(2):
        response = places(near=NEAR, bbox="-80,30,-70,45")

    assert not response.cookies
    assert "Vary" not in response
