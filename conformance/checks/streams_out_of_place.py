"""Checks of aws-chunked bodies that do not fit what is said of them, or the operation."""

from __future__ import annotations

from conformance.checks.given_requests import crc32
from conformance.checks.streaming_bodies import UNSIGNED_TRAILER, Streamed
from conformance.trial import Trial, check

RAW = ("raw",)
ERRORS = "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"
TRAILERS = "https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html"
TAGS = b"<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"


@check(
    "streaming-bodies",
    proved_by=["decoded-length-ignored"],
    only=RAW,
    verified="reported",  # versity/versitygw#1676, #1684; s3s-project/s3s#772
    spec=ERRORS,
)
def body_longer_than_announced_is_refused(t: Trial) -> None:
    """More bytes than x-amz-decoded-content-length says: 400 IncompleteBody, nothing stored."""
    got = Streamed((b"longer",), decoded_length=5).put(t, "streamed")

    t.expect.error(got, 400, "IncompleteBody")
    t.expect.status(t.look("HeadObject", Key="streamed"), 404)


@check(
    "streaming-bodies",
    proved_by=["documents-in-unsigned-chunks-taken"],
    only=RAW,
    verified="reported",  # versity/versitygw#1601, brekkylab/backlot
    spec=TRAILERS,
)
def document_does_not_come_in_unsigned_chunks(t: Trial) -> None:
    """PutObjectTagging as an unsigned stream: 400 InvalidRequest, and the tags stay as they are."""
    t.given.object("key", b"x")
    t.given.call("PutObjectTagging", Key="key", Tagging={"TagSet": [{"Key": "k", "Value": "kept"}]})
    digest = f"x-amz-checksum-crc32:{crc32(TAGS)}"

    got = t.raw(
        "PUT",
        f"/{t.bucket}/{t.key('key')}",
        query="tagging",
        headers={
            "x-amz-decoded-content-length": str(len(TAGS)),
            "x-amz-trailer": "x-amz-checksum-crc32",  # a document has to have a digest
        },
        body=b"%x\r\n%b\r\n0\r\n%b\r\n\r\n" % (len(TAGS), TAGS, digest.encode()),
        payload_hash=UNSIGNED_TRAILER,
    )

    t.expect.error(got, 400, "InvalidRequest")
    t.expect.member(t.look("GetObjectTagging", Key="key"), "TagSet[].Value", ["kept"])


@check(
    "sse-s3",
    proved_by=["encryption-asked-of-anything"],
    only=RAW,
    # of a listing s3tools/s3cmd#142, #146, #276; of a completion ClickHouse/ClickHouse#64570;
    # of a part boto/botocore#732; of GET and HEAD the page says it
    verified="reported",
    spec="https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html",
)
def method_is_asked_for_where_an_object_is_made(t: Trial) -> None:
    """x-amz-server-side-encryption on GET, a listing and UploadPart: 400 InvalidArgument."""
    t.given.object("key", b"x")
    upload = t.given.call("CreateMultipartUpload", Key="parts").need("UploadId")
    asked = {"x-amz-server-side-encryption": "AES256"}
    part = f"partNumber=1&uploadId={upload}"

    got = t.raw("GET", f"/{t.bucket}/{t.key('key')}", headers=asked)
    listed = t.raw("GET", f"/{t.bucket}", query="list-type=2", headers=asked)
    sent = t.raw("PUT", f"/{t.bucket}/{t.key('parts')}", query=part, headers=asked, body=b"x")

    for answer in (got, listed, sent):
        t.expect.error(answer, 400, "InvalidArgument", ArgumentName="x-amz-server-side-encryption")


@check(
    "streaming-bodies",
    proved_by=["decoded-length-of-words-refused"],
    only=RAW,
    verified="reported",  # versity/versitygw#1656, openstack/swift test/s3api
    spec=ERRORS,
)
def announced_length_is_a_number(t: Trial) -> None:
    """x-amz-decoded-content-length `abc` is as good as none: 411 MissingContentLength."""
    got = t.raw(
        "PUT",
        f"/{t.bucket}/{t.key('key')}",
        headers={"x-amz-decoded-content-length": "abc"},
        body=b"1\r\nx\r\n0\r\n\r\n",
        payload_hash=UNSIGNED_TRAILER,
    )

    t.expect.error(got, 411, "MissingContentLength")
    t.expect.status(t.look("HeadObject", Key="key"), 404)
