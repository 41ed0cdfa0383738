"""Namespaces of buckets: the one that all accounts share, and each account's own in a Region.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html
"""

from __future__ import annotations

import re

from server_ref.errors import S3Error

_HEADER = "x-amz-bucket-namespace"
_OWN = re.compile(r".+-([0-9]{12})-([a-z0-9-]+)-an")
_IS_OWN = "The requested bucket is an account-regional namespace bucket, but"


def check_namespace(name: str, asked: str | None, account_id: str, region: str) -> None:
    """Whether a name and the header agree, and the name is this account's to give in this Region.

    ``asked`` is the header. Raises S3Error InvalidArgument, InvalidBucketName,
    InvalidBucketNamespace, InvalidNamespaceHeader, MissingNamespaceHeader. The answers are those of
    https://github.com/ansible-collections/amazon.aws/issues/2935,
    https://github.com/getmoto/moto/pull/9871 and https://github.com/justincormack/argmin
    """
    if asked not in (None, "global", "account-regional"):
        raise S3Error("InvalidArgument", ArgumentName=_HEADER, ArgumentValue=asked)
    own = _OWN.fullmatch(name)
    if own is None:
        if asked == "account-regional":
            raise S3Error(
                "InvalidNamespaceHeader",
                "The requested bucket name did not include the account-regional namespace suffix,"
                f" but the provided {_HEADER} header value is account-regional. Specify"
                f" -{account_id}-{region}-an as the bucket name suffix to create a bucket in your"
                " account-regional namespace, or remove the header.",
            )
        if name.endswith("-an"):
            raise S3Error("InvalidBucketName", BucketName=name)
        return
    if asked is None:
        raise S3Error("MissingNamespaceHeader", Header=_HEADER)
    if asked == "global":
        raise S3Error("InvalidNamespaceHeader")
    if own[1] != account_id:
        raise S3Error(
            "InvalidBucketNamespace",
            f"{_IS_OWN} the requested AWS Account ID '{own[1]}' does not match the caller's AWS"
            f" Account ID '{account_id}'. Specify the caller's AWS Account ID in the bucket name.",
            BucketNamespace=name,
        )
    if own[2] != region:
        raise S3Error(
            "InvalidBucketNamespace",
            f"{_IS_OWN} the requested region '{own[2]}' does not match the current region"
            f" '{region}'. Specify the targeted region in the bucket name.",
            BucketNamespace=name,
        )
