import pytest
from django.core.exceptions import MiddlewareNotUsed

from config.import_errors import ImportErrorMiddleware


@pytest.fixture
def broken(settings, tmp_path, monkeypatch):
    """Views with a syntax error."""
    (tmp_path / "broken_urls.py").write_text("urlpatterns = [\n\ndef broken(:\n")
    monkeypatch.syspath_prepend(tmp_path)
    settings.ROOT_URLCONF = "broken_urls"


def test_import_error_is_shown_in_development(settings, broken, client, caplog):
    """The answer and the log name file and error; the log has it once."""
    settings.DEBUG = True
    response = client.get("/")

    assert (500, "text/plain; charset=utf-8") == (response.status_code, response["Content-Type"])
    assert "broken_urls.py" in response.text
    assert "SyntaxError" in response.text
    assert "SyntaxError" in caplog.text
    client.get("/")
    assert 1 == caplog.text.count("The views cannot be imported.")


def test_middleware_is_unused_in_production(settings):
    settings.DEBUG = False
    with pytest.raises(MiddlewareNotUsed):
        ImportErrorMiddleware(lambda request: None)
