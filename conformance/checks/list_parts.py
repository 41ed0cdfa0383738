"""Checks of ListParts: what it lists, and its pages."""

from __future__ import annotations

from conformance.checks.given_uploads import API, given_part, given_upload
from conformance.trial import Trial, check


@check("list-parts", proved_by=["list-parts-empty"], verified="aws-recorded 2026-02")
def uploaded_parts_are_listed(t: Trial) -> None:
    """ListParts lists number, size and ETag of every part."""
    upload = given_upload(t, "listed")
    one = given_part(t, "listed", upload, 1, b"data")
    two = given_part(t, "listed", upload, 2, b"more data")

    got = t.call("ListParts", Key="listed", UploadId=upload)

    t.expect.ok(got)
    t.expect.member(got, "Parts[].[PartNumber, Size, ETag]", [[1, 4, one], [2, 9, two]])


@check(
    "list-parts",
    proved_by=["list-parts-owner-missing"],
    verified="aws-recorded 2026-02",
    level="should",
)
def listing_describes_the_upload(t: Trial) -> None:
    """ListParts names bucket, key, upload, storage class, owner and initiator."""
    upload = given_upload(t, "listed")

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
    upload = given_upload(t, "paged")
    for number in (1, 2):
        given_part(t, "paged", upload, number, b"data")

    first = t.call("ListParts", Key="paged", UploadId=upload, MaxParts=1)
    t.expect.member(first, "[IsTruncated, NextPartNumberMarker, length(Parts)]", [True, 1, 1])

    second = t.call("ListParts", Key="paged", UploadId=upload, MaxParts=1, PartNumberMarker=1)
    t.expect.member(second, "[IsTruncated, PartNumberMarker, Parts[0].PartNumber]", [False, 1, 2])


@check(
    "list-parts",
    proved_by=["list-parts-marker-ignored"],
    verified="aws-recorded 2026-02",
    only=API,
    level="should",
)
def marker_past_the_last_part_lists_nothing(t: Trial) -> None:
    """A marker past the last part: an empty listing that is not truncated."""
    upload = given_upload(t, "paged")
    given_part(t, "paged", upload, 1, b"data")

    got = t.call("ListParts", Key="paged", UploadId=upload, PartNumberMarker=10)

    t.expect.member(got, "[IsTruncated, PartNumberMarker]", [False, 10])
    t.expect.member(got, "length(Parts || `[]`)", 0)


@check("list-parts", proved_by=["list-unknown-upload-ok"], verified="aws-recorded 2023-10")
def unknown_upload_cannot_be_listed(t: Trial) -> None:
    """ListParts with an upload id nobody made: 404 NoSuchUpload."""
    known = t.given.call("CreateMultipartUpload", Key="x").need("UploadId")
    t.given.call("ListParts", Key="x", UploadId=known)  # of one that was made it is done

    t.expect.error(t.call("ListParts", Key="x", UploadId="fakeid"), 404, "NoSuchUpload")
