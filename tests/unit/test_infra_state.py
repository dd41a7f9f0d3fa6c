"""Whose bucket the states are in: a server of this machine plays S3 and STS, and keeps what it was asked."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from breakable_toy.infra.deployment import Deployment
from breakable_toy.infra.state import Bucket, bucket
from breakable_toy.problem import ProblemError

ACCOUNT = "123456789012"
OWNER = "x-amz-expected-bucket-owner"
IDENTITY = f"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::{ACCOUNT}:user/ada</Arn><UserId>A</UserId><Account>{ACCOUNT}</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>"""


class Amazon(ThreadingHTTPServer):
    """Answers for one bucket, which has an owner and a region, or for none."""

    owner: str | None = None
    region = "eu-central-1"
    # Method, query and expected owner of each request about the bucket.
    asked: list[tuple[str, str, str | None]]


class Handler(BaseHTTPRequestHandler):
    """Answers as S3 does."""

    server: Amazon

    def answer(self) -> None:
        """Answer whatever was asked."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if b"GetCallerIdentity" in body:
            self.reply(200, IDENTITY)
            return
        query, expected = self.path.partition("?")[2], self.headers.get(OWNER)
        self.server.asked.append((self.command, query, expected))
        is_creation = self.command == "PUT" and not query
        if self.server.owner is None and is_creation:
            self.server.owner = ACCOUNT
            self.reply(200)
        elif self.server.owner is None:
            self.reply(404)
        elif is_creation:
            self.reply(409, "<Error><Code>BucketAlreadyExists</Code><Message>taken</Message></Error>")
        # Its owner may have opened it to all: only a request with another expected owner is refused.
        elif expected not in (None, self.server.owner):
            self.reply(403)
        else:
            self.reply(200)

    do_GET = do_HEAD = do_POST = do_PUT = answer  # noqa: N815 - http.server's names

    def reply(self, status: int, body: str = "") -> None:
        """Send an answer."""
        self.send_response(status)
        self.send_header("x-amz-bucket-region", self.server.region)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def amazon(monkeypatch: pytest.MonkeyPatch) -> Iterator[Amazon]:
    """The server, in place of AWS."""
    server = Amazon(("127.0.0.1", 0), Handler)
    server.asked = []
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_CONFIG_FILE": "/dev/null",
    }.items():
        monkeypatch.setenv(name, value)
    yield server
    server.shutdown()
    server.server_close()


def test_bucket_is_made_for_its_owner(amazon: Amazon) -> None:
    """Each call but the first, which makes it, says whose bucket it has to be."""
    made = Bucket(ACCOUNT, "eu-central-1")
    assert not made.is_there()
    made.make()
    assert made.is_there()
    others = [(method, query) for method, query, owner in amazon.asked if owner != ACCOUNT]
    assert [("PUT", "")] == others
    settings = {query for method, query, _ in amazon.asked if method == "PUT"}
    assert {"", "publicAccessBlock", "versioning", "encryption", "lifecycle", "policy"} == settings


def test_bucket_of_another_account_is_refused(amazon: Amazon) -> None:
    """Although it is open to everybody, nothing is written to it."""
    amazon.owner = "999999999999"
    squatted = Bucket(ACCOUNT, "eu-central-1")
    for attempt in (squatted.is_there, squatted.make):
        with pytest.raises(ProblemError, match=f"account {ACCOUNT} does not own it"):
            attempt()
    assert {"HEAD"} == {method for method, _, _ in amazon.asked}


def test_name_that_is_taken_meanwhile_is_refused(amazon: Amazon, monkeypatch: pytest.MonkeyPatch) -> None:
    """If another account is faster by a moment, its bucket gets no settings and no state."""
    amazon.owner = "999999999999"
    monkeypatch.setattr(Bucket, "is_there", lambda _: False)
    with pytest.raises(ProblemError, match="does not own it"):
        Bucket(ACCOUNT, "eu-central-1").make()
    assert [("PUT", "", None)] == amazon.asked


def test_bucket_in_another_region_is_refused(amazon: Amazon) -> None:
    """S3 finds it from everywhere, Terraform does not."""
    amazon.owner = ACCOUNT
    amazon.region = "eu-west-1"
    with pytest.raises(ProblemError, match="is in eu-west-1, not in eu-central-1"):
        Bucket(ACCOUNT, "eu-central-1").is_there()


def test_deployment_of_another_account_is_refused(amazon: Amazon, monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials of another account than the deployment's file names end before anything is asked."""
    assert ACCOUNT == bucket(Deployment("staging")).account
    monkeypatch.setattr(Deployment, "account", property(lambda _: "111111111111"))
    with pytest.raises(ProblemError, match=f"{ACCOUNT}. The deployment staging is in 111111111111"):
        bucket(Deployment("staging"))
    assert [] == amazon.asked
