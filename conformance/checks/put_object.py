"""Checks of PUT object: what was written is what is there. Metadata has a module of its own."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from conformance.trial import Trial, check

KEYS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html"
ERRORS = "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"
MIB = 1024 * 1024


@check("put-object", proved_by=["body-last-byte-lost"])
def object_reads_back_as_it_was_written(t: Trial) -> None:
    """An object reads back as it was written."""
    t.expect.ok(t.call("PutObject", Key="hello", Body=b"hello, world\n"))

    got = t.call("GetObject", Key="hello")

    t.expect.ok(got)
    t.expect.body(got, b"hello, world\n")


@check("put-object", proved_by=["body-line-ends-translated"])
def every_byte_value_survives(t: Trial) -> None:
    """An object of all 256 byte values, line ends and NUL included, reads back unchanged."""
    every_byte = bytes(range(256)) + b"\r\n\n\r\0"
    t.expect.ok(t.call("PutObject", Key="bytes.bin", Body=every_byte))

    t.expect.body(t.call("GetObject", Key="bytes.bin"), every_byte)


@check("put-object", proved_by=["empty-object-refused"])
def empty_object_is_an_object(t: Trial) -> None:
    """An object of no bytes is an object: it is written, found and read."""
    t.expect.ok(t.call("PutObject", Key="empty", Body=b""))

    got = t.call("GetObject", Key="empty")

    t.expect.status(got, 200)
    t.expect.header(got, "Content-Length", "0")
    t.expect.body(got, b"")
    t.tells_absent()


@check("put-object", proved_by=["overwrite-ignored"])
def second_put_replaces_the_first(t: Trial) -> None:
    """A PUT to a key that exists replaces the object."""
    t.expect.ok(t.call("PutObject", Key="twice", Body=b"the first"))
    t.expect.ok(t.call("PutObject", Key="twice", Body=b"the second one"))

    t.expect.body(t.call("GetObject", Key="twice"), b"the second one")


@check("put-object", proved_by=["body-cut-at-8-mib"])
def upload_of_12_mib_comes_back_whole(t: Trial) -> None:
    """A 12 MiB upload comes back whole, whether the client sends it in one piece or in parts."""
    block = bytes(range(251)) * 16
    large = (block * (12 * MIB // len(block) + 1))[: 12 * MIB]
    t.expect.ok(t.call("PutObject", Key="large.bin", Body=large))

    got = t.call("GetObject", Key="large.bin")

    delivered = got.body or b""
    t.expect.equal(len(delivered), 12 * MIB, "bytes delivered")
    t.expect.equal(
        hashlib.sha256(delivered).hexdigest(), hashlib.sha256(large).hexdigest(), "SHA-256"
    )


@check(
    "put-object",
    proved_by=["etag-not-md5"],
    only=("aws-s3api", "boto3", "raw", "s3cmd"),
    spec="https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html",
)
def etag_of_a_simple_put_is_the_md5(t: Trial) -> None:
    """The ETag of an object written by one plain PUT is the MD5 of its bytes, in hex."""
    got = t.call("PutObject", Key="md5", Body=b"some content")

    md5 = hashlib.md5(b"some content", usedforsecurity=False).hexdigest()
    t.expect.equal(got.headers.get("ETag", "").strip('"'), md5, "ETag, quotes aside")


@check("put-object", proved_by=["etag-unquoted"], verified="aws-recorded 2026-02")
def etag_stands_in_double_quotes(t: Trial) -> None:
    """The ETag header is an entity tag in double quotes, as HTTP wants it."""
    t.expect.header(
        t.call("PutObject", Key="quoted", Body=b"x"), "ETag", re.compile(r'"[0-9a-f]{32}"')
    )


@check("put-object", proved_by=["key-plus-is-space"], spec=KEYS)
def plus_and_space_are_different_keys(t: Trial) -> None:
    """`a+b` and `a b` are two keys; neither turns into the other."""
    t.expect.ok(t.call("PutObject", Key="a+b", Body=b"plus"))
    t.expect.ok(t.call("PutObject", Key="a b", Body=b"space"))

    t.expect.body(t.call("GetObject", Key="a+b"), b"plus")
    t.expect.body(t.call("GetObject", Key="a b"), b"space")


@check(
    "put-object",
    proved_by=["key-percent-decoded-twice"],
    verified="aws-recorded 2026-02",
    spec=KEYS,
)
def percent_sign_in_a_key_is_a_percent_sign(t: Trial) -> None:
    """A key that looks percent-encoded (`file%2Fname`) is kept as it is, not decoded again."""
    t.expect.ok(t.call("PutObject", Key="file%2Fname", Body=b"percent"))

    t.expect.body(t.call("GetObject", Key="file%2Fname"), b"percent")
    listed = t.given.call("ListObjectsV2", Prefix=t.prefix)
    t.expect.member(listed, "Contents[].Key", [t.key("file%2Fname")])


@check("put-object", proved_by=["key-unicode-normalised"], spec=KEYS)
def keys_are_told_apart_by_their_bytes(t: Trial) -> None:
    """`é` composed and `é` decomposed are two keys: a key is its UTF-8 bytes."""
    composed = unicodedata.normalize("NFC", "caf\u00e9 日本.txt")
    decomposed = unicodedata.normalize("NFD", composed)
    t.expect.ok(t.call("PutObject", Key=composed, Body=b"composed"))
    t.expect.ok(t.call("PutObject", Key=decomposed, Body=b"decomposed"))

    t.expect.body(t.call("GetObject", Key=composed), b"composed")
    t.expect.body(t.call("GetObject", Key=decomposed), b"decomposed")


@check("put-object", proved_by=["key-case-ignored"], verified="aws-recorded 2026-02", spec=KEYS)
def keys_differ_by_case(t: Trial) -> None:
    """`Name` and `name` are two objects."""
    t.expect.ok(t.call("PutObject", Key="Name", Body=b"upper"))
    t.expect.ok(t.call("PutObject", Key="name", Body=b"lower"))

    t.expect.body(t.call("GetObject", Key="Name"), b"upper")


@check(
    "put-object",
    proved_by=["key-slashes-merged"],
    verified="aws-recorded 2026-02",
    only=("aws-s3api", "boto3", "raw"),
    spec=KEYS,
)
def slashes_in_a_key_are_kept(t: Trial) -> None:
    """`a/b`, `a//b` and `a/b/` are three keys: a slash means nothing to S3."""
    for key, body in (("a/b", b"one"), ("a//b", b"two"), ("a/b/", b"three")):
        t.expect.ok(t.call("PutObject", Key=key, Body=body))

    t.expect.body(t.call("GetObject", Key="a/b"), b"one")
    t.expect.body(t.call("GetObject", Key="a//b"), b"two")
    t.expect.body(t.call("GetObject", Key="a/b/"), b"three")


@check("put-object", proved_by=["key-limited-to-255"], spec=KEYS)
def key_of_1024_bytes_is_accepted(t: Trial) -> None:
    """A key may have 1,024 bytes."""
    name = "k" * (1024 - len(t.prefix.encode()))
    t.expect.ok(t.call("PutObject", Key=name, Body=b"long"))

    t.expect.body(t.call("GetObject", Key=name), b"long")


@check(
    "put-object",
    proved_by=["key-length-unlimited"],
    spec=ERRORS,
    only=("aws-s3api", "boto3", "raw"),
    level="should",
)
def key_of_1025_bytes_is_refused(t: Trial) -> None:
    """A key of 1,025 bytes is refused: 400 KeyTooLongError."""
    name = "k" * (1025 - len(t.prefix.encode()))

    t.expect.error(t.call("PutObject", Key=name, Body=b"long"), 400, "KeyTooLongError")


@check(
    "put-object",
    proved_by=["missing-bucket-wrong-code"],
    verified="aws-recorded 2026-02",
    spec=ERRORS,
)
def put_to_a_missing_bucket_is_refused(t: Trial) -> None:
    """A PUT to a bucket that does not exist: 404 NoSuchBucket, with the bucket's name."""
    bucket = t.bucket_name()

    got = t.call("PutObject", Bucket=bucket, Key="orphan", Body=b"x")

    t.expect.error(got, 404, "NoSuchBucket", BucketName=bucket)


