"""Checks of multipart uploads: creating, uploading parts, completing, aborting, listing parts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from conformance.check import check

if TYPE_CHECKING:
    from conformance.trial import Trial

LIMITS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html"
FIVE_MIB = 5 * 1024 * 1024
API = ("aws-s3api", "boto3", "raw")  # the clients that take one step at a time
NO_SUCH_PART = (
    "One or more of the specified parts could not be found.  The part may not have been uploaded, "
    "or the specified entity tag may not match the part's entity tag."
)


def _parts(*numbered: tuple[int, str]) -> dict[str, Any]:
    return {"Parts": [{"PartNumber": number, "ETag": etag} for number, etag in numbered]}


def _given_upload(t: Trial, name: str, **members: Any) -> str:
    upload: str = t.given.call("CreateMultipartUpload", Key=name, **members).need("UploadId")
    return upload


def _given_part(t: Trial, name: str, upload: str, number: int, body: bytes) -> str:
    part = t.given.call("UploadPart", Key=name, UploadId=upload, PartNumber=number, Body=body)
    etag: str = part.need("ETag")
    return etag


@check("multipart-upload", proved_by=["parts-joined-backwards"])
def parts_are_joined_in_their_order(t: Trial) -> None:
    """Parts uploaded last first are joined by their numbers."""
    if t.client in ("aws-s3", "s3cmd"):
        large = b"A" * (3 * FIVE_MIB) + b"the last part" * 200_000
        t.expect.ok(t.call("PutObject", Key="joined", Body=large))
        t.expect.true(
            t.given.call("GetObject", Key="joined").body == large, "the object is what was uploaded"
        )
        return
    upload = t.call("CreateMultipartUpload", Key="joined").need("UploadId")
    last = t.call("UploadPart", Key="joined", UploadId=upload, PartNumber=2, Body=b"the last part")
    first = t.call("UploadPart", Key="joined", UploadId=upload, PartNumber=1, Body=b"A" * FIVE_MIB)

    done = t.call(
        "CompleteMultipartUpload",
        Key="joined",
        UploadId=upload,
        MultipartUpload=_parts((1, first.need("ETag")), (2, last.need("ETag"))),
    )

    t.expect.ok(done)
    body = t.given.call("GetObject", Key="joined").body or b""
    t.expect.equal(len(body), FIVE_MIB + 13, "bytes of the object")
    t.expect.equal(body[-15:], b"AAthe last part", "end of the object")


@check(
    "multipart-upload",
    proved_by=["multipart-etag-plain"],
    verified="aws-recorded 2026-02",
    only=API,
)
def etag_tells_the_number_of_parts(t: Trial) -> None:
    """The ETag of a multipart object is the MD5 of the parts' MD5s, a dash, and their number."""
    upload = _given_upload(t, "etag")
    etag = _given_part(t, "etag", upload, 1, b"test content 123")

    done = t.call(
        "CompleteMultipartUpload", Key="etag", UploadId=upload, MultipartUpload=_parts((1, etag))
    )

    t.expect.member(done, "ETag", '"b972025bc34adf8d76d6d51e93c035cc-1"')


@check(
    "multipart-upload",
    proved_by=["complete-location-missing"],
    verified="aws-recorded 2026-02",
    only=API,
)
def completion_tells_what_was_made(t: Trial) -> None:
    """The answer to a completion names bucket, key and location of the object."""
    upload = _given_upload(t, "told")
    etag = _given_part(t, "told", upload, 1, b"x")

    done = t.call(
        "CompleteMultipartUpload", Key="told", UploadId=upload, MultipartUpload=_parts((1, etag))
    )

    t.expect.member(done, "Bucket", t.bucket)
    t.expect.member(done, "Key", t.key("told"))
    t.expect.member(done, "Location", re.compile(r"https?://.*told"))


