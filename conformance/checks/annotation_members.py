"""Checks of what requests about annotations can say: versions, conditions, digests, pages."""

from __future__ import annotations

import re
from typing import Any

from conformance.checks.given_policies import BY_HAND
from conformance.checks.upload_members import CONTENT, DIGESTS
from conformance.trial import Trial, check

API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
PUT = f"{API}/API_PutObjectAnnotation.html"
LIST = f"{API}/API_ListObjectAnnotations.html"
_SSE = "x-amz-server-side-encryption"


def _put(t: Trial, name: str, payload: bytes = b"text", **more: Any) -> Any:
    members = {"Key": "key", "AnnotationName": name, "AnnotationPayload": payload, **more}
    return t.call("PutObjectAnnotation", **members)


@check(
    "object-annotations",
    proved_by=["annotation-sha1-not-kept"],
    only=("raw",),
    requests=32,
    spec=PUT,
)
def every_digest_of_a_payload_is_kept(t: Trial) -> None:
    """Each algorithm: the digest is answered, kept with its type, and compared with the payload."""
    t.given.object("key", b"x")
    for algorithm, digest in DIGESTS.items():
        header, digests = f"x-amz-checksum-{algorithm.lower()}", {f"Checksum{algorithm}": digest}
        put = _put(t, algorithm, CONTENT, **digests)
        t.expect.header(put, header, digest)
        t.expect.header(put, "x-amz-checksum-type", "FULL_OBJECT")
        got = t.call(
            "GetObjectAnnotation", Key="key", AnnotationName=algorithm, ChecksumMode="ENABLED"
        )
        t.expect.header(got, header, digest)
        t.expect.header(got, "x-amz-checksum-type", "FULL_OBJECT")
        t.expect.error(_put(t, algorithm, b"other bytes", **digests), 400, "BadDigest")


@check("object-annotations", proved_by=["annotation-put-says-no-etag"], only=BY_HAND, spec=PUT)
def answers_tell_what_the_annotation_is(t: Trial) -> None:
    """PUT answers key, name and ETag; GET the same ETag, its length, time and encryption."""
    t.given.object("key", b"x")

    put = _put(t, "label", b"four")

    t.expect.member(put, "Key", t.key("key"))
    t.expect.member(put, "AnnotationName", "label")
    t.expect.header(put, "ETag", re.compile(r'"?.+"?'))
    t.expect.header(put, _SSE, "AES256")
    got = t.call("GetObjectAnnotation", Key="key", AnnotationName="label")
    t.expect.header(got, "ETag", put.need_header("ETag"))
    t.expect.header(got, "Content-Length", "4")
    t.expect.header(got, "Last-Modified", re.compile(r".* GMT"))
    t.expect.header(got, _SSE, "AES256")


@check(
    "object-annotations",
    proved_by=["annotations-of-the-newest-version"],
    only=BY_HAND,
    requests=9,
    spec=PUT,
)
def annotation_is_of_one_version(t: Trial) -> None:
    """With VersionId an annotation is put, read, listed and deleted of that version only."""
    bucket = t.given.versioned_bucket()
    first = t.given.object("key", b"1", Bucket=bucket).need_version_id()
    second = t.given.object("key", b"2", Bucket=bucket).need_version_id()
    of = {"Bucket": bucket, "Key": "key", "VersionId": first}
    label: dict[str, Any] = {"AnnotationName": "label"}

    put = t.call("PutObjectAnnotation", **of, **label, AnnotationPayload=b"of the first")

    t.expect.header(put, "x-amz-object-version-id", first)
    got = t.call("GetObjectAnnotation", **of, **label)
    t.expect.body(got, b"of the first")
    t.expect.header(got, "x-amz-object-version-id", first)
    listed = t.call("ListObjectAnnotations", **of)
    t.expect.member(listed, "ObjectVersionId", first)
    t.expect.member(listed, "Annotations[].AnnotationName", ["label"])
    newest = t.call("GetObjectAnnotation", Bucket=bucket, Key="key", **label)
    t.expect.error(newest, 404, "NoSuchAnnotation")
    gone = t.call("DeleteObjectAnnotation", **of, **label)
    t.expect.header(gone, "x-amz-object-version-id", first)
    t.expect.error(t.call("GetObjectAnnotation", **of, **label), 404, "NoSuchAnnotation")
    head = t.look("HeadObject", Bucket=bucket, Key="key")
    t.expect.header(head, "x-amz-version-id", second)


@check(
    "object-annotations", proved_by=["annotation-of-any-object"], only=BY_HAND, requests=5, spec=PUT
)
def annotation_is_put_on_the_expected_object(t: Trial) -> None:
    """x-amz-object-if-match of another ETag: 412 for PUT and DELETE; else it is done."""
    stored = t.given.object("key", b"x")
    gone: dict[str, Any] = {"Key": "key", "AnnotationName": "label"}

    t.expect.error(_put(t, "label", ObjectIfMatch='"0"'), 412, "PreconditionFailed")
    t.expect.ok(_put(t, "label", ObjectIfMatch=stored.etag))
    refused = t.call("DeleteObjectAnnotation", **gone, ObjectIfMatch='"0"')
    t.expect.error(refused, 412, "PreconditionFailed")
    t.expect.body(t.call("GetObjectAnnotation", **gone), b"text")
    t.expect.ok(t.call("DeleteObjectAnnotation", **gone, ObjectIfMatch=stored.etag))