@check("put-object", proved_by=["storage-class-lost"], verified="aws-recorded 2026-02")
def storage_class_is_kept(t: Trial) -> None:
    """The storage class of a PUT shows in the object's headers."""
    t.expect.ok(t.call("PutObject", Key="cool", Body=b"x", StorageClass="STANDARD_IA"))

    got = t.given.call("HeadObject", Key="cool")
    t.expect.header(got, "x-amz-storage-class", "STANDARD_IA")


@check(
    "put-object",
    proved_by=["storage-class-unchecked"],
    verified="aws-recorded 2026-02",
    only=("aws-s3api", "boto3", "raw"),
    level="should",
)
def unusable_storage_class_is_refused(t: Trial) -> None:
    """A storage class the bucket cannot have: 400 InvalidStorageClass, naming it."""
    got = t.call("PutObject", Key="x", Body=b"x", StorageClass="OUTPOSTS")

    t.expect.error(got, 400, "InvalidStorageClass", StorageClassRequested="OUTPOSTS")


@check(
    "put-object",
    proved_by=["request-id-missing"],
    level="should",
    verified="aws-recorded 2026-02",
    spec="https://docs.aws.amazon.com/AmazonS3/latest/API/RESTCommonResponseHeaders.html",
)
def answer_has_a_request_id(t: Trial) -> None:
    """Every answer has an `x-amz-request-id`, by which support finds the request."""
    got = t.call("PutObject", Key="identified", Body=b"x")

    t.expect.header(got, "x-amz-request-id", re.compile(r"\S+"))


@check(
    "put-object",
    proved_by=["expect-ignored"],
    only=("boto3",),
    spec="https://www.rfc-editor.org/rfc/rfc9110#section-10.1.1",
)
def body_is_sent_for_by_100_continue(t: Trial) -> None:
    """A client that asks with `Expect: 100-continue` is told to send its body."""
    got = t.call("PutObject", Key="polite", Body=b"may I?" * 1000)

    t.expect.ok(got)
    interim = got.exchange.interim if got.exchange else ()
    lines = [message.start_line for message in interim]
    t.expect.true(any(" 100 " in line for line in lines), f"{lines} has a 100 Continue")
    t.tells_absent()
