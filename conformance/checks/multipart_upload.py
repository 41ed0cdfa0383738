"""Checks of multipart uploads: creating them, their parts, aborting, reading a part."""

from __future__ import annotations

from conformance.checks.given_uploads import (
    API,
    FIVE_MIB,
    LIMITS,
    given_part,
    given_upload,
    named_parts,
)
from conformance.trial import ClientCannotError, Trial, check


@check("multipart-upload", proved_by=["parts-joined-backwards"])
def parts_are_joined_in_their_order(t: Trial) -> None:
    """Parts uploaded last first are joined by their numbers."""
    try:
        upload = t.call("CreateMultipartUpload", Key="joined").need("UploadId")
    except ClientCannotError:
        _join_by_itself(t)
        return
    last = t.call("UploadPart", Key="joined", UploadId=upload, PartNumber=2, Body=b"the last part")
    first = t.call("UploadPart", Key="joined", UploadId=upload, PartNumber=1, Body=b"A" * FIVE_MIB)

    done = t.call(
        "CompleteMultipartUpload",
        Key="joined",
        UploadId=upload,
        MultipartUpload=named_parts((1, first.need("ETag")), (2, last.need("ETag"))),
    )

    t.expect.ok(done)
    body = t.given.call("GetObject", Key="joined").body or b""
    t.expect.equal(len(body), FIVE_MIB + 13, "bytes of the object")
    t.expect.equal(body[-15:], b"AAthe last part", "end of the object")


def _join_by_itself(t: Trial) -> None:
    """A client without words for uploads sends a large file in parts, of its own."""
    large = b"A" * (3 * FIVE_MIB) + b"the last part" * 200_000
    put = t.call("PutObject", Key="joined", Body=large)
    targets = [one.request.start_line.split(" ")[1] for one in put.exchanges]
    if put.good and not any("partNumber=" in target for target in targets):
        raise ClientCannotError(f"{t.client} sends {len(large)} bytes in one request")
    t.expect.ok(put)
    t.expect.true(
        t.given.call("GetObject", Key="joined").body == large, "the object is what was uploaded"
    )


@check(
    "multipart-upload",
    proved_by=["unknown-upload-created"],
    verified="aws-recorded 2026-02",
    only=API,
)
def part_of_an_unknown_upload_is_refused(t: Trial) -> None:
    """UploadPart with an upload id nobody made: 404 NoSuchUpload."""
    got = t.call("UploadPart", Key="x", UploadId="fakeid", PartNumber=1, Body=b"x")

    t.expect.error(got, 404, "NoSuchUpload", UploadId="fakeid")


@check("multipart-upload", proved_by=["abort-unknown-upload-ok"], verified="aws-recorded 2026-02")
def unknown_upload_cannot_be_aborted(t: Trial) -> None:
    """AbortMultipartUpload with an upload id nobody made: 404 NoSuchUpload."""
    known = given_upload(t, "x")
    t.given.call("AbortMultipartUpload", Key="x", UploadId=known)  # of one that was made it is done

    got = t.call("AbortMultipartUpload", Key="x", UploadId="fakeid")

    t.expect.error(got, 404, "NoSuchUpload", UploadId="fakeid")


@check(
    "multipart-upload",
    proved_by=["unknown-upload-created"],
    verified="aws-recorded 2023-10",
    only=API,
)
def upload_belongs_to_its_key(t: Trial) -> None:
    """A right upload id with another key: 404 NoSuchUpload."""
    upload = given_upload(t, "right-key")

    got = t.call("UploadPart", Key="other-key", UploadId=upload, PartNumber=1, Body=b"x")

    t.expect.error(got, 404, "NoSuchUpload", UploadId=upload)


@check(
    "multipart-upload",
    proved_by=["abort-does-nothing"],
    spec="https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html",
)
def aborted_upload_is_gone(t: Trial) -> None:
    """An aborted upload answers 204 and takes no more parts."""
    upload = given_upload(t, "aborted")
    given_part(t, "aborted", upload, 1, b"x")

    t.expect.status(t.call("AbortMultipartUpload", Key="aborted", UploadId=upload), 204)

    late = t.look("UploadPart", Key="aborted", UploadId=upload, PartNumber=2, Body=b"x")
    t.expect.error(late, 404, "NoSuchUpload")
    left = t.given.call("ListMultipartUploads", Prefix=t.prefix)
    t.expect.member(left, "length(Uploads || `[]`)", 0)


