from contextlib import suppress

from django.core.management import CommandError
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from polls.names import is_visible, normal_name
from polls.tests.place_files import collection, feature, loaded
from polls.tests.strategies import CHARACTERS

quick = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
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


# As a name is kept: others become the same as one of these, or are refused.
printable = st.text(
    st.characters(exclude_categories=["C", "Z", "M"], exclude_characters="\ufffd"), min_size=1, max_size=20
)
names = printable.filter(lambda name: normal_name(name) == name and is_visible(name))
places = st.dictionaries(names, st.tuples(st.floats(-180, 180), st.floats(-90, 90)), max_size=5)


@quick
@given(places=places)
def test_any_places_come_back(load, places):
    """The database has the file's values, to the last digit."""
    content = collection(*(feature(text, lon, lat) for text, (lon, lat) in places.items()))
    with transaction.atomic():
        load(content, "places.geojson")
        assert {("Which?", text): place for text, place in places.items()} == loaded()
        transaction.set_rollback(True)
