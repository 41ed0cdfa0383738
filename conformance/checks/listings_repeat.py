"""Checks of what a listing says of its question and its page: names, limits, markers, who.

A client that pages goes by these: it compares what it asked for, and goes on where it is told.
"""

from __future__ import annotations

from conformance.trial import Trial, check

_SAYS = ("boto3", "raw")


@check("list-objects-v2", proved_by=["v2-question-not-repeated"], only=_SAYS, level="should")
def answer_repeats_the_question(t: Trial) -> None:
    """Name, Prefix, Delimiter and MaxKeys of the answer are those of the request."""
    for name in ("a/1", "b"):
        t.given.object(name)

    got = t.call("ListObjectsV2", Bucket=t.bucket, Prefix=t.prefix, Delimiter="/", MaxKeys=7)

    t.expect.member(got, "Name", t.bucket)
    t.expect.member(got, "Prefix", t.prefix)
    t.expect.member(got, "Delimiter", "/")
    t.expect.member(got, "MaxKeys", 7)


@check("list-objects-v2", proved_by=["v2-token-not-repeated"], only=_SAYS, level="should")
def answer_repeats_the_token(t: Trial) -> None:
    """The second page has the ContinuationToken that was sent for it."""
    for name in ("a", "b"):
        t.given.object(name)
    first = t.call("ListObjectsV2", Bucket=t.bucket, Prefix=t.prefix, MaxKeys=1)
    token = first.need("NextContinuationToken")

    got = t.call("ListObjectsV2", Bucket=t.bucket, Prefix=t.prefix, ContinuationToken=token)

    t.expect.member(got, "ContinuationToken", token)
    t.expect.member(got, "Contents[].Key", [t.key("b")])


@check(
    "list-object-versions", proved_by=["versions-question-not-repeated"], only=_SAYS, level="should"
)
def answer_repeats_the_question_about_versions(t: Trial) -> None:
    """Name, Prefix, Delimiter, MaxKeys and KeyMarker are those of the request."""
    for name in ("a", "b"):
        t.given.object(name)

    got = t.call(
        "ListObjectVersions",
        Bucket=t.bucket,
        Prefix=t.prefix,
        Delimiter="/",
        MaxKeys=7,
        KeyMarker=t.key("a"),
    )

    t.expect.member(got, "Name", t.bucket)
    t.expect.member(got, "Prefix", t.prefix)
    t.expect.member(got, "Delimiter", "/")
    t.expect.member(got, "MaxKeys", 7)
    t.expect.member(got, "KeyMarker", t.key("a"))
    t.expect.member(got, "Versions[].Key", [t.key("b")])


@check("list-object-versions", proved_by=["versions-end-not-told"], only=_SAYS)
def page_of_versions_says_where_it_ended(t: Trial) -> None:
    """A page that is not the last: IsTruncated, and key and version of its last entry."""
    bucket = t.given.versioned_bucket()
    for _ in range(2):
        t.given.call("PutObject", Bucket=bucket, Key="key", Body=b"x")

    got = t.call("ListObjectVersions", Bucket=bucket, MaxKeys=1)

    t.expect.member(got, "IsTruncated", True)
    t.expect.member(got, "NextKeyMarker", "key")
    t.expect.member(got, "NextVersionIdMarker", got.need("Versions[0].VersionId"))


@check(
    "list-multipart-uploads",
    proved_by=["uploads-question-not-repeated"],
    only=_SAYS,
    level="should",
)
def answer_repeats_the_question_about_uploads(t: Trial) -> None:
    """Bucket, Prefix, Delimiter and MaxUploads are those of the request."""
    t.given.call("CreateMultipartUpload", Bucket=t.bucket, Key=t.key("a"))

    got = t.call(
        "ListMultipartUploads", Bucket=t.bucket, Prefix=t.prefix, Delimiter="/", MaxUploads=7
    )

    t.expect.member(got, "Bucket", t.bucket)
    t.expect.member(got, "Prefix", t.prefix)
    t.expect.member(got, "Delimiter", "/")
    t.expect.member(got, "MaxUploads", 7)
    t.expect.member(got, "Uploads[].Key", [t.key("a")])


@check("list-multipart-uploads", proved_by=["uploads-end-not-told"], only=_SAYS)
def page_of_uploads_says_where_it_ended(t: Trial) -> None:
    """A page that is not the last: IsTruncated, and key and id of its last upload."""
    bucket = t.given.bucket()
    for name in ("a", "b"):
        t.given.call("CreateMultipartUpload", Bucket=bucket, Key=name)

    got = t.call("ListMultipartUploads", Bucket=bucket, MaxUploads=1)

    t.expect.member(got, "IsTruncated", True)
    t.expect.member(got, "NextKeyMarker", "a")
    t.expect.member(got, "NextUploadIdMarker", got.need("Uploads[0].UploadId"))


@check("list-parts", proved_by=["parts-question-not-repeated"], only=_SAYS, level="should")
def answer_repeats_the_question_about_parts(t: Trial) -> None:
    """Bucket, Key, UploadId, MaxParts and PartNumberMarker are those of the request."""
    begun = t.given.call("CreateMultipartUpload", Bucket=t.bucket, Key=t.key("a"))
    upload = begun.need("UploadId")
    for number in (1, 2, 3):
        t.given.call(
            "UploadPart",
            Bucket=t.bucket,
            Key=t.key("a"),
            UploadId=upload,
            PartNumber=number,
            Body=b"x",
        )

    got = t.call("ListParts", Key="a", UploadId=upload, MaxParts=1, PartNumberMarker=1)

    t.expect.member(got, "Bucket", t.bucket)
    t.expect.member(got, "Key", t.key("a"))
    t.expect.member(got, "UploadId", upload)
    t.expect.member(got, "MaxParts", 1)
    t.expect.member(got, "PartNumberMarker", 1)
    t.expect.member(got, "NextPartNumberMarker", 2)
    t.expect.member(got, "Parts[].PartNumber", [2])


@check("list-parts", proved_by=["parts-class-not-told"], only=_SAYS, level="should")
def parts_tell_the_class_of_the_upload(t: Trial) -> None:
    """StorageClass is the one that the upload was begun with."""
    begun = t.given.call(
        "CreateMultipartUpload", Bucket=t.bucket, Key=t.key("a"), StorageClass="STANDARD_IA"
    )

    got = t.call("ListParts", Key="a", UploadId=begun.need("UploadId"))

    t.expect.member(got, "StorageClass", "STANDARD_IA")