@check(
    "object-annotations",
    proved_by=["annotation-pages-end-early"],
    only=BY_HAND,
    requests=5,
    spec=LIST,
)
def annotations_come_in_pages(t: Trial) -> None:
    """Pages of one: each has its token and count, and together they have every name once."""
    t.given.object("key", b"x")
    for name in ("label-a", "label-b", "other"):
        t.given.call(
            "PutObjectAnnotation", Key="key", AnnotationName=name, AnnotationPayload=b"text"
        )
    asked: dict[str, Any] = {"Key": "key", "AnnotationPrefix": "label", "MaxAnnotationResults": 1}

    first = t.call("ListObjectAnnotations", **asked)

    t.expect.member(first, "Bucket", t.bucket)
    t.expect.member(first, "Key", t.key("key"))
    t.expect.member(first, "AnnotationPrefix", "label")
    t.expect.member(first, "MaxAnnotationResults", 1)
    t.expect.member(first, "AnnotationCount", 1)
    t.expect.member(first, "Annotations[].AnnotationName", ["label-a"])
    token = first.need("NextContinuationToken")
    second = t.call("ListObjectAnnotations", **asked, ContinuationToken=token)
    t.expect.member(second, "ContinuationToken", token)
    t.expect.member(second, "Annotations[].AnnotationName", ["label-b"])
    t.expect.member(second, "NextContinuationToken", None)


@check("object-annotations", proved_by=["annotation-names-of-any-length"], only=BY_HAND, spec=PUT)
def long_names_of_annotations_are_refused(t: Trial) -> None:
    """A name of 512 bytes is taken, of 513 it is 400 AnnotationNameTooLong."""
    t.given.object("key", b"x")

    t.expect.ok(_put(t, "n" * 512))
    t.expect.error(_put(t, "n" * 513), 400, "AnnotationNameTooLong")


@check("object-annotations", proved_by=["annotation-prefix-unchecked"], only=BY_HAND, spec=LIST)
def prefix_of_reserved_names_is_refused(t: Trial) -> None:
    """ListObjectAnnotations with a prefix that no name can have: 400 InvalidPrefix."""
    t.given.object("key", b"x")

    t.expect.ok(t.call("ListObjectAnnotations", Key="key", AnnotationPrefix="label"))
    got = t.call("ListObjectAnnotations", Key="key", AnnotationPrefix="aws")
    t.expect.error(got, 400, "InvalidPrefix")


@check("object-annotations", proved_by=["annotations-of-no-object"], only=BY_HAND, spec=PUT)
def no_object_has_no_annotations(t: Trial) -> None:
    """Put, get, list and delete of annotations of a key that is not there: 404 NoSuchKey."""
    t.given.object("key", b"x")
    t.expect.ok(t.call("ListObjectAnnotations", Key="key"))
    label: dict[str, Any] = {"Key": "absent", "AnnotationName": "label"}
    for got in (
        t.call("PutObjectAnnotation", **label, AnnotationPayload=b"text"),
        t.call("GetObjectAnnotation", **label),
        t.call("ListObjectAnnotations", Key="absent"),
        t.call("DeleteObjectAnnotation", **label),
    ):
        t.expect.error(got, 404, "NoSuchKey")
    t.expect.status(t.look("HeadObject", Key="absent"), 404)


@check("object-annotations", proved_by=["annotation-payload-of-any-size"], only=("raw",), spec=PUT)
def payload_is_bounded(t: Trial) -> None:
    """No byte at all: 400 InvalidRequest; more than 1 MiB: 400 EntityTooLarge, and none is kept."""
    t.given.object("key", b"x")

    t.expect.error(_put(t, "label", b""), 400, "InvalidRequest")
    t.expect.error(_put(t, "label", b"x" * ((1 << 20) + 1)), 400, "EntityTooLarge")
    listed = t.look("ListObjectAnnotations", Key="key")
    t.expect.member(listed, "length(Annotations || `[]`)", 0)
    wrong = _put(t, "label", b"text", ContentMD5="CYketZBSTjX8czcs3cXVlg==")
    t.expect.error(wrong, 400, "BadDigest")


@check(
    "object-annotations",
    proved_by=["annotations-always-copied"],
    only=BY_HAND,
    spec=f"{API}/API_CopyObject.html",
)
def copy_leaves_annotations_when_told(t: Trial) -> None:
    """A copy with AnnotationDirective EXCLUDE has none of its source's annotations."""
    t.given.object("key", b"x")
    t.expect.ok(_put(t, "label"))

    copied = t.call(
        "CopyObject", Key="copy", CopySource=t.source("key"), AnnotationDirective="EXCLUDE"
    )

    t.expect.ok(copied)
    listed = t.call("ListObjectAnnotations", Key="copy")
    t.expect.member(listed, "length(Annotations || `[]`)", 0)
    t.expect.member(t.look("ListObjectAnnotations", Key="key"), "length(Annotations)", 1)
