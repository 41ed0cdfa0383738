"""Checks of UploadPartCopy: a part made from an object, or from a range of it."""

from __future__ import annotations

import re
from typing import Any

from conformance.checks.given_uploads import given_upload, named_parts
from conformance.trial import Answer, Trial, check

API = ("aws-s3api", "boto3", "raw")
FORM = re.compile(r"The x-amz-copy-source-range value must be of the form bytes=first-last .*")


def _part_copied(t: Trial, upload: str, **members: Any) -> Answer:
    """The first part of the upload of ``target``, copied from the object ``source``."""
    source = t.source("source")
    asked = {"Key": "target", "UploadId": upload, "PartNumber": 1, "CopySource": source}
    return t.call("UploadPartCopy", **asked, **members)


@check(
    "upload-part-copy", proved_by=["part-copy-is-empty"], verified="aws-recorded 2026-02", only=API
)
def whole_object_becomes_a_part(t: Trial) -> None:
    """Without a range the whole source is the part, and its ETag is in the answer."""
    t.given.object("source", b"0123456789")
    upload = given_upload(t, "target")

    got = _part_copied(t, upload)

    t.expect.ok(got)
    t.expect.member(got, "CopyPartResult.ETag", '"781e5e245d69b566979b86e28d23f2c7"')
    listed = t.given.call("ListParts", Key="target", UploadId=upload)
    t.expect.member(listed, "Parts[].[PartNumber, Size]", [[1, 10]])


@check(
    "upload-part-copy",
    proved_by=["part-copy-range-ignored"],
    verified="aws-recorded 2026-02",
    only=API,
)
def range_of_an_object_becomes_a_part(t: Trial) -> None:
    """`bytes=0-8` copies nine bytes, both ends included."""
    t.given.object("source", b"0123456789")
    upload = given_upload(t, "target")

    got = _part_copied(t, upload, CopySourceRange="bytes=0-8")

    t.expect.member(got, "CopyPartResult.ETag", '"22975d8a5ed1b91445f6c55ac121505b"')


@check("upload-part-copy", proved_by=["part-copy-is-empty"], only=API)
def copied_parts_make_the_object(t: Trial) -> None:
    """The completed object has the bytes that were copied."""
    t.given.object("source", b"0123456789")
    upload = given_upload(t, "target")
    part = _part_copied(t, upload, CopySourceRange="bytes=2-5")
    etag = part.need("CopyPartResult").get("ETag", "")

    t.expect.ok(
        t.call(
            "CompleteMultipartUpload",
            Key="target",
            UploadId=upload,
            MultipartUpload=named_parts((1, etag)),
        )
    )

    t.expect.body(t.given.call("GetObject", Key="target"), b"2345")


@check(
    "upload-part-copy",
    proved_by=["part-copy-range-clipped"],
    verified="aws-recorded 2026-02",
    only=API,
    level="should",
)
def range_must_end_in_the_object(t: Trial) -> None:
    """`bytes=0-100` of ten bytes: 400 InvalidArgument; nothing is clipped here."""
    t.given.object("source", b"0123456789")
    upload = given_upload(t, "target")

    got = _part_copied(t, upload, CopySourceRange="bytes=0-100")

    t.expect.error(
        got,
        400,
        "InvalidArgument",
        ArgumentName="x-amz-copy-source-range",
        ArgumentValue="bytes=0-100",
    )


@check(
    "upload-part-copy",
    proved_by=["part-copy-range-past-end-empty"],
    verified="aws-recorded 2026-02",
    only=API,
    level="should",
)
def range_must_begin_in_the_object(t: Trial) -> None:
    """`bytes=100-200` of ten bytes: 400 InvalidRequest."""
    t.given.object("source", b"0123456789")
    upload = given_upload(t, "target")

    got = _part_copied(t, upload, CopySourceRange="bytes=100-200")

    t.expect.error(got, 400, "InvalidRequest")
    t.expect.message(got, "The specified copy range is invalid for the source object size")


@check(
    "upload-part-copy",
    proved_by=["part-copy-range-form-unchecked"],
    verified="aws-recorded 2026-02",
    only=API,
    level="should",
)
def range_must_name_both_ends(t: Trial) -> None:
    """A range without unit, start or end, or of several pieces: 400 InvalidArgument.

    What GET understands (`bytes=1-`, `bytes=-2`) or ignores (`0-8`) is refused here.
    """
    t.given.object("source", b"0123456789")
    upload = given_upload(t, "target")

    for range_ in ("0-8", "bytes=1-", "bytes=-2", "bytes=1-0", "bytes=0-1,3-4", "bytes=-"):
        got = _part_copied(t, upload, CopySourceRange=range_)

        t.expect.error(
            got,
            400,
            "InvalidArgument",
            ArgumentName="x-amz-copy-source-range",
            ArgumentValue=range_,
        )
        t.expect.message(got, FORM)


