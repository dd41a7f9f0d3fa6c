from django.templatetags.static import static


def test_stylesheet_is_served_fresh(client):
    """In development a browser asks for the stylesheet again on every page."""
    response = client.get(static("polls/polls.css"))

    assert 200 == response.status_code
    assert "text/css" in response["Content-Type"]
    assert "max-age=0" in response["Cache-Control"]
