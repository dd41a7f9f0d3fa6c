"""The running toy that the browser visits, and what these tests put into it for a while."""

import json
import secrets
import shlex
from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, Page
from tests.support.inside import inside

# The fixtures' return values: a page, or a whole browser, with options of Playwright's `new_context`.
Open = Callable[..., Page]
NewContext = Callable[..., BrowserContext]

PREFIX = "Browser test:"
NEMO = {"latitude": -48.8767, "longitude": -123.3933}  # no other place is nearer than these tests'

FILL = """
import json
from django.contrib.auth import get_user_model
from django.contrib.gis.geos import Point
from polls.models import Question

city = Question.objects.create(text={prefix!r} + " where to?")
city.choices.create(text="City Hall", place=Point(-75.1635, 39.9526), votes=2)
city.choices.create(text="Art Museum", place=Point(-75.1810, 39.9656), votes=1)
city.choices.create(text="Penn's Landing <b>", place=Point(-75.1405, 39.9462))
sea = Question.objects.create(text={prefix!r} + " which sea?")
sea.choices.create(text="Point Nemo", place=Point(-123.3933, -48.8767))
sea.choices.create(text="Drifting buoy", place=Point(-123.4, -48.7))
for number in range(25):
    Question.objects.create(text={prefix!r} + f" filler {{number:02}}", published_at="2001-01-01T00:00Z")
get_user_model().objects.create_superuser({user!r}, password={password!r})
print(json.dumps({{"city": city.pk, "sea": sea.pk}}))
"""
EMPTY = """
from django.contrib.auth import get_user_model
from polls.models import Question
Question.objects.filter(text__startswith={prefix!r}).delete()
get_user_model().objects.filter(username={user!r}).delete()
"""


@dataclass(frozen=True)
class Toy:
    """The toy's address, the questions `city` and `sea`, and an administrator."""

    url: str
    user: str = field(default_factory=lambda: f"browser-test-{secrets.token_hex(4)}")
    password: str = field(default_factory=secrets.token_urlsafe)
    questions: dict[str, int] = field(default_factory=dict)

    def python(self, code: str) -> str:
        """Run Python in the toy; return what it prints."""
        shell = f"docker compose exec -T web ./manage.py shell --verbosity 0 --command {shlex.quote(code)}"
        return inside(shell)

    def fill(self) -> None:
        """Add the questions and the administrator."""
        self.empty()
        names = {"prefix": PREFIX, "user": self.user, "password": self.password}
        self.questions.update(json.loads(self.python(FILL.format(**names)).splitlines()[-1]))

    def empty(self) -> None:
        """Remove them, also those of a run that was killed."""
        self.python(EMPTY.format(prefix=PREFIX, user=self.user))

    def path(self, question: str, page: str = "") -> str:
        """Return the path of a page of that question."""
        return f"/polls/{self.questions[question]}/{page}"

    def votes(self, choice: str) -> int:
        """Ask the database for the votes of a choice of `city`."""
        query = f"Choice.objects.get(question={self.questions['city']}, text={choice!r}).votes"
        return int(self.python(f"from polls.models import Choice; print({query})"))
