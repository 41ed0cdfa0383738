"""Checks of conditions where S3 reads them in a way of its own: one value, no version, If-Range."""

from __future__ import annotations

from conformance.trial import Trial, check

GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide"
DELETES = f"{GUIDE}/conditional-deletes.html"
WRITES = f"{GUIDE}/conditional-writes.html"
IF_RANGE = "https://www.rfc-editor.org/rfc/rfc9110#section-13.1.5"
OTHER = '"00000000000000000000000000000000"'
API = ("aws-s3api", "boto3", "raw")


@check(
    "conditional-write",
    proved_by=["write-condition-lists-accepted"],
    only=API,
    verified="reported",  # versity/versitygw#2368, in both orders; the guide has one ETag
    spec=WRITES,
)
def list_of_etags_is_no_condition_of_a_write(t: Trial) -> None:
    """PUT and DELETE with If-Match and a list: 412, though the right ETag is in it."""
    stored = t.given.object("compared", b"first")

    for given in (f"{OTHER}, {stored.etag}", f"{stored.etag}, {OTHER}"):
        put = t.call("PutObject", Key="compared", Body=b"second", IfMatch=given)
        t.expect.error(put, 412, "PreconditionFailed")
        gone = t.call("DeleteObject", Key="compared", IfMatch=given)
        t.expect.error(gone, 412, "PreconditionFailed")
    t.expect.body(t.given.call("GetObject", Key="compared"), b"first")


@check(
    "conditional-write",
    proved_by=["condition-on-a-version-ignored"],
    only=API,
    verified="reported",  # localstack/localstack#13894; and the guide: current versions only
    spec=DELETES,
)
def deletion_of_a_version_has_no_condition(t: Trial) -> None:
    """DELETE with versionId and If-Match: 501 NotImplemented; the version stays."""
    bucket = t.given.versioned_bucket()
    stored = t.given.object("key", b"kept", Bucket=bucket)
    version = {"Bucket": bucket, "Key": "key", "VersionId": stored.need_version_id()}

    other = t.given.object("other", b"x", Bucket=bucket)
    plain = t.call("DeleteObject", Bucket=bucket, Key="other", IfMatch=other.etag)
    t.expect.ok(plain)  # a condition on the current version is implemented

    got = t.call("DeleteObject", **version, IfMatch=stored.etag)

    t.expect.error(got, 501, "NotImplemented")
    t.expect.body(t.look("GetObject", **version), b"kept")


@check(
    "conditional-write",
    proved_by=["delete-if-match-star-of-nothing-is-412"],
    only=API,
    level="may",
    verified="reported",  # localstack/localstack#13894 and ministack#1475, against the user guide
    spec=DELETES,
)
def deletion_of_nothing_on_condition_is_no_such_key(t: Trial) -> None:
    """DELETE with `If-Match: *` of an absent key: 404 NoSuchKey."""
    got = t.call("DeleteObject", Key="absent", IfMatch="*")

    t.expect.error(got, 404, "NoSuchKey")


@check(
    "get-object-range",
    proved_by=["if-range-ignored"],
    only=("raw",),
    verified="reported",  # awslabs/aws-sdk-kotlin#1645, adobe/S3Mock#2665
    spec=IF_RANGE,
)
def range_of_another_object_is_not_sent(t: Trial) -> None:
    """Range with an If-Range that does not match: 200 and the whole object."""
    stored = t.given.object("digits", b"0123456789")
    path = f"/{t.bucket}/{t.key('digits')}"

    other = t.raw("GET", path, headers={"Range": "bytes=2-4", "If-Range": OTHER})
    same = t.raw("GET", path, headers={"Range": "bytes=2-4", "If-Range": stored.etag})

    t.expect.status(other, 200)
    t.expect.body(other, b"0123456789")
    t.expect.status(same, 206)
    t.expect.body(same, b"234")


@check(
    "get-object-range",
    proved_by=["suffix-of-nothing-unsatisfiable"],
    verified="reported",  # apache/arrow-rs-object-store#846, floci-io/floci#1141
    spec="https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2",
    only=API,
)
def last_bytes_of_an_empty_object_are_all_there_are(t: Trial) -> None:
    """`bytes=-5` of an empty object: 200 and nothing; `bytes=0-` is 416."""
    t.given.object("empty", b"")

    suffix = t.call("GetObject", Key="empty", Range="bytes=-5")
    first = t.call("GetObject", Key="empty", Range="bytes=0-")

    t.expect.status(suffix, 200)
    t.expect.body(suffix, b"")
    t.expect.error(first, 416, "InvalidRange")


@check(
    "get-object-range",
    proved_by=["largest-last-byte-refused"],
    only=("boto3", "raw"),
    spec="https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2",
)
def last_byte_may_be_the_largest_number(t: Trial) -> None:
    """A last byte of 2**63 - 1 is past the end: 206 with the rest, as programs ask for it."""
    t.given.object("digits", b"0123456789")

    got = t.call("GetObject", Key="digits", Range=f"bytes=8-{2**63 - 1}")

    t.expect.status(got, 206)
    t.expect.body(got, b"89")


@check(
    "get-object-range",
    proved_by=["long-range-breaks"],
    only=("raw",),
    level="may",
    spec="https://www.rfc-editor.org/rfc/rfc9110#section-14.2",
)
def numbers_of_any_length_are_numbers(t: Trial) -> None:
    """A last byte of 5,000 digits is no error of the server's: the rest (206), or all of it (200).

    A server may ignore a Range, and may refuse such a header (400, 416, 431); it may not break.
    """
    t.given.object("digits", b"0123456789")

    got = t.raw("GET", f"/{t.bucket}/{t.key('digits')}", headers={"Range": f"bytes=8-{'9' * 5000}"})

    t.expect.status(got, (206, 200, 400, 416, 431))
    if got.good:
        t.expect.body(got, b"89" if got.status == 206 else b"0123456789")