@check(
    "multipart-upload", proved_by=["part-gaps-refused"], verified="aws-recorded 2026-02", only=API
)
def part_numbers_may_have_gaps(t: Trial) -> None:
    """Part numbers need not be consecutive: 3 and 7 make an object."""
    upload = _given_upload(t, "gaps")
    three = _given_part(t, "gaps", upload, 3, b"3" * FIVE_MIB)
    seven = _given_part(t, "gaps", upload, 7, b"7")

    t.expect.ok(
        t.call(
            "CompleteMultipartUpload",
            Key="gaps",
            UploadId=upload,
            MultipartUpload=_parts((3, three), (7, seven)),
        )
    )

    t.expect.header(t.given.call("HeadObject", Key="gaps"), "Content-Length", str(FIVE_MIB + 1))


@check(
    "multipart-upload",
    proved_by=["part-order-unchecked"],
    verified="aws-recorded 2026-02",
    only=API,
)
def parts_must_be_named_in_order(t: Trial) -> None:
    """A completion that names its parts out of order: 400 InvalidPartOrder."""
    upload = _given_upload(t, "disorder")
    one = _given_part(t, "disorder", upload, 1, b"1")
    two = _given_part(t, "disorder", upload, 2, b"2")

    got = t.call(
        "CompleteMultipartUpload",
        Key="disorder",
        UploadId=upload,
        MultipartUpload=_parts((2, two), (1, one)),
    )

    t.expect.error(got, 400, "InvalidPartOrder", UploadId=upload)


@check(
    "multipart-upload",
    proved_by=["part-size-unchecked"],
    verified="aws-recorded 2026-02",
    only=API,
    spec=LIMITS,
)
def part_that_is_not_the_last_has_5_mib(t: Trial) -> None:
    """A part under 5 MiB that is not the last: 400 EntityTooSmall, naming the part."""
    upload = _given_upload(t, "small")
    one = _given_part(t, "small", upload, 1, b"data")
    two = _given_part(t, "small", upload, 2, b"data")

    got = t.call(
        "CompleteMultipartUpload",
        Key="small",
        UploadId=upload,
        MultipartUpload=_parts((1, one), (2, two)),
    )

    t.expect.error(
        got,
        400,
        "EntityTooSmall",
        PartNumber="1",
        MinSizeAllowed="5242880",
        ProposedSize="4",
        ETag="8d777f385d3dfec8815d20f7496026dc",
    )


@check(
    "multipart-upload",
    proved_by=["complete-without-parts-accepted"],
    verified="aws-recorded 2026-02",
    only=("aws-s3api", "boto3", "raw"),
)
def completion_needs_a_part(t: Trial) -> None:
    """A completion that names no part: 400 InvalidRequest."""
    upload = _given_upload(t, "none")

    got = t.call(
        "CompleteMultipartUpload", Key="none", UploadId=upload, MultipartUpload={"Parts": []}
    )

    t.expect.status(got, 400)
    t.expect.true(
        got.code in ("InvalidRequest", "MalformedXML"),
        f"{got.code} is InvalidRequest, or MalformedXML where the client sent no body",
    )


@check(
    "multipart-upload",
    proved_by=["complete-without-parts-accepted"],
    only=("raw",),
    spec="https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html",
)
def completion_needs_a_body(t: Trial) -> None:
    """A completion without a body: 400 MalformedXML (or InvalidRequest)."""
    upload = _given_upload(t, "none")

    got = t.raw("POST", f"/{t.bucket}/{t.key('none')}", query=f"uploadId={upload}")

    t.expect.status(got, 400)
    t.expect.true(got.code in ("MalformedXML", "InvalidRequest"), f"{got.code} is one of the two")


@check("multipart-upload", proved_by=["parts-unchecked"], verified="aws-recorded 2026-02", only=API)
def part_with_another_etag_is_refused(t: Trial) -> None:
    """A completion with a part's ETag wrong: 400 InvalidPart, naming part and ETag."""
    upload = _given_upload(t, "wrong")
    _given_part(t, "wrong", upload, 1, b"data")

    got = t.call(
        "CompleteMultipartUpload",
        Key="wrong",
        UploadId=upload,
        MultipartUpload=_parts((1, "d41d8cd98f00b204e9800998ecf8427e")),
    )

    t.expect.error(
        got,
        400,
        "InvalidPart",
        PartNumber="1",
        UploadId=upload,
        ETag="d41d8cd98f00b204e9800998ecf8427e",
    )
    t.expect.equal(got.message, NO_SUCH_PART, "message")


