"""Checks of requests that lack half of a pair of parameters: refused, and nothing is overwritten.

What Amazon answers is quoted, with its request ids, in the issues that are named beside each check.
"""

from __future__ import annotations

from conformance.trial import DATA_LOSS, Stored, Trial, check

API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
CONTENT = b"what must not be lost"
ID = "VXBsb2FkIHRoYXQgbmV2ZXIgd2FzLg"
NO_VERSION = "3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY.MTRCxf3vjVBH40Nr8X8gdRQBpUMLUo"


def _object(t: Trial) -> tuple[Stored, str]:
    """An object in a bucket of its own, and its path."""
    stored = t.given.object("precious", CONTENT, Bucket=t.given.bucket())
    return stored, f"/{stored.bucket}/{stored.key}"


def _put_leaves_it(t: Trial, query: str) -> None:
    stored, path = _object(t)
    t.raw("PUT", path, query=query, body=b"overwritten")
    t.kept.object(stored, CONTENT)


@check(
    "data-safety",
    severity=DATA_LOSS,
    proved_by=["part-number-alone-ignored"],
    only=("raw",),
    verified="reported",  # versity/versitygw#1237, #1226
    spec=f"{API}/API_UploadPart.html",
)
def part_number_alone_overwrites_nothing(t: Trial) -> None:
    """`PUT /bucket/key?partNumber=1` without an upload id leaves the object as it is."""
    _put_leaves_it(t, "partNumber=1")


@check(
    "data-safety",
    severity=DATA_LOSS,
    proved_by=["upload-id-alone-ignored"],
    only=("raw",),
    verified="reported",  # versity/versitygw#1236, #1229
    spec=f"{API}/API_UploadPart.html",
)
def upload_id_alone_overwrites_nothing(t: Trial) -> None:
    """`PUT /bucket/key?uploadId=…` without a part number leaves the object as it is."""
    _put_leaves_it(t, f"uploadId={ID}")


@check(
    "data-safety",
    severity=DATA_LOSS,
    proved_by=["version-id-on-writes-ignored"],
    only=("raw",),
    verified="reported",  # scality/cloudserver#698, #712
    spec=f"{API}/API_PutObject.html",
)
def version_id_on_a_put_overwrites_nothing(t: Trial) -> None:
    """`PUT /bucket/key?versionId=…` leaves the object as it is: no version can be written again."""
    _put_leaves_it(t, f"versionId={NO_VERSION}")


@check(
    "multipart-upload",
    proved_by=["part-number-alone-ignored"],
    only=("raw",),
    verified="reported",  # versity/versitygw#1237, #1226, justincormack/argmin
    spec=f"{API}/API_UploadPart.html",
)
def part_number_needs_an_upload_id(t: Trial) -> None:
    """PUT with partNumber and no uploadId: 400 InvalidArgument; the object is as it was."""
    stored, path = _object(t)

    got = t.raw("PUT", path, query="partNumber=1", body=b"overwritten")

    t.expect.error(got, 400, "InvalidArgument")
    t.expect.wording.error(got, 400, "InvalidArgument", ArgumentName="partNumber")
    t.expect.body(t.look("GetObject", Bucket=stored.bucket, Key=stored.key), CONTENT)


@check(
    "upload-part-copy",
    proved_by=["part-number-alone-ignored"],
    only=("raw",),
    verified="reported",  # versity/versitygw#1226, dyus/meeseeks-s3
    spec=f"{API}/API_UploadPartCopy.html",
)
def copied_part_needs_an_upload_id(t: Trial) -> None:
    """A copy with partNumber and no uploadId: 400 InvalidArgument; the object is as it was."""
    stored, path = _object(t)
    t.given.object("other", b"other", Bucket=stored.bucket)
    source = {"x-amz-copy-source": f"{stored.bucket}/other"}

    got = t.raw("PUT", path, query="partNumber=1", headers=source)

    t.expect.error(got, 400, "InvalidArgument")
    t.expect.body(t.look("GetObject", Bucket=stored.bucket, Key=stored.key), CONTENT)


