"""The toy's address: page, readiness and liveness."""

import time
import urllib.error
import urllib.request

from breakable_toy.doctor import box
from breakable_toy.doctor.section import Section
from breakable_toy.problem import Problem

TIMEOUT_SECONDS = 3
NOTHING = "nothing"


def examine() -> Section:
    """Return the section."""
    section = Section("Address")
    if box.running() is None:
        return section
    url = f"http://localhost:{box.noted_port()}"
    for name, path in (("page", "/"), ("readiness", "/health-check/"), ("liveness", "/health-check/live/")):
        began = time.monotonic()
        status = ask(url + path)
        section.facts[name] = f"{status} in {time.monotonic() - began:.1f} s"
        if status.startswith(NOTHING):
            section.check(
                Problem(
                    f"{url} answers {status}.",
                    "The toy does not run, or its start is not over.",
                    "Run: vagrant provision",
                )
            )
            break
        if status != "200":
            section.check(
                Problem(
                    f"{url}{path} answers {status}.",
                    "A healthy toy answers 200.",
                    "Run: vagrant ssh -c 'cd /vagrant && docker compose ps && docker compose logs --tail 30 web'",
                )
            )
    return section


def ask(url: str) -> str:
    """Return the status that an address of this machine answers, or the reason why it does not."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=TIMEOUT_SECONDS) as answer:
            return str(answer.status)
    except urllib.error.HTTPError as error:
        return str(error.code)
    except OSError as error:
        return f"{NOTHING} ({error})"
