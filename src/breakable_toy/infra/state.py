"""The bucket for Terraform's states: one for each region of an account, made once."""

import json

from botocore.exceptions import ClientError

from breakable_toy.infra.aws import client


def bucket(region: str) -> str:
    """Return its name, which is nobody else's in the world."""
    account = client("sts", region).get_caller_identity()["Account"]
    return f"breakable-toy-{account}-{region}"


def is_there(region: str) -> bool:
    """Whether it has been made."""
    try:
        client("s3", region).head_bucket(Bucket=bucket(region))
    except ClientError as error:
        if error.response["Error"]["Code"] in ("404", "NoSuchBucket"):
            return False
        raise
    return True


def make(region: str) -> str:
    """Make it where it is missing, and have it be as it should; return its name.

    Terraform cannot: it would need a state for it. Earlier states are kept for 90 days, against mistakes.
    """
    s3, name = client("s3", region), bucket(region)
    if not is_there(region):
        # The oldest region is the one that must not be named.
        where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=name, **where)
    s3.put_public_access_block(
        Bucket=name,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": True,
            "RestrictPublicBuckets": True,
        },
    )
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}, "BucketKeyEnabled": True}
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [rule]})
    expiry = {
        "ID": "earlier-states",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 90},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
    }
    s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": [expiry]})
    resources = [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"]
    in_plain_text = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": resources,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [in_plain_text]}))
    return name