@check(
    "multipart-upload",
    proved_by=["upload-id-alone-ignored"],
    only=("raw",),
    verified="reported",  # versity/versitygw#1236, #1229, brekkylab/backlot, dyus/meeseeks-s3
    spec=f"{API}/API_UploadPart.html",
)
def upload_id_needs_a_part_number(t: Trial) -> None:
    """PUT with uploadId and no partNumber: 405 MethodNotAllowed; the object is as it was."""
    stored, path = _object(t)

    got = t.raw("PUT", path, query=f"uploadId={ID}", body=b"overwritten")

    t.expect.error(got, 405, "MethodNotAllowed")
    t.expect.body(t.look("GetObject", Bucket=stored.bucket, Key=stored.key), CONTENT)


@check(
    "object-versions",
    proved_by=["version-id-on-writes-ignored"],
    only=("raw",),
    verified="reported",  # scality/cloudserver#698, #712, dyus/meeseeks-s3 of parts
    spec=f"{API}/API_PutObject.html",
)
def no_version_can_be_written(t: Trial) -> None:
    """PUT and copy with versionId: 400 InvalidArgument; the object is as it was."""
    bucket = t.given.versioned_bucket()
    stored = t.given.object("precious", CONTENT, Bucket=bucket)
    path, query = f"/{bucket}/precious", f"versionId={stored.need_version_id()}"

    put = t.raw("PUT", path, query=query, body=b"overwritten")
    t.given.object("other", b"other", Bucket=bucket)
    copied = t.raw("PUT", path, query=query, headers={"x-amz-copy-source": f"{bucket}/other"})

    t.expect.error(put, 400, "InvalidArgument")
    t.expect.error(copied, 400, "InvalidArgument")
    t.expect.body(t.look("GetObject", Bucket=bucket, Key="precious"), CONTENT)


@check(
    "list-multipart-uploads",
    proved_by=["upload-id-with-uploads-accepted"],
    only=("raw",),
    verified="reported",  # versity/versitygw#2155, brekkylab/backlot
    spec=f"{API}/API_ListMultipartUploads.html",
)
def all_uploads_and_one_of_them_conflict(t: Trial) -> None:
    """`?uploads&uploadId=…` of a bucket: 400 InvalidArgument."""
    got = t.raw("GET", f"/{t.bucket}", query=f"uploadId={ID}&uploads=")

    t.expect.error(got, 400, "InvalidArgument")


@check(
    "list-multipart-uploads",
    proved_by=["listings-of-a-key-not-allowed"],
    only=("raw",),
    verified="reported",  # versity/versitygw#1688, cinely/mule-uploader#17, brekkylab/backlot
    spec=f"{API}/API_ListMultipartUploads.html",
)
def listings_are_of_buckets_not_of_keys(t: Trial) -> None:
    """`GET /bucket/key?uploads` and `?versions`: 400 InvalidRequest."""
    t.given.object("key", b"x")
    for name in ("uploads", "versions"):
        got = t.raw("GET", f"/{t.bucket}/{t.key('key')}", query=f"{name}=")
        t.expect.error(got, 400, "InvalidRequest")


@check(
    "get-object",
    proved_by=["unknown-overrides-ignored"],
    only=("raw",),
    verified="observed",  # versity/versitygw#2075
    spec=f"{API}/API_GetObject.html",
)
def unknown_response_header_is_refused(t: Trial) -> None:
    """`?response-…` with a header nobody can override: 400 InvalidArgument."""
    t.given.object("key", b"x")

    got = t.raw("GET", f"/{t.bucket}/{t.key('key')}", query="response-unknown=x")

    t.expect.error(got, 400, "InvalidArgument")


@check(
    "list-objects",
    proved_by=["start-after-on-version-1-ignored"],
    only=("raw",),
    verified="reported",  # versity/versitygw#2004, brekkylab/backlot
    spec=f"{API}/API_ListObjects.html",
)
def version_1_has_no_start_after(t: Trial) -> None:
    """ListObjects with start-after, which is ListObjectsV2's: 400 InvalidArgument."""
    got = t.raw("GET", f"/{t.bucket}", query="start-after=a")

    t.expect.error(got, 400, "InvalidArgument")
    t.expect.wording.error(got, 400, "InvalidArgument", ArgumentName="start-after")
