"""Checks of CompleteMultipartUpload: what it takes, refuses and answers."""

from __future__ import annotations

import re
from urllib.parse import quote

from conformance.checks.given_uploads import (
    API,
    FIVE_MIB,
    LIMITS,
    given_part,
    given_upload,
    named_parts,
)
from conformance.trial import Trial, check

NO_SUCH_PART = (
    "One or more of the specified parts could not be found.  The part may not have been uploaded, "
    "or the specified entity tag may not match the part's entity tag."
)


@check(
    "multipart-upload",
    proved_by=["multipart-etag-plain"],
    verified="aws-recorded 2026-02",
    only=API,
)
def etag_tells_the_number_of_parts(t: Trial) -> None:
    """The ETag of a multipart object is the MD5 of the parts' MD5s, a dash, and their number."""
    upload = given_upload(t, "etag")
    etag = given_part(t, "etag", upload, 1, b"test content 123")

    done = t.call(
        "CompleteMultipartUpload",
        Key="etag",
        UploadId=upload,
        MultipartUpload=named_parts((1, etag)),
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
    upload = given_upload(t, "told")
    etag = given_part(t, "told", upload, 1, b"x")

    done = t.call(
        "CompleteMultipartUpload",
        Key="told",
        UploadId=upload,
        MultipartUpload=named_parts((1, etag)),
    )

    t.expect.member(done, "Bucket", t.bucket)
    t.expect.member(done, "Key", t.key("told"))
    t.expect.member(done, "Location", re.compile(r"https?://.*told"))


@check(
    "multipart-upload",
    proved_by=["complete-location-not-escaped"],
    verified="aws-recorded 2026-02",
    only=API,
    level="should",
)
def location_of_a_completion_is_escaped(t: Trial) -> None:
    """Location is a URL: letters outside ASCII and blanks of the key are escaped in it."""
    name = "größe — maß.txt"
    upload = given_upload(t, name)
    etag = given_part(t, name, upload, 1, b"x")

    done = t.call(
        "CompleteMultipartUpload",
        Key=name,
        UploadId=upload,
        MultipartUpload=named_parts((1, etag)),
    )

    t.expect.member(done, "Key", t.key(name))
    t.expect.member(done, "Location", re.compile(rf"https?://.*{re.escape(quote(name))}"))


@check(
    "multipart-upload", proved_by=["part-gaps-refused"], verified="aws-recorded 2026-02", only=API
)
def part_numbers_may_have_gaps(t: Trial) -> None:
    """Part numbers need not be consecutive: 3 and 7 make an object."""
    upload = given_upload(t, "gaps")
    three = given_part(t, "gaps", upload, 3, b"3" * FIVE_MIB)
    seven = given_part(t, "gaps", upload, 7, b"7")

    t.expect.ok(
        t.call(
            "CompleteMultipartUpload",
            Key="gaps",
            UploadId=upload,
            MultipartUpload=named_parts((3, three), (7, seven)),
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
    """A completion that names its parts out of order: 400 InvalidPartOrder.

    Both have 5 MiB, so that whichever counts as the last, their order is all that is wrong.
    """
    upload = given_upload(t, "disorder")
    one = given_part(t, "disorder", upload, 1, b"1" * FIVE_MIB)
    two = given_part(t, "disorder", upload, 2, b"2" * FIVE_MIB)

    got = t.call(
        "CompleteMultipartUpload",
        Key="disorder",
        UploadId=upload,
        MultipartUpload=named_parts((2, two), (1, one)),
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
    upload = given_upload(t, "small")
    one = given_part(t, "small", upload, 1, b"data")
    two = given_part(t, "small", upload, 2, b"data")

    got = t.call(
        "CompleteMultipartUpload",
        Key="small",
        UploadId=upload,
        MultipartUpload=named_parts((1, one), (2, two)),
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
    # apache/arrow-rs-object-store#91, distribution/distribution#3866, ex-aws/ex_aws_s3#74
    verified="reported",
    only=("aws-s3api", "boto3", "raw"),
    level="should",
)
def completion_needs_a_part(t: Trial) -> None:
    """A completion whose document names no part: 400 MalformedXML (or InvalidRequest)."""
    upload = given_upload(t, "none")

    got = t.call(
        "CompleteMultipartUpload", Key="none", UploadId=upload, MultipartUpload={"Parts": []}
    )

    t.expect.error(got, 400, ("MalformedXML", "InvalidRequest"))


@check(
    "multipart-upload",
    proved_by=["complete-without-parts-accepted"],
    verified="aws-recorded 2026-02",
    only=("raw",),
    spec="https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html",
    level="should",
)
def completion_needs_a_body(t: Trial) -> None:
    """A completion without a body: 400 InvalidRequest (or MalformedXML)."""
    upload = given_upload(t, "none")

    got = t.raw("POST", f"/{t.bucket}/{t.key('none')}", query=f"uploadId={upload}")

    t.expect.error(got, 400, ("InvalidRequest", "MalformedXML"))


@check("multipart-upload", proved_by=["parts-unchecked"], verified="aws-recorded 2026-02", only=API)
def part_with_another_etag_is_refused(t: Trial) -> None:
    """A completion with a part's ETag wrong: 400 InvalidPart, naming part and ETag."""
    upload = given_upload(t, "wrong")
    given_part(t, "wrong", upload, 1, b"data")

    got = t.call(
        "CompleteMultipartUpload",
        Key="wrong",
        UploadId=upload,
        MultipartUpload=named_parts((1, "d41d8cd98f00b204e9800998ecf8427e")),
    )

    t.expect.error(
        got,
        400,
        "InvalidPart",
        PartNumber="1",
        UploadId=upload,
        ETag="d41d8cd98f00b204e9800998ecf8427e",
    )
    t.expect.message(got, NO_SUCH_PART)


@check(
    "multipart-upload",
    proved_by=["parts-unchecked"],
    verified="aws-recorded 2026-02",
    only=API,
)
def part_that_was_never_uploaded_is_refused(t: Trial) -> None:
    """A completion that names a part nobody uploaded: 400 InvalidPart."""
    upload = given_upload(t, "wrong")
    etag = given_part(t, "wrong", upload, 1, b"data")

    got = t.call(
        "CompleteMultipartUpload",
        Key="wrong",
        UploadId=upload,
        MultipartUpload=named_parts((2, etag)),
    )

    t.expect.error(got, 400, "InvalidPart", PartNumber="2", UploadId=upload)


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
        MultipartUpload=named_parts((1, "d41d8cd98f00b204e9800998ecf8427e")),
    )

    t.expect.error(got, 404, "NoSuchUpload", UploadId="fakeid")


@check(
    "multipart-upload",
    proved_by=["list-unknown-upload-ok"],
    verified="aws-recorded 2026-02",
    only=API,
)
def completed_upload_is_no_upload_any_more(t: Trial) -> None:
    """After the completion the upload id is unknown: 404 NoSuchUpload."""
    upload = given_upload(t, "finished")
    etag = given_part(t, "finished", upload, 1, b"x")
    t.given.call(
        "CompleteMultipartUpload",
        Key="finished",
        UploadId=upload,
        MultipartUpload=named_parts((1, etag)),
    )

    got = t.call("ListParts", Key="finished", UploadId=upload)

    t.expect.error(got, 404, "NoSuchUpload", UploadId=upload)


@check("multipart-upload", proved_by=["unnamed-parts-joined"], only=API)
def only_the_parts_named_are_joined(t: Trial) -> None:
    """A part that the completion does not name is left out of the object."""
    upload = given_upload(t, "chosen")
    one = given_part(t, "chosen", upload, 1, b"chosen")
    given_part(t, "chosen", upload, 2, b"left out")

    t.expect.ok(
        t.call(
            "CompleteMultipartUpload",
            Key="chosen",
            UploadId=upload,
            MultipartUpload=named_parts((1, one)),
        )
    )

    t.expect.body(t.given.call("GetObject", Key="chosen"), b"chosen")


@check(
    "multipart-upload",
    proved_by=["mpu-object-size-ignored"],
    verified="aws-recorded 2026-02",
    only=("raw",),
    level="should",
)
def size_told_with_the_completion_is_verified(t: Trial) -> None:
    """`x-amz-mp-object-size` that is not the object's size: 400 InvalidRequest with both."""
    upload = given_upload(t, "measured")
    etag = given_part(t, "measured", upload, 1, b"1234")
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
    t.expect.message(
        got,
        "The provided 'x-amz-mp-object-size' header value 5 does not match what was computed: 4",
    )
