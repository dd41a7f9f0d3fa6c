"""Which of the database's two users for requests gets a new password."""

import pytest

from breakable_toy.infra import users

APPLIED = {"web_password_version": 4, "image": "old", "service": "web"}


def test_first_plan_begins_with_the_first_version() -> None:
    """A new deployment, and one that is older than these users, have no outputs of them."""
    assert users.FIRST_VERSION == users.password_version({}, "new")
    assert users.FIRST_VERSION == users.password_version({"image": "old"}, "new")


def test_same_image_keeps_its_password() -> None:
    """A plan that changes nothing is empty."""
    assert 4 == users.password_version(APPLIED, "old")


@pytest.mark.parametrize(("serving", "version"), [(0, 5), (1, 6), (None, 5)])
def test_serving_user_keeps_its_password(monkeypatch: pytest.MonkeyPatch, serving: int | None, version: int) -> None:
    """Its number is the remainder of its versions by two. AWS may have rolled the last version back."""
    monkeypatch.setattr(users, "serving_turn", lambda _: serving)
    assert version == users.password_version(APPLIED, "new")
    assert version % 2 != serving


def test_deployment_without_a_service_serves_nobody() -> None:
    """After a first apply that ended early no user has to be spared."""
    assert users.serving_turn({"web_password_version": 2}) is None
