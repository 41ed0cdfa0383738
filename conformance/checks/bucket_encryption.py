"""Checks of a bucket's default encryption as a configuration; what KMS does of it is elsewhere."""

from __future__ import annotations

from typing import Any

from conformance.trial import Trial, check

_ALGORITHM = (
    "ServerSideEncryptionConfiguration.Rules[0].ApplyServerSideEncryptionByDefault.SSEAlgorithm"
)
_KEY = "1234abcd-12ab-34cd-56ef-1234567890ab"


def rules(*applied: dict[str, str]) -> dict[str, Any]:
    """A configuration of one rule each."""
    return {"Rules": [{"ApplyServerSideEncryptionByDefault": one} for one in applied]}


AES256 = {"SSEAlgorithm": "AES256"}


def _one_is_taken(t: Trial, bucket: str) -> None:
    """The control of a configuration that is refused: a right one is taken."""
    configuration = rules(AES256)
    t.expect.ok(
        t.look(
            "PutBucketEncryption", Bucket=bucket, ServerSideEncryptionConfiguration=configuration
        )
    )


@check(
    "bucket-encryption",
    proved_by=["bucket-encryption-not-from-the-start"],
    verified="aws-recorded 2026-02",
)
def new_bucket_encrypts_with_s3s_keys(t: Trial) -> None:
    """A bucket that nobody configured answers AES256."""
    got = t.call("GetBucketEncryption", Bucket=t.given.bucket())

    t.expect.ok(got)
    t.expect.member(got, _ALGORITHM, "AES256")


@check(
    "bucket-encryption",
    proved_by=["bucket-encryption-forgotten"],
    verified="aws-recorded 2026-02",
)
def configuration_comes_back(t: Trial) -> None:
    """What was put is answered, also after the bucket's first one was deleted."""
    bucket = t.given.bucket()
    t.given.call("DeleteBucketEncryption", Bucket=bucket)

    put = t.call(
        "PutBucketEncryption", Bucket=bucket, ServerSideEncryptionConfiguration=rules(AES256)
    )

    t.expect.ok(put)
    got = t.call("GetBucketEncryption", Bucket=bucket)
    t.expect.member(got, _ALGORITHM, "AES256")


@check(
    "bucket-encryption",
    proved_by=["bucket-encryption-deleted-once"],
    verified="aws-recorded 2026-02",
)
def deleting_it_twice_is_fine(t: Trial) -> None:
    """DELETE of a configuration answers 204, and 204 again when there is none."""
    bucket = t.given.bucket()
    t.given.call(
        "PutBucketEncryption", Bucket=bucket, ServerSideEncryptionConfiguration=rules(AES256)
    )

    t.expect.status(t.call("DeleteBucketEncryption", Bucket=bucket), 204)
    t.expect.status(t.call("DeleteBucketEncryption", Bucket=bucket), 204)


@check(
    "bucket-encryption",
    proved_by=["bucket-encryption-two-rules-taken"],
    verified="aws-recorded 2026-02",
)
def two_rules_are_refused(t: Trial) -> None:
    """A configuration has one rule; two are 400 MalformedXML."""
    bucket = t.given.bucket()
    put = t.call(
        "PutBucketEncryption",
        Bucket=bucket,
        ServerSideEncryptionConfiguration=rules(AES256, AES256),
    )

    t.expect.error(put, 400, "MalformedXML")
    _one_is_taken(t, bucket)


@check(
    "bucket-encryption",
    proved_by=["bucket-encryption-useless-key-taken"],
    verified="aws-recorded 2026-02",
)
def kms_key_does_not_go_with_s3s_keys(t: Trial) -> None:
    """A KMS key beside AES256: 400 InvalidArgument, which names the element."""
    bucket = t.given.bucket()
    put = t.call(
        "PutBucketEncryption",
        Bucket=bucket,
        ServerSideEncryptionConfiguration=rules({**AES256, "KMSMasterKeyID": _KEY}),
    )

    t.expect.error(put, 400, "InvalidArgument", ArgumentName="ApplyServerSideEncryptionByDefault")
    _one_is_taken(t, bucket)


@check(
    "bucket-encryption",
    proved_by=["bucket-encryption-by-any-word"],
    only=("aws-s3api", "boto3", "raw"),
    verified="reported",  # faiscadev/fakecloud#1701; the page lists the algorithms
    spec="https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionByDefault.html",
)
def algorithm_is_one_of_s3s(t: Trial) -> None:
    """An SSEAlgorithm that S3 does not have: 400 MalformedXML; the default stays as it was."""
    bucket = t.given.bucket()

    for word in ("aes256", "AES512"):
        put = t.call(
            "PutBucketEncryption",
            Bucket=bucket,
            ServerSideEncryptionConfiguration=rules({"SSEAlgorithm": word}),
        )
        t.expect.error(put, 400, "MalformedXML")

    t.expect.member(t.look("GetBucketEncryption", Bucket=bucket), _ALGORITHM, "AES256")
