"""Checks of what is kept beside an object's bytes: its type, system headers and user metadata."""

from __future__ import annotations

import gzip
import re

from conformance.trial import Trial, check

METADATA = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html"


@check("object-metadata", proved_by=["content-type-lost"])
def content_type_is_kept(t: Trial) -> None:
    """The content type of a PUT is the content type of a GET."""
    t.expect.ok(t.call("PutObject", Key="typed", Body=b"body {}", ContentType="text/css"))

    t.expect.header(t.call("GetObject", Key="typed"), "Content-Type", "text/css")


@check("object-metadata", proved_by=["content-type-parameters-lost"])
def content_type_keeps_its_parameters(t: Trial) -> None:
    """Parameters of a content type are kept: `text/html; charset=utf-8`."""
    t.expect.ok(
        t.call("PutObject", Key="typed", Body=b"<p>", ContentType="text/html; charset=utf-8")
    )

    t.expect.header(t.call("GetObject", Key="typed"), "Content-Type", "text/html; charset=utf-8")


@check(
    "object-metadata", proved_by=["content-types-checked"], only=("boto3", "raw"), level="should"
)
def content_type_may_be_any_words(t: Trial) -> None:
    """A content type that is no media type is taken and kept as it stands."""
    t.expect.ok(t.call("PutObject", Key="typed", Body=b"x", ContentType="no type at all"))

    t.expect.header(t.call("GetObject", Key="typed"), "Content-Type", "no type at all")


@check(
    "object-metadata",
    proved_by=["content-type-default-wrong"],
    verified="aws-recorded 2026-02",
    only=("raw", "aws-s3api", "boto3"),
    level="should",
)
def type_that_was_not_said_is_binary(t: Trial) -> None:
    """An object written without a content type has `binary/octet-stream`."""
    t.expect.ok(t.call("PutObject", Key="untyped", Body=b"x"))

    t.expect.header(t.call("GetObject", Key="untyped"), "Content-Type", "binary/octet-stream")


@check("object-metadata", proved_by=["metadata-lost"], spec=METADATA)
def user_metadata_is_kept(t: Trial) -> None:
    """The `x-amz-meta-` headers of a PUT come back with a GET."""
    t.expect.ok(
        t.call("PutObject", Key="meta", Body=b"x", Metadata={"colour": "green", "shape": "round"})
    )

    got = t.call("GetObject", Key="meta")

    t.expect.header(got, "x-amz-meta-colour", "green")
    t.expect.header(got, "x-amz-meta-shape", "round")


@check(
    "object-metadata", proved_by=["metadata-lost"], verified="aws-recorded 2026-02", spec=METADATA
)
def head_shows_the_metadata(t: Trial) -> None:
    """HEAD shows the user metadata."""
    t.given.object("meta", b"x", Metadata={"colour": "green"})

    t.expect.header(t.call("HeadObject", Key="meta"), "x-amz-meta-colour", "green")


@check(
    "object-metadata",
    proved_by=["metadata-punctuation-lost"],
    verified="aws-recorded 2026-02",
    only=("aws-s3api", "boto3", "raw"),
)
def printable_characters_survive_in_metadata(t: Trial) -> None:
    """Every printable ASCII character of a metadata value comes back as it was."""
    safe = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
    t.expect.ok(t.call("PutObject", Key="meta", Body=b"x", Metadata={"safe-chars": safe}))

    t.expect.header(t.call("GetObject", Key="meta"), "x-amz-meta-safe-chars", safe)


@check("object-metadata", proved_by=["metadata-names-capitalised"], only=("raw",), spec=METADATA)
def metadata_names_are_lower_case(t: Trial) -> None:
    """S3 stores the names of user metadata in lower case."""
    path = f"/{t.bucket}/{t.key('meta')}"
    t.expect.ok(t.raw("PUT", path, headers={"X-Amz-Meta-CamelCase": "hump"}, body=b"x"))

    got = t.raw("GET", path)

    t.expect.equal(
        [pair for pair in got.headers.pairs if pair[0].lower().startswith("x-amz-meta")],
        [("x-amz-meta-camelcase", "hump")],
        "metadata headers",
    )


@check("object-metadata", proved_by=["metadata-merged"], spec=METADATA)
def overwriting_drops_the_old_metadata(t: Trial) -> None:
    """A PUT replaces the metadata with the object: nothing of the old one is left."""
    t.given.object("meta", b"first", Metadata={"old": "one"})

    t.expect.ok(t.call("PutObject", Key="meta", Body=b"second", Metadata={"new": "two"}))

    got = t.given.call("HeadObject", Key="meta")
    t.expect.header(got, "x-amz-meta-new", "two")
    t.expect.no_header(got, "x-amz-meta-old")


@check("object-metadata", proved_by=["system-headers-lost"], verified="aws-recorded 2026-02")
def cache_disposition_and_language_are_kept(t: Trial) -> None:
    """Cache-Control, Content-Disposition and Content-Language are kept."""
    t.expect.ok(
        t.call(
            "PutObject",
            Key="system",
            Body=b"x",
            CacheControl="no-cache",
            ContentDisposition='attachment; filename="foo.jpg"',
            ContentLanguage="de",
        )
    )

    got = t.given.call("GetObject", Key="system")
    t.expect.header(got, "Cache-Control", "no-cache")
    t.expect.header(got, "Content-Disposition", 'attachment; filename="foo.jpg"')
    t.expect.header(got, "Content-Language", "de")


