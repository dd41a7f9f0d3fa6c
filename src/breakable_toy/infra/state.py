"""The bucket for Terraform's states: one for each region of an account, made once.

Another account can make a bucket of that name first. So each call says whose bucket it has to be
(ExpectedBucketOwner). Terraform's backend cannot: it starts only after `is_there` has found the account's own.
"""

import json
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from breakable_toy.infra.aws import client
from breakable_toy.infra.deployment import Deployment
from breakable_toy.problem import Problem, ProblemError

FORBIDDEN = ("403", "AccessDenied")
ABSENT = ("404", "NoSuchBucket")


@dataclass(frozen=True)
class Bucket:
    """The bucket of an account and a region."""

    account: str
    region: str

    @property
    def name(self) -> str:
        """Its name, which no other bucket in the world has."""
        return f"breakable-toy-{self.account}-{self.region}"

    @property
    def owned(self) -> dict[str, str]:
        """The arguments that each call about it begins with."""
        return {"Bucket": self.name, "ExpectedBucketOwner": self.account}

    def is_there(self) -> bool:
        """Whether it has been made, in this account and region; raises ProblemError where another account has it."""
        try:
            found = client("s3", self.region).head_bucket(**self.owned)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in ABSENT:
                return False
            if code in FORBIDDEN:
                raise self.foreign() from None
            raise
        # S3 leads a client to a bucket's own region.
        if found.get("BucketRegion", self.region) != self.region:
            raise self.elsewhere(found["BucketRegion"])
        return True

    def foreign(self) -> ProblemError:
        """Return the error for a bucket that this account does not own, or may not see."""
        return ProblemError(
            Problem(
                f"Bucket {self.name} refused: account {self.account} does not own it, or you may not read it.",
                "A state holds addresses and settings of the deployment. It is written to no other account's bucket.",
                "Run: aws s3api list-buckets   If it is listed, have s3:ListBucket allowed for you. If not, another "
                "account has taken its name: report that to AWS, and deploy to another region meanwhile.",
            )
        )

    def elsewhere(self, region: str) -> ProblemError:
        """Return the error for a bucket that lies in another region than its name says."""
        return ProblemError(
            Problem(
                f"Bucket {self.name} is in {region}, not in {self.region}.",
                "Terraform looks for the states of a region there and nowhere else.",
                f"If nothing of yours is in it, delete it: aws s3 rb s3://{self.name}   Then run init again.",
            )
        )

    def make(self) -> None:
        """Make it where it is missing, and have it be as it should.

        Terraform cannot: it would need a state for it. Earlier states are kept for 90 days, against mistakes.
        """
        s3 = client("s3", self.region)
        if not self.is_there():
            self._create(s3)
        s3.put_public_access_block(
            **self.owned,
            PublicAccessBlockConfiguration={
                "BlockPublicAcls": True,
                "IgnorePublicAcls": True,
                "BlockPublicPolicy": True,
                "RestrictPublicBuckets": True,
            },
        )
        s3.put_bucket_versioning(**self.owned, VersioningConfiguration={"Status": "Enabled"})
        rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}, "BucketKeyEnabled": True}
        s3.put_bucket_encryption(**self.owned, ServerSideEncryptionConfiguration={"Rules": [rule]})
        expiry = {
            "ID": "earlier-states",
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "NoncurrentVersionExpiration": {"NoncurrentDays": 90},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
        }
        s3.put_bucket_lifecycle_configuration(**self.owned, LifecycleConfiguration={"Rules": [expiry]})
        in_plain_text = {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [f"arn:aws:s3:::{self.name}", f"arn:aws:s3:::{self.name}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
        policy = {"Version": "2012-10-17", "Statement": [in_plain_text]}
        s3.put_bucket_policy(**self.owned, Policy=json.dumps(policy))

    def _create(self, s3: Any) -> None:
        # The oldest region is the one that must not be named.
        where = {} if self.region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": self.region}}
        try:
            s3.create_bucket(Bucket=self.name, **where)
        except ClientError as error:
            # Without the right to create one, AWS refuses as well: that is the caller's affair, not another account's.
            if error.response["Error"]["Code"] == "BucketAlreadyExists":
                raise self.foreign() from None
            raise


def bucket(deployment: Deployment) -> Bucket:
    """Return the bucket of the caller's account, which has to be the deployment's."""
    account = str(client("sts", deployment.region).get_caller_identity()["Account"])
    if deployment.account not in (None, account):
        raise ProblemError(
            Problem(
                f"AWS account refused: {account}. The deployment {deployment.name} is in {deployment.account}.",
                "In another account Terraform would make a second deployment of that name.",
                "Set AWS_PROFILE to a profile of that account, then run this again.",
            )
        )
    return Bucket(account, deployment.region)
