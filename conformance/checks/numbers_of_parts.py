"""Checks that part numbers are numbers, and that parts leave no seam in the object."""

from __future__ import annotations

from conformance.checks.given_uploads import API as CLIENTS
from conformance.checks.given_uploads import FIVE_MIB, given_part, given_upload, named_parts
from conformance.trial import Trial, check

API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
OVERVIEW = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html"


@check(
    "list-parts",
    proved_by=["parts-sorted-as-words"],
    only=CLIENTS,
    spec=f"{API}/API_ListParts.html",
)
def parts_are_listed_by_their_numbers(t: Trial) -> None:
    """Parts 1, 2, 10 and 9 are listed as 1, 2, 9, 10, and so they come page by page."""
    upload = given_upload(t, "many")
    for number in (10, 1, 9, 2):
        given_part(t, "many", upload, number, b"x")

    whole = t.call("ListParts", Key="many", UploadId=upload)
    rest = t.call("ListParts", Key="many", UploadId=upload, PartNumberMarker=2)

    t.expect.member(whole, "Parts[].PartNumber", [1, 2, 9, 10])
    t.expect.member(rest, "Parts[].PartNumber", [9, 10])


@check(
    "multipart-upload",
    proved_by=["parts-joined-as-words", "ranges-end-with-their-part"],
    only=CLIENTS,
    spec=OVERVIEW,
)
def part_ten_comes_after_part_two(t: Trial) -> None:
    """Parts 2 and 10 join in this order, and a range over the end of the first is of both."""
    upload = given_upload(t, "joined")
    ten = given_part(t, "joined", upload, 10, b"second")
    two = given_part(t, "joined", upload, 2, b"1" * FIVE_MIB)

    done = t.call(
        "CompleteMultipartUpload",
        Key="joined",
        UploadId=upload,
        MultipartUpload=named_parts((2, two), (10, ten)),
    )

    t.expect.ok(done)
    got = t.look("GetObject", Key="joined", Range=f"bytes={FIVE_MIB - 3}-{FIVE_MIB + 2}")
    t.expect.status(got, 206)
    t.expect.body(got, b"111sec")