@check(
    "multipart-upload",
    proved_by=["parts-unchecked"],
    verified="aws-recorded 2026-02",
    only=API,
)
def part_that_was_never_uploaded_is_refused(t: Trial) -> None:
    """A completion that names a part nobody uploaded: 400 InvalidPart."""
    upload = _given_upload(t, "wrong")
    etag = _given_part(t, "wrong", upload, 1, b"data")

    got = t.call(
        "CompleteMultipartUpload", Key="wrong", UploadId=upload, MultipartUpload=_parts((2, etag))
    )

    t.expect.error(got, 400, "InvalidPart", PartNumber="2", UploadId=upload)


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


@check(
    "multipart-upload",
    proved_by=["complete-unknown-upload-ok"],
    verified="aws-recorded 2026-02",
    only=API,
)
def unknown_upload_cannot_be_completed(t: Trial) -> None:
    """CompleteMultipartUpload with an upload id nobody made: 404 NoSuchUpload."""
    got = t.call(
        "CompleteMultipartUpload",
        Key="x",
        UploadId="fakeid",
        MultipartUpload=_parts((1, "d41d8cd98f00b204e9800998ecf8427e")),
    )

    t.expect.error(got, 404, "NoSuchUpload", UploadId="fakeid")


@check("multipart-upload", proved_by=["abort-unknown-upload-ok"], verified="aws-recorded 2026-02")
def unknown_upload_cannot_be_aborted(t: Trial) -> None:
    """AbortMultipartUpload with an upload id nobody made: 404 NoSuchUpload."""
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
    upload = _given_upload(t, "right-key")

    got = t.call("UploadPart", Key="other-key", UploadId=upload, PartNumber=1, Body=b"x")

    t.expect.error(got, 404, "NoSuchUpload", UploadId=upload)


@check(
    "multipart-upload",
    proved_by=["abort-does-nothing"],
    spec="https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html",
)
def aborted_upload_is_gone(t: Trial) -> None:
    """An aborted upload answers 204 and takes no more parts."""
    upload = _given_upload(t, "aborted")
    _given_part(t, "aborted", upload, 1, b"x")

    t.expect.status(t.call("AbortMultipartUpload", Key="aborted", UploadId=upload), 204)

    left = t.given.call("ListMultipartUploads", Prefix=t.prefix)
    t.expect.member(left, "length(Uploads || `[]`)", 0)


@check("multipart-upload", proved_by=["missing-key-is-empty"])
def object_appears_with_completion_only(t: Trial) -> None:
    """Before the completion there is no object, whatever parts were uploaded."""
    upload = _given_upload(t, "unborn")
    _given_part(t, "unborn", upload, 1, b"x")

    t.expect.error(t.call("GetObject", Key="unborn"), 404, None)


@check(
    "multipart-upload",
    proved_by=["list-unknown-upload-ok"],
    verified="aws-recorded 2026-02",
    only=API,
)
def completed_upload_is_no_upload_any_more(t: Trial) -> None:
    """After the completion the upload id is unknown: 404 NoSuchUpload."""
    upload = _given_upload(t, "finished")
    etag = _given_part(t, "finished", upload, 1, b"x")
    t.given.call(
        "CompleteMultipartUpload",
        Key="finished",
        UploadId=upload,
        MultipartUpload=_parts((1, etag)),
    )

    got = t.call("ListParts", Key="finished", UploadId=upload)

    t.expect.error(got, 404, "NoSuchUpload", UploadId=upload)


