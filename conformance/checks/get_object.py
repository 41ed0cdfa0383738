"""Checks of GET object: the body, the headers beside it, and what a missing object is told."""

from __future__ import annotations

import re

from conformance.trial import Trial, check


@check("get-object", proved_by=["missing-key-is-empty"])
def missing_key_is_an_error(t: Trial) -> None:
    """A GET of a key that is not there fails with 404, and the client reports it."""
    t.expect.error(t.call("GetObject", Key="nothing-here"), 404, None)


@check(
    "get-object",
    proved_by=["error-key-left-out"],
    verified="aws-recorded 2026-02",
    only=("aws-s3api", "boto3", "raw"),
)
def missing_key_is_named_in_the_error(t: Trial) -> None:
    """The error of a missing key is NoSuchKey and says which key."""
    got = t.call("GetObject", Key="nothing-here")

    t.expect.error(got, 404, "NoSuchKey", Key=t.key("nothing-here"))
    t.expect.message(got, "The specified key does not exist.")


@check(
    "get-object",
    proved_by=["missing-bucket-wrong-code"],
    verified="aws-recorded 2026-02",
    only=("aws-s3api", "boto3", "raw"),
)
def missing_bucket_is_named_in_the_error(t: Trial) -> None:
    """A GET from a bucket that does not exist: 404 NoSuchBucket, with the bucket's name."""
    bucket = t.bucket_name()

    t.expect.error(
        t.call("GetObject", Bucket=bucket, Key="x"), 404, "NoSuchBucket", BucketName=bucket
    )


@check(
    "get-object",
    proved_by=["accept-ranges-missing"],
    verified="aws-recorded 2026-02",
    level="should",
)
def answer_says_that_ranges_work(t: Trial) -> None:
    """`Accept-Ranges: bytes` comes with every object."""
    t.given.object("plain", b"plain")

    t.expect.header(t.call("GetObject", Key="plain"), "Accept-Ranges", "bytes")


@check("get-object", proved_by=["etag-differs-on-get"], verified="aws-recorded 2026-02")
def etag_is_the_one_the_put_answered(t: Trial) -> None:
    """The ETag of a GET is the one the PUT answered."""
    stored = t.given.object("tagged", b"content")

    t.expect.header(t.call("GetObject", Key="tagged"), "ETag", f'"{stored.etag.strip(chr(34))}"')


@check(
    "get-object",
    proved_by=["response-overrides-ignored"],
    verified="aws-recorded 2026-02",
    only=("aws-s3api", "boto3", "raw"),
)
def response_headers_can_be_overridden(t: Trial) -> None:
    """The `response-*` parameters of a signed GET replace the headers of the answer."""
    t.given.object("overridden", b"something", ContentType="text/plain")

    got = t.call(
        "GetObject",
        Key="overridden",
        ResponseContentType="image/jpeg",
        ResponseCacheControl="max-age=74",
        ResponseContentLanguage="de-DE",
        ResponseContentDisposition='attachment; filename="foo.jpg"',
        ResponseContentEncoding="identity",
        ResponseExpires="Wed, 21 Oct 2015 07:28:00 GMT",
    )

    t.expect.header(got, "Content-Type", "image/jpeg")
    t.expect.header(got, "Cache-Control", "max-age=74")
    t.expect.header(got, "Content-Language", "de-DE")
    t.expect.header(got, "Content-Disposition", 'attachment; filename="foo.jpg"')
    t.expect.header(got, "Content-Encoding", "identity")
    t.expect.header(got, "Expires", re.compile("Wed, 21 Oct 2015 07:28:00 GMT"))


@check(
    "get-object",
    proved_by=["response-override-latin1-unchecked"],
    only=("raw",),
    verified="aws-recorded 2026-02",
    level="should",
)
def override_outside_latin_1_is_refused(t: Trial) -> None:
    """A `response-*` value that no header can hold: 400 InvalidArgument, naming the parameter."""
    t.given.object("dash", b"x")

    got = t.raw("GET", f"/{t.bucket}/{t.key('dash')}", query="response-cache-control=a-%E2%80%94-b")

    t.expect.error(got, 400, "InvalidArgument", ArgumentName="response-cache-control")


@check("get-object", proved_by=["body-cut-after-4-kib"])
def object_of_many_packets_is_delivered_in_order(t: Trial) -> None:
    """An object larger than any buffer (1 MiB and a byte) arrives whole and in order."""
    body = b"".join(number.to_bytes(4, "big") for number in range(262_144)) + b"!"
    t.given.object("counted", body)

    got = t.call("GetObject", Key="counted")

    t.expect.equal(len(got.body or b""), len(body), "bytes delivered")
    t.expect.true((got.body or b"") == body, "the bytes are those that were written")
