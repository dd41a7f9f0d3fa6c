"""Fixtures of all tests."""

import tempfile

import hypothesis
from django.conf import settings
from hypothesis.configuration import set_hypothesis_home_dir

# The same examples each time: a red test stays red until it is corrected.
hypothesis.settings.load_profile("ci")
set_hypothesis_home_dir(f"{tempfile.gettempdir()}/hypothesis")


def pytest_configure():
    # Made to be slow, the usual ones would take a quarter of a second for each user.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
