"""Checks between clients beyond one object's bytes: parts, ranges, tags, listings, conditions."""

from __future__ import annotations

from typing import Any

from conformance.checks.given_uploads import named_parts
from conformance.checks.interoperability import read_by_the_others
from conformance.trial import Answer, ClientCannotError, Trial, check

API = ("aws-s3api", "boto3", "raw")


def _by_the_others(t: Trial, operation: str, **members: Any) -> list[Answer]:
    """What each other client of the run is answered that has a way to ask."""
    found: list[Answer] = []
    for name in t.others:
        try:
            found.append(t.call_by(name, operation, **members))
        except ClientCannotError:
            continue
    if not found:
        raise ClientCannotError("no other client of this run can say it")
    return found


@check("interoperability", proved_by=["body-differs-by-client"], only=API)
def every_client_reads_an_upload_in_parts(t: Trial) -> None:
    """An object that this client joined from parts is read whole by each of the others."""
    upload = t.call("CreateMultipartUpload", Key="joined").need("UploadId")
    part = t.call("UploadPart", Key="joined", UploadId=upload, PartNumber=7, Body=b"of parts")
    done = t.call(
        "CompleteMultipartUpload",
        Key="joined",
        UploadId=upload,
        MultipartUpload=named_parts((7, part.need("ETag"))),
    )
    t.expect.ok(done)

    for got in read_by_the_others(t, Key="joined"):
        t.expect.body(got, b"of parts")
        t.expect.header(got, "ETag", f'"{done.need("ETag").strip(chr(34))}"')


@check("interoperability", proved_by=["range-differs-by-client"], only=API)
def every_client_reads_the_same_range(t: Trial) -> None:
    """A range of what this client wrote is the same bytes for each of the others."""
    t.expect.ok(t.call("PutObject", Key="between", Body=b"0123456789"))

    for got in read_by_the_others(t, Key="between", Range="bytes=2-5"):
        t.expect.status(got, 206)
        t.expect.body(got, b"2345")


@check("interoperability", proved_by=["tags-differ-by-client"], only=API, level="should")
def every_client_sees_the_same_tags(t: Trial) -> None:
    """Tags that this client puts are those that each of the others gets."""
    t.expect.ok(t.call("PutObject", Key="between", Body=b"x", Tagging="a+b=c%2Fd"))

    for got in _by_the_others(t, "GetObjectTagging", Key="between"):
        t.expect.member(got, "TagSet[].[Key, Value]", [["a b", "c/d"]])


@check("interoperability", proved_by=["listing-differs-by-client"], only=API)
def every_client_lists_the_same_keys(t: Trial) -> None:
    """Keys of any script that this client writes are listed alike to each of the others."""
    names = ["a b", "c+d", "e%f", "größe/日本"]
    for name in names:
        t.expect.ok(t.call("PutObject", Key=name, Body=b"x"))

    for got in _by_the_others(t, "ListObjectsV2", Bucket=t.bucket, Prefix=t.prefix):
        t.expect.member(got, "Contents[].Key", [t.key(name) for name in names])


@check("interoperability", proved_by=["delete-hidden-by-client"], only=API)
def every_client_sees_that_it_is_gone(t: Trial) -> None:
    """What this client deletes is not there for each of the others: 404 NoSuchKey."""
    t.given.object("between", b"x")

    t.expect.ok(t.call("DeleteObject", Key="between"))

    for got in _by_the_others(t, "GetObject", Key="between"):
        looked_first = got.exchange is not None and got.exchange.request.start_line[:5] == "HEAD "
        t.expect.error(got, 404, None if looked_first else "NoSuchKey")


@check("interoperability", proved_by=["condition-differs-by-client"], only=API)
def every_client_overwrites_by_the_same_etag(t: Trial) -> None:
    """The ETag that this client was answered is a good If-Match for each of the others."""
    etag = t.call("PutObject", Key="between", Body=b"first").need_etag()
    other = t.look("PutObject", Key="between", Body=b"other", IfMatch=f'"{"0" * 32}"')
    t.expect.error(other, 412, "PreconditionFailed")  # the condition is looked at

    for number, name in enumerate(t.others):
        try:
            got = t.call_by(name, "PutObject", Key="between", Body=b"%d" % number, IfMatch=etag)
        except ClientCannotError:
            continue
        t.expect.ok(got)
        etag = got.need_etag()
    t.expect.header(t.look("HeadObject", Key="between"), "ETag", etag)
