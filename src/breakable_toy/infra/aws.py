"""Calls to AWS outside of Terraform."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from breakable_toy.problem import Problem, ProblemError

EXPIRED = {
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "RequestExpired",
}
# What botocore asks again for, without "Exception" at the end; but for what may be a quota, which no waiting changes.
THROTTLED = (
    "BandwidthLimitExceeded",
    "EC2Throttled",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceeded",
    "RequestLimitExceeded",
    "RequestThrottled",
    "SlowDown",
    "Throttled",
    "Throttling",
    "TooManyRequests",
)
# AWS limits how often it may be asked: it is asked again, more and more slowly.
PATIENT = Config(retries={"mode": "adaptive", "max_attempts": 10})


def client(service: str, region: str) -> Any:
    """Return a client of one of AWS's services, with the credentials that are found as AWS's own tools find them."""
    return boto3.client(service, region_name=region, config=PATIENT)


@contextmanager
def explained(retry: str) -> Iterator[None]:
    """Turn AWS's errors into problems; ``retry`` is the command to type after one was corrected."""
    try:
        yield
    except NoCredentialsError:
        raise ProblemError(
            Problem(
                "AWS does not know who you are: there are no credentials on this machine.",
                "Nothing can be asked of it without.",
                f"Log in (aws sso login, or aws configure), then type: {retry}",
            )
        ) from None
    except ClientError as error:
        what, fix = _meaning(error)
        raise ProblemError(Problem(what, "What was done until then stays.", f"{fix}, then type: {retry}")) from None
    except BotoCoreError as error:
        raise ProblemError(
            Problem(
                f"AWS cannot be asked: {error}", "What was done until then stays.", f"Correct that, then type: {retry}"
            )
        ) from None


def _meaning(error: ClientError) -> tuple[str, str]:
    """Return what has happened when AWS answers with an error, and what to do about it."""
    code = error.response["Error"]["Code"]
    if code in EXPIRED:
        return "AWS does not accept your credentials any more: they have expired.", "Log in again (aws sso login)"
    if code.removesuffix("Exception") in THROTTLED:
        return "AWS limits how often it may be asked, and it was asked too often.", "Wait for a minute"
    return f"AWS has refused {error.operation_name}: {error.response['Error'].get('Message', code)}", "Correct that"