@check(
    "upload-part-copy",
    proved_by=["part-copy-conditions-ignored"],
    verified="aws-recorded 2026-02",
    only=API,
)
def condition_on_the_source_holds(t: Trial) -> None:
    """CopySourceIfMatch with another ETag: 412, and `Condition` names the header."""
    t.given.object("source", b"0123456789")
    upload = given_upload(t, "target")

    got = _part_copied(t, upload, CopySourceIfMatch='"00000000000000000000000000000000"')

    t.expect.error(got, 412, "PreconditionFailed", Condition="x-amz-copy-source-If-Match")


@check("upload-part-copy", proved_by=["part-copy-missing-source-is-empty"], only=API)
def missing_source_is_refused(t: Trial) -> None:
    """A part from an object that is not there: 404 NoSuchKey."""
    upload = given_upload(t, "target")

    got = t.call(
        "UploadPartCopy",
        Key="target",
        UploadId=upload,
        PartNumber=1,
        CopySource=t.source("no-source"),
    )

    t.expect.error(got, 404, "NoSuchKey", Key=t.key("no-source"))


@check("upload-part-copy", proved_by=["part-copy-unknown-upload-ok"], only=API)
def unknown_upload_is_refused(t: Trial) -> None:
    """A part for an upload id nobody made: 404 NoSuchUpload."""
    t.given.object("source", b"0123456789")

    got = _part_copied(t, "fakeid")

    t.expect.error(got, 404, "NoSuchUpload", UploadId="fakeid")


@check("upload-part-copy", proved_by=["part-copy-is-empty"], only=API)
def source_may_be_in_another_bucket(t: Trial) -> None:
    """The source may lie in another bucket than the upload."""
    other = t.given.bucket()
    t.given.object("source", b"from elsewhere", Bucket=other)
    upload = given_upload(t, "target")

    got = t.call(
        "UploadPartCopy", Key="target", UploadId=upload, PartNumber=1, CopySource=f"{other}/source"
    )

    t.expect.ok(got)
    listed = t.given.call("ListParts", Key="target", UploadId=upload)
    t.expect.member(listed, "Parts[].Size", [14])


@check(
    "upload-part-copy",
    proved_by=["part-copied-from-nothing"],
    only=("raw",),
    verified="reported",  # versity/versitygw#1388, #1389, dyus/meeseeks-s3
    spec="https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html",
)
def source_of_a_part_names_bucket_and_key(t: Trial) -> None:
    """x-amz-copy-source that is empty, or names no key: 400 InvalidArgument, and no part."""
    t.given.object("source", b"x")
    upload = given_upload(t, "target")

    def copied(source: str) -> Answer:
        return t.raw(
            "PUT",
            f"/{t.bucket}/{t.key('target')}",
            query=f"partNumber=1&uploadId={upload}",
            headers={"x-amz-copy-source": source},
        )

    for source in ("", t.bucket, f"{t.bucket}/"):
        got = copied(source)
        t.expect.error(got, 400, "InvalidArgument", ArgumentName="x-amz-copy-source")

    parts = t.look("ListParts", Key="target", UploadId=upload)
    t.expect.member(parts, "Parts", None)
    t.expect.ok(copied(f"{t.bucket}/{t.key('source')}"))


@check(
    "upload-part-copy",
    proved_by=["part-copy-source-is-decoded-twice"],
    only=API,
    spec="https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html",
)
def part_is_copied_from_a_key_of_any_name(t: Trial) -> None:
    """The source's key may be a blank, an underscore, or have `+`, `%` or letters of any script."""
    for at, name in enumerate((" ", "_", "__", "a b+c", "100%25", "größe & maß/日本.txt")):
        t.given.object(name, name.encode())
        target = f"target-{at}"
        upload = given_upload(t, target)
        about = {"Key": target, "UploadId": upload}

        part = t.call("UploadPartCopy", **about, PartNumber=1, CopySource=t.source(name))
        t.expect.ok(part)
        etag = part.need("CopyPartResult.ETag")
        t.given.call("CompleteMultipartUpload", **about, MultipartUpload=named_parts((1, etag)))

        t.expect.body(t.look("GetObject", Key=target), name.encode())
