"""Checks of sizes at S3's limits: parts of an upload, keys of a bucket, bytes of a copy."""

from __future__ import annotations

from conformance.checks.given_uploads import FIVE_MIB, LIMITS, given_upload, named_parts
from conformance.trial import Trial, check

RAW = ("raw",)
API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
PARTS = 10_000  # of an upload, at most
KEYS = 100_000
PAGE = 1_000  # entries of a page, at most
MOST = 5 * 1024**3  # bytes of one PUT or one copy


@check("size-limits", proved_by=["parts-of-one-page"], only=RAW, spec=LIMITS, requests=PARTS + 20)
def upload_has_ten_thousand_parts(t: Trial) -> None:
    """10,000 parts are taken and listed, ten pages of 1,000, each once and in order."""
    upload = given_upload(t, "joined")
    about = {"Key": "joined", "UploadId": upload}
    for number in range(1, PARTS + 1):
        t.given.call("UploadPart", **about, PartNumber=number, Body=b"x")

    seen: list[int] = []
    marker = 0
    for _ in range(PARTS // PAGE):
        got = t.call("ListParts", **about, PartNumberMarker=marker)
        t.expect.ok(got)
        seen += [part["PartNumber"] for part in got.members.get("Parts") or []]
        marker = got.members.get("NextPartNumberMarker") or marker
    t.expect.member(got, "IsTruncated", False)
    t.expect.true(seen == list(range(1, PARTS + 1)), f"{PARTS} parts, each once and in order")
    t.given.call("AbortMultipartUpload", **about)


@check("size-limits", proved_by=["keys-of-ten-pages"], only=RAW, spec=LIMITS, requests=KEYS + 300)
def bucket_lists_a_hundred_thousand_keys(t: Trial) -> None:
    """100,000 keys are listed in a hundred pages, each once and in order."""
    bucket = t.given.bucket()
    names = [f"{number:06}" for number in range(KEYS)]
    for name in names:
        t.given.object(name, b"x", Bucket=bucket)

    seen: list[str] = []
    token: dict[str, str] = {}
    for _ in range(KEYS // PAGE):
        got = t.call("ListObjectsV2", Bucket=bucket, **token)
        t.expect.ok(got)
        seen += [entry["Key"] for entry in got.members.get("Contents") or []]
        following = got.members.get("NextContinuationToken")
        if not following:
            break
        token = {"ContinuationToken": following}
    t.expect.member(got, "IsTruncated", False)
    t.expect.true(seen == names, f"{KEYS} keys, each once and in order")
    for at in range(0, KEYS, PAGE):
        entries = [{"Key": name} for name in names[at : at + PAGE]]
        t.given.call("DeleteObjects", Bucket=bucket, Delete={"Objects": entries, "Quiet": True})


@check(
    "size-limits",
    proved_by=["copies-of-any-size"],
    only=RAW,
    spec=f"{API}/API_CopyObject.html",
    requests=140,
)
def object_over_five_gib_is_copied_in_parts(t: Trial) -> None:
    """A copy of an object of more than 5 GiB: 400 InvalidRequest; of 5 GiB at most it is done."""
    t.given.object("small", b"x" * FIVE_MIB)
    _joined(t, "middle", "small", 100)
    size = 100 * FIVE_MIB
    _joined(t, "large", "middle", MOST // size + 1)

    got = t.call("CopyObject", Key="copy", CopySource=t.source("large"))

    t.expect.error(got, 400, "InvalidRequest")
    t.expect.status(t.look("HeadObject", Key="copy"), 404)
    t.expect.ok(t.call("CopyObject", Key="copy", CopySource=t.source("middle")))
    t.expect.header(t.look("HeadObject", Key="copy"), "Content-Length", str(size))
    for name in ("large", "middle", "copy"):
        t.given.call("DeleteObject", Key=name)


def _joined(t: Trial, name: str, source: str, times: int) -> None:
    """An object of ``times`` copies of ``source``, joined by the endpoint."""
    upload = given_upload(t, name)
    parts = []
    for number in range(1, times + 1):
        got = t.given.call(
            "UploadPartCopy",
            Key=name,
            UploadId=upload,
            PartNumber=number,
            CopySource=t.source(source),
        )
        parts.append((number, got.need("CopyPartResult.ETag")))
    t.given.call(
        "CompleteMultipartUpload", Key=name, UploadId=upload, MultipartUpload=named_parts(*parts)
    )
