import pytest
from django.conf import settings as configured
from django.contrib.auth.models import User
from django.urls import reverse

from polls.models import Question

POLICY = {
    "default-src 'self'",
    "img-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
}


@pytest.fixture
def behind_balancer(settings):
    """As in production: one proxy is ours."""
    settings.PROXY_COUNT = 1


@pytest.fixture
def log_in(client, db, settings):
    """Try to log in to the admin; the answer's status."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    User.objects.create_superuser("ada", password="right")  # noqa: S106 - a secret of this test only

    def attempt(password, forwarded="203.0.113.7"):
        response = client.post(
            reverse("admin:login"),
            {"username": "ada", "password": password},
            headers={"X-Forwarded-For": forwarded},
        )
        return response.status_code

    return attempt


@pytest.mark.parametrize("page", ["polls:index", "admin:login", "readiness"])
def test_policy_is_on_every_page(client, db, page):
    """Nothing comes from elsewhere, nothing runs that is written into the page."""
    response = client.get(reverse(page))

    assert POLICY == set(response["Content-Security-Policy"].split("; "))
    assert "geolocation=(self)" in response["Permissions-Policy"]
    assert "same-origin" == response["Referrer-Policy"]
    assert "DENY" == response["X-Frame-Options"]


def test_unknown_host_over_http_is_refused_with_headers(client, settings):
    """The redirect to HTTPS would need the host's name."""
    settings.SECURE_SSL_REDIRECT = True

    response = client.get("/", headers={"host": "localhost\\"})

    assert (400, "nosniff", "DENY") == (
        response.status_code,
        response.get("X-Content-Type-Options"),
        response.get("X-Frame-Options"),
    )


def test_admin_locks_out_who_guesses(behind_balancer, log_in):
    """After five wrong passwords the right one does not help either; other users are not affected."""
    statuses = [log_in("wrong") for _ in range(configured.AXES_FAILURE_LIMIT)]

    assert [200, 200, 200, 200, 429] == statuses
    assert 429 == log_in("right")
    assert 302 == log_in("right", forwarded="203.0.113.8")


def test_forged_address_does_not_help(behind_balancer, log_in):
    """The client's X-Forwarded-For comes before the load balancer's entry."""
    for guess in range(configured.AXES_FAILURE_LIMIT):
        log_in("wrong", forwarded=f"198.51.100.{guess}, 203.0.113.7")

    assert 429 == log_in("right", forwarded="198.51.100.99, 203.0.113.7")


def test_forged_address_locks_nobody_else_out(behind_balancer, log_in):
    """Nor can a client guess in another one's name."""
    for _ in range(configured.AXES_FAILURE_LIMIT):
        log_in("wrong", forwarded="203.0.113.7, 198.51.100.1")

    assert 302 == log_in("right", forwarded="203.0.113.7")


def test_login_counts_wrong_passwords_only(behind_balancer, log_in):
    """The right password may be used any number of times."""
    assert {302} == {log_in("right") for _ in range(configured.AXES_FAILURE_LIMIT + 1)}


def test_public_page_pays_nothing_for_it(client, db, django_assert_num_queries):
    """Neither sessions nor the lock are looked up for who only reads."""
    question = Question.objects.create(text="Where?")

    with django_assert_num_queries(2):
        client.get(question.get_absolute_url())


@pytest.mark.parametrize(("address", "status"), [("/nowhere/", 404), ("/admin/login/", 403)])
def test_error_pages_are_plain(client, db, address, status):
    """The site's look, from files, with nothing of the request and no script."""
    client.handler.enforce_csrf_checks = True
    response = client.post(address) if status == 403 else client.get(address)
    text = response.content.decode()

    assert status == response.status_code
    assert 'href="/static/polls/polls.css"' in text
    assert "<script" not in text
    assert address not in text


def test_network_counts_as_one_visitor(behind_balancer, log_in):
    """A visitor with an IPv6 address has 2**64 of them."""
    for guess in range(configured.AXES_FAILURE_LIMIT):
        log_in("wrong", forwarded=f"2001:db8:0:1::{guess}")

    assert 429 == log_in("right", forwarded="2001:db8:0:1:ffff::1")
    assert 302 == log_in("right", forwarded="2001:db8:0:2::1")


def test_mapped_address_is_the_same_visitor(behind_balancer, log_in):
    """An IPv4 address is one, however it is written."""
    for _ in range(configured.AXES_FAILURE_LIMIT):
        log_in("wrong", forwarded="::ffff:203.0.113.7")

    assert 429 == log_in("right", forwarded="203.0.113.7")
    assert 302 == log_in("right", forwarded="::ffff:203.0.113.8")


@pytest.mark.parametrize("length", [150, 255, 256, 100_000])
def test_long_name_counts(behind_balancer, client, db, length):
    """No user has such a name, but the attempt counts."""
    statuses = [
        client.post(reverse("admin:login"), {"username": length * "a", "password": "b"}).status_code for _ in range(5)
    ]

    assert [200, 200, 200, 200, 429] == statuses


SECURITY_HEADERS = {"Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Permissions-Policy"}
# Values that no column holds, or that no form is.
UNUSABLE = {
    "cookie": {"headers": {"Cookie": 'sessionid="aaaaaaaa\\000"'}},
    "name of a cookie": {"headers": {"Cookie": "a\0=b"}},
    "query": {"query_params": {"q": "a\0"}},
    "name in a query": {"query_params": {"a\0": "1"}},
    "form": {"data": {"a": "b\0"}},
    "no boundary": {"data": b"abc", "content_type": "multipart/form-data"},
    "fields": {"data": {f"a{number}": "" for number in range(1001)}},
}


@pytest.mark.django_db
@pytest.mark.parametrize("case", UNUSABLE)
def test_unusable_request_is_refused(client, caplog, settings, case):
    """On every address: a page with the usual headers, and a line in the log."""
    settings.DEBUG = False
    caplog.set_level("INFO")
    method = "POST" if "data" in UNUSABLE[case] else "GET"
    for address in ("/admin/", "/admin/login/", "/polls/1/vote/", "/nowhere", "/nowhere/", "/near/"):
        response = getattr(client, method.lower())(address, **UNUSABLE[case])

        assert 400 == response.status_code
        assert all(response.has_header(name) for name in SECURITY_HEADERS)
        assert caplog.messages[-1].startswith(f"{method} {address} 400 ")


def test_value_that_the_database_refuses_is_the_visitors_mistake(client, db, settings, caplog):
    """Whatever else finds its way there."""
    settings.DEBUG, settings.ROOT_URLCONF = False, "config.tests.refused_urls"

    assert 400 == client.get("/refused/").status_code
    assert "The database refused a value" in caplog.text