@check("object-metadata", proved_by=["content-encoding-lost"], verified="aws-recorded 2026-02")
def content_encoding_is_kept_and_not_applied(t: Trial) -> None:
    """A gzip body stays gzip: the coding is kept as a header and the bytes are not touched."""
    packed = gzip.compress(b"squeeze me" * 20, mtime=0)
    t.expect.ok(t.call("PutObject", Key="packed.gz", Body=packed, ContentEncoding="gzip"))

    got = t.given.call("GetObject", Key="packed.gz")
    t.expect.header(got, "Content-Encoding", "gzip")
    t.expect.body(got, packed)


@check(
    "object-metadata",
    proved_by=["expires-lost"],
    verified="aws-recorded 2026-02",
    only=("raw", "boto3", "aws-s3api"),
)
def expires_header_is_kept(t: Trial) -> None:
    """The Expires header of a PUT comes back."""
    t.given.object("expiring", b"x", Expires="Wed, 21 Oct 2065 07:28:00 GMT")

    t.expect.header(t.call("GetObject", Key="expiring"), "Expires", "Wed, 21 Oct 2065 07:28:00 GMT")


@check(
    "object-metadata",
    proved_by=["website-redirect-lost"],
    verified="aws-recorded 2026-02",
    level="should",
)
def website_redirect_is_kept(t: Trial) -> None:
    """`x-amz-website-redirect-location` of an object comes back with it."""
    t.expect.ok(t.call("PutObject", Key="moved", Body=b"x", WebsiteRedirectLocation="/test/direct"))

    t.expect.header(
        t.given.call("HeadObject", Key="moved"), "x-amz-website-redirect-location", "/test/direct"
    )


@check(
    "object-metadata",
    proved_by=["metadata-always-encoded"],
    verified="aws-recorded 2026-02",
    only=("aws-s3api", "boto3", "raw"),
    level="should",
    spec=METADATA,
)
def encoded_words_of_ascii_are_decoded(t: Trial) -> None:
    """An RFC 2047 encoded word that is ASCII after all comes back decoded."""
    t.expect.ok(
        t.call(
            "PutObject",
            Key="meta",
            Body=b"x",
            Metadata={"quoted": "=?UTF-8?Q?actually-ascii?=", "base64": "=?UTF-8?B?YWJj?="},
        )
    )

    got = t.call("GetObject", Key="meta")

    t.expect.header(got, "x-amz-meta-quoted", "actually-ascii")
    t.expect.header(got, "x-amz-meta-base64", "abc")


@check(
    "object-metadata",
    proved_by=["metadata-decoded-on-read"],
    verified="aws-recorded 2026-02",
    only=("aws-s3api", "boto3", "raw"),
    level="should",
    spec=METADATA,
)
def metadata_outside_ascii_comes_back_encoded(t: Trial) -> None:
    """Metadata that is not ASCII travels as an RFC 2047 encoded word, both ways."""
    word = "=?UTF-8?Q?=C3=84M=C3=84Z=C3=95=C3=91_S3?="
    t.expect.ok(t.call("PutObject", Key="meta", Body=b"x", Metadata={"nonascii": word}))

    t.expect.header(t.call("GetObject", Key="meta"), "x-amz-meta-nonascii", word)


@check(
    "object-metadata",
    proved_by=["metadata-size-unlimited"],
    spec=METADATA,
    only=("aws-s3api", "boto3", "raw"),
    level="should",
)
def more_than_2_kb_of_metadata_is_refused(t: Trial) -> None:
    """User metadata of more than 2 KB, names and values together: 400 MetadataTooLarge."""
    got = t.call("PutObject", Key="meta", Body=b"x", Metadata={"large": "v" * 2100})

    t.expect.error(got, 400, "MetadataTooLarge")


@check("object-metadata", proved_by=["empty-types-refused"], only=("raw",), level="should")
def empty_type_is_no_type(t: Trial) -> None:
    """A PUT whose Content-Type is empty is taken, and the object is binary/octet-stream."""
    path = f"/{t.bucket}/{t.key('untyped')}"

    t.expect.status(t.raw("PUT", path, headers={"Content-Type": ""}, body=b"x"), 200)

    got = t.look("GetObject", Key="untyped")
    t.expect.body(got, b"x")
    t.expect.wording.header(got, "Content-Type", "binary/octet-stream")


@check(
    "object-metadata",
    proved_by=["metadata-underscores-lost"],
    only=("boto3", "raw"),
    verified="reported",  # zulip/zulip#13234, localstack/localstack#459
    spec=METADATA,
)
def underscore_in_a_metadata_name_is_kept(t: Trial) -> None:
    """`x-amz-meta-realm_id` comes back under that name, not as `realm-id`."""
    t.expect.ok(t.call("PutObject", Key="meta", Body=b"x", Metadata={"realm_id": "2"}))

    got = t.call("HeadObject", Key="meta")

    t.expect.header(got, "x-amz-meta-realm_id", "2")
    t.expect.no_header(got, "x-amz-meta-realm-id")


@check(
    "object-metadata",
    proved_by=["metadata-of-one-name-once"],
    only=("raw",),
    spec=METADATA,
    level="should",
)
def metadata_of_one_name_is_joined(t: Trial) -> None:
    """`x-amz-meta-a: one` and `x-amz-meta-a: two` come back as one header, `one,two`."""
    joined = {"x-amz-meta-a": "one,two"}  # so it is signed
    path = f"/{t.bucket}/{t.key('meta')}"
    made = t.signed("PUT", path, headers=joined, body=b"x", after={"Connection": "close"})
    twice = re.sub(rb"(?i)(x-amz-meta-a): ?one,two\r\n", rb"\1: one\r\n\1: two\r\n", made)
    t.expect.true(twice != made, "the request has the header twice")

    t.expect.status(t.wire(twice).first, 200)

    got = t.raw("HEAD", path)
    t.expect.header(got, "x-amz-meta-a", re.compile("one, ?two"))
