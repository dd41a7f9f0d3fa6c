"""Publishing: the very image that was tested, by its digest, to a registry."""

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from breakable_toy.infra.deployment import Deployment
from breakable_toy.problem import Problem, ProblemError
from breakable_toy.release import ecr, layout
from breakable_toy.release.commit import clean_head
from breakable_toy.release.record import Record, Release
from breakable_toy.release.registry import Repository
from breakable_toy.release.skopeo import SkopeoError

# A host, which has a dot or a port, and folders.
REGISTRY = re.compile(r"(localhost|[\w-]+(\.[\w-]+)+|[\w-]+(?=:))(:\d+)?(/[a-z0-9._-]+)*")


def publish(name: str | None) -> str:
    """Push HEAD's release to $IMAGE_REGISTRY, or to AWS's registry for a deployment; return REPOSITORY@DIGEST."""
    registry, release, record = publishable(name)
    with destination(name, registry) as repository:
        image = f"{repository.name}:{release.tag}"

        def attempt() -> str:
            if found := repository.digest(release.tag):
                print(f"▶ {image} is there already", file=sys.stderr)
                return found
            print(f"▶ Push {image}", file=sys.stderr)
            repository.push(release.image, release.tag)
            if not (found := repository.digest(release.tag)):
                raise SkopeoError(f"it has taken the image, and knows no {release.tag}")
            return found

        served = repository.patiently(attempt)
    if served != record.digest:
        raise ProblemError(
            Problem(
                f"{image} is another image: {served}, not {record.digest}.",
                "What a tag names was tested, and stays: nothing was changed there.",
                f"Deploy what is there, {repository.name}@{served}, or make a new commit and type: ./scripts/cibuild",
            )
        )
    reference = f"{repository.name}@{record.digest}"
    if reference not in record.published:
        release.write(replace(record, published=[*record.published, reference]))
    return reference


def publishable(name: str | None) -> tuple[str, Release, Record]:
    """Return the registry, or nothing where a deployment says it, and what is pushed there."""
    # Report typing errors before errors that need a build.
    registry = named(name)
    release = Release(clean_head())
    return registry, release, tested(release)


def tested(release: Release) -> Record:
    """Return the record of a release that may be published."""
    record = release.read()
    if not record:
        raise _refused(f"There is no release of {release.tag}.", "Only what was built and tested here is published.")
    if not record.tested:
        raise _refused(f"The image of {release.tag} was not tested.", "Only what has passed its tests is published.")
    try:
        digest = layout.digest(release.image)
    except ValueError as error:
        digest = str(error)
    if digest != record.digest:
        raise _refused(
            f"The image of {release.tag} has changed since it was tested: {digest}, not {record.digest}.",
            "Only the very image that has passed its tests is published.",
        )
    return record


def _refused(what: str, why: str) -> ProblemError:
    return ProblemError(Problem(what, why, "Type, in a clone without a box and without changes: ./scripts/cibuild"))


def named(name: str | None) -> str:
    """Return the named registry, or nothing where a deployment has it."""
    registry = os.environ.get("IMAGE_REGISTRY", "").rstrip("/")
    if registry and not REGISTRY.fullmatch(registry):
        raise ProblemError(
            Problem(
                f"IMAGE_REGISTRY is {registry}, which is not a registry.",
                "It is a host, and the folders before the image's name: no https://, no tag, in lower case.",
                f"Type, such as: IMAGE_REGISTRY=registry.example.com/team {_typed(name)}",
            )
        )
    if not registry and not name:
        raise ProblemError(
            Problem(
                "No target registry given.",
                "An image goes to AWS's registry for a deployment, or to one of your own.",
                "Type: ./scripts/cipublish DEPLOYMENT   Or: IMAGE_REGISTRY=registry.example.com ./scripts/cipublish",
            )
        )
    if name:
        # Refuses one that there is not.
        Deployment(name)
    return registry


def _typed(name: str | None) -> str:
    return " ".join(filter(None, ["./scripts/cipublish", name]))


@contextmanager
def destination(name: str | None, registry: str) -> Iterator[Repository]:
    """Lend the repository, logged in where it is AWS's."""
    retry = _typed(name)
    if registry:
        host = registry.partition("/")[0]
        yield Repository(f"{registry}/web", retry, f"Correct that (credentials: skopeo login {host})")
        return
    deployment = Deployment(str(name))
    # The password goes with the folder.
    with tempfile.TemporaryDirectory() as folder:
        where = ecr.repository(deployment, retry)
        login = f"Log in again (aws sso login); make what is missing: {deployment.command('init')}"
        repository = Repository(where, retry, login, Path(folder) / "auth.json")
        password = ecr.password(deployment, retry)
        repository.patiently(lambda: repository.log_in("AWS", password))
        yield repository
