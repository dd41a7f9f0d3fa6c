"""AWS's registry: one for each region of an account, with the repository that `scripts/infra init` makes."""

import subprocess

from breakable_toy.infra.aws import client, explained
from breakable_toy.infra.deployment import Deployment
from breakable_toy.infra.state import bucket
from breakable_toy.problem import Problem, ProblemError
from breakable_toy.release.commit import head
from breakable_toy.release.record import Release

# terraform/registry makes it.
NAME = "breakable-toy/web"


def repository(deployment: Deployment, retry: str) -> str:
    """Return its HOST/PATH in the deployment's region."""
    ecr = client("ecr", deployment.region)
    with explained(retry):
        try:
            account = bucket(deployment).account
            (found,) = ecr.describe_repositories(registryId=account, repositoryNames=[NAME])["repositories"]
        except ecr.exceptions.RepositoryNotFoundException:
            raise ProblemError(
                Problem(
                    f"There is no repository {NAME} in {deployment.region} yet.",
                    "The images of all deployments of a region lie there.",
                    f"Make it, once: {deployment.command('init')}   Then type: {retry}",
                )
            ) from None
    return str(found["repositoryUri"])


def password(deployment: Deployment, retry: str) -> bytes:
    """Return what AWS lends to who may push, for twelve hours."""
    command = ["aws", "ecr", "get-login-password", "--region", deployment.region]
    try:
        return subprocess.run(command, capture_output=True, check=True).stdout.strip()
    except FileNotFoundError:
        reason, fix = "there is no aws on this machine.", "Type: sudo apt-get install awscli"
    except subprocess.CalledProcessError as error:
        reason, fix = error.stderr.decode().strip(), "Log in again (aws sso login)"
    raise ProblemError(
        Problem(
            f"AWS lends no password for its registry: {reason}",
            "Nothing can be pushed there without.",
            f"{fix}, then type: {retry}",
        )
    )


def published(deployment: Deployment) -> str:
    """Return the image of the commit that is checked out, as it was published to the deployment's region."""
    release = Release(head())
    retry = deployment.command("plan")
    record = release.read()
    place = f"{repository(deployment, retry)}@"
    for image in record.published if record else ():
        if image.startswith(place):
            return image
    raise ProblemError(
        Problem(
            f"No image of {release.tag} was published from here to {deployment.region}.",
            "Without --image, a plan takes that of the commit that is checked out.",
            f"Publish it: ./scripts/cibuild && ./scripts/cipublish {deployment.name}   "
            f"Or name one: {deployment.command('plan --image REPOSITORY@sha256:DIGEST')}",
        )
    )
