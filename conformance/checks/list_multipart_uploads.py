"""Checks of List multipart uploads."""

from __future__ import annotations

import re
from typing import Any

from conformance.trial import Trial, check, that

SAYS_MARKERS = ("aws-s3api", "boto3", "raw")
MANY_PAGES = 20


def _begin(t: Trial, *names: str) -> list[str]:
    """An upload of each of these keys, one after the other; their upload ids."""
    return [str(t.given.call("CreateMultipartUpload", Key=name).need("UploadId")) for name in names]


@check(
    "list-multipart-uploads", proved_by=["uploads-last-missing"], verified="aws-recorded 2026-02"
)
def upload_in_progress_is_listed(t: Trial) -> None:
    """An upload that was begun is listed with its key and its id."""
    (upload,) = _begin(t, "big")

    got = t.call("ListMultipartUploads", Bucket=t.bucket)

    t.expect.ok(got)
    mine = [entry for entry in got.members.get("Uploads") or [] if entry["Key"] == t.key("big")]
    t.expect.equal([entry["UploadId"] for entry in mine], [upload], "uploads of this key")


@check(
    "list-multipart-uploads",
    proved_by=["uploads-initiated-missing"],
    verified="aws-recorded 2026-02",
    level="should",
)
def upload_names_its_start_owner_and_class(t: Trial) -> None:
    """An entry says when the upload was begun, by whom, and the storage class it will have."""
    _begin(t, "big")

    got = t.call("ListMultipartUploads", Bucket=t.bucket, Prefix=t.prefix)

    t.expect.member(got, "Uploads[0].Initiated", that("a time", bool))
    t.expect.member(got, "Uploads[0].StorageClass", "STANDARD")
    t.expect.member(got, "Uploads[0].Owner.ID", re.compile(".+"))
    t.expect.member(got, "Uploads[0].Initiator.ID", re.compile(".+"))


@check("list-multipart-uploads", proved_by=["upload-aborted-stays"])
def aborted_upload_is_not_listed(t: Trial) -> None:
    """An upload that was aborted is not listed any more."""
    gone, kept = _begin(t, "gone", "kept")
    t.given.call("AbortMultipartUpload", Key="gone", UploadId=gone)

    got = t.call("ListMultipartUploads", Bucket=t.bucket, Prefix=t.prefix)

    t.expect.member(got, "Uploads[].UploadId", [kept])


@check("list-multipart-uploads", proved_by=["upload-completed-stays"])
def completed_upload_is_not_listed(t: Trial) -> None:
    """An upload that was completed is an object and not listed any more."""
    (upload,) = _begin(t, "done")
    before = t.look("ListMultipartUploads", Bucket=t.bucket, Prefix=t.prefix)
    t.expect.member(before, "Uploads[].UploadId", [upload])
    part = t.given.call("UploadPart", Key="done", UploadId=upload, PartNumber=1, Body=b"x")
    t.given.call(
        "CompleteMultipartUpload",
        Key="done",
        UploadId=upload,
        MultipartUpload={
            "Parts": [{"PartNumber": 1, "ETag": part.headers.get("ETag", "")}],
        },
    )

    got = t.call("ListMultipartUploads", Bucket=t.bucket, Prefix=t.prefix)

    t.expect.status(got, 200)
    t.expect.member(got, "Uploads", None)


@check("list-multipart-uploads", proved_by=["uploads-prefix-ignored"])
def prefix_selects_uploads(t: Trial) -> None:
    """`prefix` limits the listing to uploads of keys that start with it."""
    wanted, _ = _begin(t, "a/1", "b/1")

    got = t.call("ListMultipartUploads", Bucket=t.bucket, Prefix=t.key("a/"))

    t.expect.member(got, "Uploads[].UploadId", [wanted])


