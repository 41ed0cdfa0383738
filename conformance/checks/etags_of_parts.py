"""Checks of how a part's ETag is written: by the server, and by who completes the upload."""

from __future__ import annotations

import re

from conformance.checks.given_uploads import given_part, given_upload
from conformance.trial import Answer, Trial, check

RAW = ("raw",)
API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
COMPLETE = f"{API}/API_CompleteMultipartUpload.html"
QUOTED = re.compile(r"<ETag>(&quot;|\"|&#34;)[0-9a-f]{32}(-1)?\1</ETag>")


def _complete(t: Trial, upload: str, part: str) -> Answer:
    body = f"<CompleteMultipartUpload><Part>{part}</Part></CompleteMultipartUpload>"
    path = f"/{t.bucket}/{t.key('key')}"
    return t.raw("POST", path, query=f"uploadId={upload}", body=body.encode())


@check(
    "multipart-upload",
    proved_by=["etags-of-parts-need-quotes"],
    only=RAW,
    verified="reported",  # jamhall/s3rver#631, getmoto/moto#1707, minio/minio#7442
    spec=COMPLETE,
)
def etag_of_a_part_needs_no_quotes(t: Trial) -> None:
    """A completion may name the ETags of its parts without their quotes."""
    upload = given_upload(t, "key")
    etag = given_part(t, "key", upload, 1, b"all of it").strip('"')

    got = _complete(t, upload, f"<PartNumber>1</PartNumber><ETag>{etag}</ETag>")

    t.expect.status(got, 200)
    t.expect.body(t.look("GetObject", Key="key"), b"all of it")


@check(
    "multipart-upload",
    proved_by=["parts-completed-without-etag"],
    only=RAW,
    verified="reported",  # aws/aws-sdk-js#2304
    spec=COMPLETE,
)
def part_of_a_completion_has_an_etag(t: Trial) -> None:
    """A completion with a Part that lacks its ETag, or its number: 400 MalformedXML."""
    upload = given_upload(t, "key")
    etag = given_part(t, "key", upload, 1, b"all of it")

    t.expect.error(_complete(t, upload, "<PartNumber>1</PartNumber>"), 400, "MalformedXML")
    t.expect.error(_complete(t, upload, f"<ETag>{etag}</ETag>"), 400, "MalformedXML")

    t.expect.status(t.look("HeadObject", Key="key"), 404)


@check(
    "multipart-upload",
    proved_by=["etags-of-parts-unquoted"],
    only=RAW,
    verified="reported",  # scality/cloudserver#315, minio/minio#9517
    spec=f"{API}/API_ListParts.html",
)
def etags_of_an_upload_stand_in_quotes(t: Trial) -> None:
    """ETags of UploadPart, ListParts and the completion stand in double quotes, as of objects."""
    upload = given_upload(t, "key")
    path = f"/{t.bucket}/{t.key('key')}"

    part = t.raw("PUT", path, query=f"partNumber=1&uploadId={upload}", body=b"all of it")
    listed = t.raw("GET", path, query=f"uploadId={upload}")
    done = _complete(t, upload, f"<PartNumber>1</PartNumber><ETag>{part.need('ETag')}</ETag>")

    t.expect.header(part, "ETag", re.compile('"[0-9a-f]{32}"'))
    for got, what in ((listed, "the part's"), (done, "the object's")):
        found = QUOTED.search(got.wire_body.decode())
        t.expect.true(found, f"{what} ETag stands in quotes", of=got)
