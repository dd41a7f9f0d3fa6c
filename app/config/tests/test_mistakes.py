import pytest
from django.core.exceptions import MiddlewareNotUsed

from config.mistakes import MistakeMiddleware


@pytest.fixture
def broken(settings, tmp_path, monkeypatch):
    """Views with a syntax error."""
    (tmp_path / "broken_urls.py").write_text("urlpatterns = [\n\ndef broken(:\n")
    monkeypatch.syspath_prepend(tmp_path)
    settings.ROOT_URLCONF = "broken_urls"


def test_mistake_is_shown_in_development(settings, broken, client, caplog):
    """The answer names file and error, in plain text; so does the log."""
    settings.DEBUG = True
    response = client.get("/")

    assert (500, "text/plain; charset=utf-8") == (response.status_code, response["Content-Type"])
    assert "broken_urls.py" in response.text
    assert "SyntaxError" in response.text
    assert "SyntaxError" in caplog.text
    client.get("/")
    assert 1 == caplog.text.count("The views cannot be imported.")


def test_mistake_is_nobodys_business_in_production(settings):
    """Without DEBUG there is no such answer."""
    settings.DEBUG = False
    with pytest.raises(MiddlewareNotUsed):
        MistakeMiddleware(lambda request: None)