@check(
    "list-multipart-uploads",
    proved_by=["uploads-delimiter-ignored"],
    verified="aws-recorded 2026-02",
    level="should",
)
def delimiter_groups_uploads(t: Trial) -> None:
    """`delimiter` turns keys that have it after the prefix into common prefixes."""
    *_, top = _begin(t, "a/1", "a/2", "top")

    got = t.call("ListMultipartUploads", Bucket=t.bucket, Prefix=t.prefix, Delimiter="/")

    t.expect.member(got, "CommonPrefixes[].Prefix", [t.key("a/")])
    t.expect.member(got, "Uploads[].UploadId", [top])


@check(
    "list-multipart-uploads",
    proved_by=["uploads-newest-first"],
    verified="aws-recorded 2026-02",
    level="should",
)
def uploads_of_a_key_are_listed_as_they_began(t: Trial) -> None:
    """Keys are sorted, and uploads of one key come in the order they were begun."""
    # six of one key: a server that sorts by ids of chance has this order once in 720 runs
    b, *of_a = _begin(t, "b", "a", "a", "a", "a", "a", "a")

    got = t.call("ListMultipartUploads", Bucket=t.bucket, Prefix=t.prefix)

    t.expect.member(got, "Uploads[].UploadId", [*of_a, b])


@check(
    "list-multipart-uploads",
    proved_by=["uploads-id-marker-ignored"],
    only=SAYS_MARKERS,
    verified="aws-recorded 2026-02",
)
def pages_may_end_between_two_uploads_of_a_key(t: Trial) -> None:
    """Following NextKeyMarker and NextUploadIdMarker gives every upload once."""
    uploads = _begin(t, "a", "a", "b")

    seen: list[str] = []
    asked: dict[str, Any] = {"Bucket": t.bucket, "Prefix": t.prefix, "MaxUploads": 1}
    for _ in range(MANY_PAGES):
        page = t.call("ListMultipartUploads", **asked)
        names = [entry["UploadId"] for entry in page.members.get("Uploads") or []]
        seen += names
        t.expect.true(len(names) <= 1, "no page has more than the one that was asked for", of=page)
        if not page.members.get("IsTruncated"):
            break
        asked["KeyMarker"] = page.need("NextKeyMarker")
        asked["UploadIdMarker"] = page.need("NextUploadIdMarker")

    t.expect.equal(sorted(seen), sorted(uploads), "uploads, page by page")


@check(
    "list-multipart-uploads",
    proved_by=["uploads-id-marker-alone-refused"],
    only=SAYS_MARKERS,
    verified="aws-recorded 2026-02",
    level="should",
)
def upload_marker_alone_is_ignored(t: Trial) -> None:
    """`upload-id-marker` without `key-marker` has no effect."""
    uploads = _begin(t, "a", "a")

    got = t.call(
        "ListMultipartUploads", Bucket=t.bucket, Prefix=t.prefix, UploadIdMarker=uploads[0]
    )

    t.expect.member(got, "sort(Uploads[].UploadId)", sorted(uploads))


@check(
    "list-multipart-uploads",
    proved_by=["uploads-id-marker-unchecked"],
    only=SAYS_MARKERS,
    verified="aws-recorded 2026-02",
    level="should",
)
def upload_marker_of_another_key_is_refused(t: Trial) -> None:
    """`upload-id-marker` of an upload of another key than `key-marker`: 400 InvalidArgument."""
    _, other = _begin(t, "a", "b")

    got = t.call(
        "ListMultipartUploads", Bucket=t.bucket, KeyMarker=t.key("a"), UploadIdMarker=other
    )

    t.expect.error(
        got, 400, "InvalidArgument", ArgumentName="upload-id-marker", ArgumentValue=other
    )


@check(
    "list-multipart-uploads",
    proved_by=["uploads-encoding-unchecked"],
    only=SAYS_MARKERS,
    verified="aws-recorded 2026-02",
    level="should",
)
def unknown_encoding_type_is_refused(t: Trial) -> None:
    """An `encoding-type` other than url: 400 InvalidArgument."""
    got = t.call("ListMultipartUploads", Bucket=t.bucket, EncodingType="value")

    t.expect.error(got, 400, "InvalidArgument", ArgumentName="encoding-type")