@check("multipart-upload", proved_by=["multipart-metadata-lost"], only=API)
def metadata_of_the_creation_is_kept(t: Trial) -> None:
    """Type and metadata given when the upload is created are the object's."""
    made = t.call(
        "CreateMultipartUpload", Key="meta", ContentType="text/css", Metadata={"colour": "green"}
    )
    upload = made.need("UploadId")
    etag = _given_part(t, "meta", upload, 1, b"x")
    t.given.call(
        "CompleteMultipartUpload", Key="meta", UploadId=upload, MultipartUpload=_parts((1, etag))
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
    upload = _given_upload(t, "again")
    _given_part(t, "again", upload, 1, b"first try")
    second = t.call("UploadPart", Key="again", UploadId=upload, PartNumber=1, Body=b"second try")

    t.given.call(
        "CompleteMultipartUpload",
        Key="again",
        UploadId=upload,
        MultipartUpload=_parts((1, second.need("ETag"))),
    )

    t.expect.body(t.given.call("GetObject", Key="again"), b"second try")


@check("multipart-upload", proved_by=["unnamed-parts-joined"], only=API)
def only_the_parts_named_are_joined(t: Trial) -> None:
    """A part that the completion does not name is left out of the object."""
    upload = _given_upload(t, "chosen")
    one = _given_part(t, "chosen", upload, 1, b"chosen")
    _given_part(t, "chosen", upload, 2, b"left out")

    t.expect.ok(
        t.call(
            "CompleteMultipartUpload",
            Key="chosen",
            UploadId=upload,
            MultipartUpload=_parts((1, one)),
        )
    )

    t.expect.body(t.given.call("GetObject", Key="chosen"), b"chosen")


@check(
    "multipart-upload",
    proved_by=["part-number-unchecked"],
    verified="aws-recorded 2026-02",
    only=("raw",),
    spec=LIMITS,
)
def part_number_is_at_least_1(t: Trial) -> None:
    """Part number -1: 400 InvalidArgument, naming the range."""
    upload = _given_upload(t, "numbered")

    got = t.raw(
        "PUT",
        f"/{t.bucket}/{t.key('numbered')}",
        query=f"partNumber=-1&uploadId={upload}",
        body=b"x",
    )

    t.expect.error(got, 400, "InvalidArgument", ArgumentName="partNumber", ArgumentValue="-1")
    t.expect.equal(
        got.message, "Part number must be an integer between 1 and 10000, inclusive", "message"
    )


@check("multipart-upload", proved_by=["part-number-unchecked"], only=API, spec=LIMITS)
def part_number_is_at_most_10000(t: Trial) -> None:
    """Part number 10,001: 400 InvalidArgument."""
    upload = _given_upload(t, "numbered")

    got = t.call("UploadPart", Key="numbered", UploadId=upload, PartNumber=10_001, Body=b"x")

    t.expect.error(got, 400, "InvalidArgument")


@check(
    "multipart-upload",
    proved_by=["mpu-object-size-ignored"],
    verified="aws-recorded 2026-02",
    only=("raw",),
    level="should",
)
def size_told_with_the_completion_is_verified(t: Trial) -> None:
    """`x-amz-mp-object-size` that is not the object's size: 400 InvalidRequest with both."""
    upload = _given_upload(t, "measured")
    etag = _given_part(t, "measured", upload, 1, b"1234")
    body = (
        f"<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{etag}</ETag></Part>"
        "</CompleteMultipartUpload>"
    )

    got = t.raw(
        "POST",
        f"/{t.bucket}/{t.key('measured')}",
        query=f"uploadId={upload}",
        headers={"x-amz-mp-object-size": "5"},
        body=body.encode(),
    )

    t.expect.error(got, 400, "InvalidRequest")
    t.expect.equal(
        got.message,
        "The provided 'x-amz-mp-object-size' header value 5 does not match what was computed: 4",
        "message",
    )


@check(
    "multipart-upload",
    proved_by=["part-number-ignored"],
    verified="aws-recorded 2026-02",
    only=API,
)
def one_part_can_be_read(t: Trial) -> None:
    """GET with `partNumber=2` answers the second part, where it lies, and how many there are."""
    upload = _given_upload(t, "readable")
    one = _given_part(t, "readable", upload, 1, b"1" * FIVE_MIB)
    two = _given_part(t, "readable", upload, 2, b"test content 123")
    t.given.call(
        "CompleteMultipartUpload",
        Key="readable",
        UploadId=upload,
        MultipartUpload=_parts((1, one), (2, two)),
    )

    got = t.call("GetObject", Key="readable", PartNumber=2)

    t.expect.status(got, 206)
    t.expect.header(got, "Content-Range", "bytes 5242880-5242895/5242896")
    t.expect.header(got, "x-amz-mp-parts-count", "2")
    t.expect.body(got, b"test content 123")


@check("list-parts", proved_by=["list-parts-empty"], verified="aws-recorded 2026-02")
def uploaded_parts_are_listed(t: Trial) -> None:
    """ListParts lists number, size and ETag of every part."""
    upload = _given_upload(t, "listed")
    one = _given_part(t, "listed", upload, 1, b"data")
    two = _given_part(t, "listed", upload, 2, b"more data")

    got = t.call("ListParts", Key="listed", UploadId=upload)

    t.expect.ok(got)
    t.expect.member(got, "Parts[].[PartNumber, Size, ETag]", [[1, 4, one], [2, 9, two]])


@check("list-parts", proved_by=["list-parts-owner-missing"], verified="aws-recorded 2026-02")
def listing_describes_the_upload(t: Trial) -> None:
    """ListParts names bucket, key, upload, storage class, owner and initiator."""
    upload = _given_upload(t, "listed")

    got = t.call("ListParts", Key="listed", UploadId=upload)

    t.expect.member(
        got,
        "[Bucket, Key, UploadId, StorageClass]",
        [t.bucket, t.key("listed"), upload, "STANDARD"],
    )
    t.expect.true(got.members.get("Owner", {}).get("ID"), "the answer has an Owner")
    t.expect.true(got.members.get("Initiator", {}).get("ID"), "the answer has an Initiator")


@check(
    "list-parts", proved_by=["list-parts-max-ignored"], verified="aws-recorded 2026-02", only=API
)
def parts_come_in_pages(t: Trial) -> None:
    """MaxParts makes pages; the marker of one page begins the next."""
    upload = _given_upload(t, "paged")
    for number in (1, 2):
        _given_part(t, "paged", upload, number, b"data")

    first = t.call("ListParts", Key="paged", UploadId=upload, MaxParts=1)
    t.expect.member(first, "[IsTruncated, NextPartNumberMarker, length(Parts)]", [True, 1, 1])

    second = t.call("ListParts", Key="paged", UploadId=upload, MaxParts=1, PartNumberMarker=1)
    t.expect.member(second, "[IsTruncated, PartNumberMarker, Parts[0].PartNumber]", [False, 1, 2])


@check(
    "list-parts", proved_by=["list-parts-marker-ignored"], verified="aws-recorded 2026-02", only=API
)
def marker_past_the_last_part_lists_nothing(t: Trial) -> None:
    """A marker past the last part: an empty listing that is not truncated."""
    upload = _given_upload(t, "paged")
    _given_part(t, "paged", upload, 1, b"data")

    got = t.call("ListParts", Key="paged", UploadId=upload, PartNumberMarker=10)

    t.expect.member(got, "[IsTruncated, PartNumberMarker]", [False, 10])
    t.expect.member(got, "length(Parts || `[]`)", 0)


@check("list-parts", proved_by=["list-unknown-upload-ok"], verified="aws-recorded 2023-10")
def unknown_upload_cannot_be_listed(t: Trial) -> None:
    """ListParts with an upload id nobody made: 404 NoSuchUpload."""
    t.expect.error(t.call("ListParts", Key="x", UploadId="fakeid"), 404, "NoSuchUpload")