@check("multipart-upload", proved_by=["missing-key-is-empty"])
def object_appears_with_completion_only(t: Trial) -> None:
    """Before the completion there is no object, whatever parts were uploaded."""
    upload = given_upload(t, "unborn")
    given_part(t, "unborn", upload, 1, b"x")

    t.expect.error(t.call("GetObject", Key="unborn"), 404, None)


@check("multipart-upload", proved_by=["multipart-metadata-lost"], only=API)
def metadata_of_the_creation_is_kept(t: Trial) -> None:
    """Type and metadata given when the upload is created are the object's."""
    made = t.call(
        "CreateMultipartUpload", Key="meta", ContentType="text/css", Metadata={"colour": "green"}
    )
    upload = made.need("UploadId")
    etag = given_part(t, "meta", upload, 1, b"x")
    t.given.call(
        "CompleteMultipartUpload",
        Key="meta",
        UploadId=upload,
        MultipartUpload=named_parts((1, etag)),
    )

    got = t.given.call("HeadObject", Key="meta")
    t.expect.header(got, "Content-Type", "text/css")
    t.expect.header(got, "x-amz-meta-colour", "green")


@check(
    "multipart-upload",
    proved_by=["first-part-kept"],
    only=API,
    spec="https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html",
)
def part_uploaded_again_replaces_the_first(t: Trial) -> None:
    """A part uploaded a second time under its number replaces the first."""
    upload = given_upload(t, "again")
    given_part(t, "again", upload, 1, b"first try")
    second = t.call("UploadPart", Key="again", UploadId=upload, PartNumber=1, Body=b"second try")

    t.given.call(
        "CompleteMultipartUpload",
        Key="again",
        UploadId=upload,
        MultipartUpload=named_parts((1, second.need("ETag"))),
    )

    t.expect.body(t.given.call("GetObject", Key="again"), b"second try")


@check(
    "multipart-upload",
    proved_by=["part-number-unchecked"],
    verified="aws-recorded 2026-02",
    only=("raw",),
    spec=LIMITS,
    level="should",
)
def part_number_is_at_least_1(t: Trial) -> None:
    """Part number -1: 400 InvalidArgument, naming the range."""
    upload = given_upload(t, "numbered")

    got = t.raw(
        "PUT",
        f"/{t.bucket}/{t.key('numbered')}",
        query=f"partNumber=-1&uploadId={upload}",
        body=b"x",
    )

    t.expect.error(got, 400, "InvalidArgument", ArgumentName="partNumber", ArgumentValue="-1")
    t.expect.message(got, "Part number must be an integer between 1 and 10000, inclusive")


@check(
    "multipart-upload", proved_by=["part-number-unchecked"], only=API, spec=LIMITS, level="should"
)
def part_number_is_at_most_10000(t: Trial) -> None:
    """Part number 10,001: 400 InvalidArgument."""
    upload = given_upload(t, "numbered")

    got = t.call("UploadPart", Key="numbered", UploadId=upload, PartNumber=10_001, Body=b"x")

    t.expect.error(got, 400, "InvalidArgument")


@check(
    "multipart-upload",
    proved_by=["part-number-ignored"],
    verified="aws-recorded 2026-02",
    only=API,
)
def one_part_can_be_read(t: Trial) -> None:
    """GET with `partNumber=2` answers the second part, where it lies, and how many there are."""
    upload = given_upload(t, "readable")
    one = given_part(t, "readable", upload, 1, b"1" * FIVE_MIB)
    two = given_part(t, "readable", upload, 2, b"test content 123")
    t.given.call(
        "CompleteMultipartUpload",
        Key="readable",
        UploadId=upload,
        MultipartUpload=named_parts((1, one), (2, two)),
    )

    got = t.call("GetObject", Key="readable", PartNumber=2)

    t.expect.status(got, 206)
    t.expect.header(got, "Content-Range", "bytes 5242880-5242895/5242896")
    t.expect.header(got, "x-amz-mp-parts-count", "2")
    t.expect.body(got, b"test content 123")
