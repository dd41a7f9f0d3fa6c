"""A page for people, and an answer for programs."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def page() -> str:
    """Greet."""
    return "<!doctype html><html lang=en><title>Second template</title><h1>The second template works</h1></html>"


@app.get("/health")
def health() -> dict[str, str]:
    """Say that the service can work."""
    return {"status": "ok"}
