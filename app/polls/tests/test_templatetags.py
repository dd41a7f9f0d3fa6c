import pytest

from polls.templatetags.maps import metres


@pytest.mark.parametrize(
    ("distance", "text"),
    [
        (0.4, "0 m"),
        (359.4, "359 m"),
        (994, "994 m"),
        (996, "1.0 km"),
        (9940, "9.9 km"),
        (12_345, "12 km"),
        (2e7, "20,000 km"),
    ],
)
def test_distance_is_rounded(distance, text):
    """Metres near by, kilometres farther away, and no false precision."""
    assert text == metres(distance)
