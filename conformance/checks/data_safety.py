"""Checks that a sub-resource which is refused, or not known, destroys and overwrites nothing.

What the request is answered with is for the checks of its own row. Here it may be done, or refused
in any way, as long as what was there before is there afterwards. Each works in buckets of its own.
"""

from __future__ import annotations

from typing import Any

from conformance.trial import DATA_LOSS, Stored, Trial, check

API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
CONTENT = b"what must not be lost"
TAGS = {"TagSet": [{"Key": "colour", "Value": "green"}]}
RULE = {"AllowedMethods": ["GET"], "AllowedOrigins": ["https://app.example.com"]}
SAYS_ANYTHING = ("aws-s3api", "boto3", "raw")
NO_UPLOAD = "VXBsb2FkIHRoYXQgbmV2ZXIgd2FzLg"
NO_VERSION = "3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY.MTRCxf3vjVBH40Nr8X8gdRQBpUMLUo"


def _bucket_survives(t: Trial, operation: str, **members: Any) -> None:
    """An empty bucket: one that refuses to be deleted only because it is full would be no proof."""
    bucket = t.given.bucket()
    t.call(operation, Bucket=bucket, **members)
    t.kept.bucket(bucket)


def _object(t: Trial) -> Stored:
    return t.given.object("precious", CONTENT, Bucket=t.given.bucket())


def _object_survives(t: Trial, operation: str, **members: Any) -> None:
    stored = _object(t)
    t.call(operation, Bucket=stored.bucket, Key=stored.key, **members)
    t.kept.object(stored, CONTENT)


# DELETE /bucket?…


@check(
    "data-safety",
    severity=DATA_LOSS,
    proved_by=["bucket-subresource-delete-falls-through", "cors-delete-deletes-the-bucket"],
    spec=f"{API}/API_DeleteBucketCors.html",
)
def deleting_cors_rules_leaves_the_bucket(t: Trial) -> None:
    """`DELETE /bucket?cors` never deletes the bucket."""
    _bucket_survives(t, "DeleteBucketCors")


@check(
    "data-safety",
    severity=DATA_LOSS,
    proved_by=["bucket-subresource-delete-falls-through"],
    spec=f"{API}/API_DeleteBucketLifecycle.html",
)
def deleting_lifecycle_rules_leaves_the_bucket(t: Trial) -> None:
    """`DELETE /bucket?lifecycle` never deletes the bucket."""
    _bucket_survives(t, "DeleteBucketLifecycle")


@check(
    "data-safety",
    severity=DATA_LOSS,
    proved_by=["bucket-subresource-delete-falls-through"],
    spec=f"{API}/API_DeleteBucketTagging.html",
)
def deleting_tags_leaves_the_bucket(t: Trial) -> None:
    """`DELETE /bucket?tagging` never deletes the bucket."""
    _bucket_survives(t, "DeleteBucketTagging")


@check(
    "data-safety",
    severity=DATA_LOSS,
    proved_by=["bucket-subresource-delete-falls-through"],
    spec=f"{API}/API_DeleteBucketPolicy.html",
)
def deleting_the_policy_leaves_the_bucket(t: Trial) -> None:
    """`DELETE /bucket?policy` never deletes the bucket."""
    _bucket_survives(t, "DeleteBucketPolicy")


@check(
    "data-safety",
    severity=DATA_LOSS,
    proved_by=["bucket-subresource-delete-falls-through", "website-delete-deletes-the-bucket"],
    spec=f"{API}/API_DeleteBucketWebsite.html",
)
def deleting_the_website_leaves_the_bucket(t: Trial) -> None:
    """`DELETE /bucket?website` never deletes the bucket."""
    _bucket_survives(t, "DeleteBucketWebsite")


@check(
    "data-safety",
    severity=DATA_LOSS,
    proved_by=["bucket-subresource-delete-falls-through"],
    spec=f"{API}/API_DeleteBucketEncryption.html",
)
def deleting_the_encryption_leaves_the_bucket(t: Trial) -> None:
    """`DELETE /bucket?encryption` never deletes the bucket."""
    _bucket_survives(t, "DeleteBucketEncryption")


@check(
    "data-safety",
    severity=DATA_LOSS,
    proved_by=["bucket-subresource-delete-falls-through"],
    spec=f"{API}/API_DeletePublicAccessBlock.html",
)
def deleting_the_public_access_block_leaves_the_bucket(t: Trial) -> None:
    """`DELETE /bucket?publicAccessBlock` never deletes the bucket."""
    _bucket_survives(t, "DeletePublicAccessBlock")


@check(
    "data-safety",
    severity=DATA_LOSS,
    proved_by=["bucket-subresource-delete-falls-through"],
    spec=f"{API}/API_DeleteBucketReplication.html",
)
def deleting_the_replication_leaves_the_bucket(t: Trial) -> None:
    """`DELETE /bucket?replication` never deletes the bucket."""
    _bucket_survives(t, "DeleteBucketReplication")


@check(
    "data-safety",
    severity=DATA_LOSS,
    proved_by=["bucket-subresource-delete-falls-through"],
    only=SAYS_ANYTHING,
    spec=f"{API}/API_DeleteBucketInventoryConfiguration.html",
)
def deleting_a_numbered_configuration_leaves_the_bucket(t: Trial) -> None:
    """`DELETE /bucket?inventory&id=…` never deletes the bucket, nor do its like.

    Its like are those of metrics, analytics and intelligent tiering.
    """
    for kind in ("Inventory", "Metrics", "Analytics", "IntelligentTiering"):
        _bucket_survives(t, f"DeleteBucket{kind}Configuration", Id="none-of-this-name")


# PUT /bucket?…


@check(
    "data-safety",
    severity=DATA_LOSS,
    proved_by=["bucket-subresource-put-falls-through"],
    spec=f"{API}/API_PutBucketCors.html",
)
def cors_rules_of_a_missing_bucket_make_no_bucket(t: Trial) -> None:
    """`PUT /bucket?cors` where there is no such bucket makes none."""
    t.given.bucket()  # one that is there: not everything is missing
    name = t.bucket_name()
    t.call("PutBucketCors", Bucket=name, CORSConfiguration={"CORSRules": [RULE]})
    t.kept.no_bucket(name)


@check(
    "data-safety",
    severity=DATA_LOSS,
    proved_by=["bucket-subresource-put-falls-through"],
    spec=f"{API}/API_PutBucketTagging.html",
)
def tags_of_a_missing_bucket_make_no_bucket(t: Trial) -> None:
    """`PUT /bucket?tagging` where there is no such bucket makes none."""
    t.given.bucket()  # one that is there: not everything is missing
    name = t.bucket_name()
    t.call("PutBucketTagging", Bucket=name, Tagging=TAGS)
    t.kept.no_bucket(name)


# PUT /bucket/key?…


@check(
    "data-safety",
    severity=DATA_LOSS,
    proved_by=["object-subresource-put-falls-through"],
    spec=f"{API}/API_PutObjectTagging.html",
)
def tagging_leaves_the_object(t: Trial) -> None:
    """`PUT /bucket/key?tagging` never overwrites the object with the tags."""
    _object_survives(t, "PutObjectTagging", Tagging=TAGS)


@check(
    "data-safety",
    severity=DATA_LOSS,
    proved_by=["object-subresource-put-falls-through", "acl-overwrites-the-object"],
    spec=f"{API}/API_PutObjectAcl.html",
)
def setting_the_acl_leaves_the_object(t: Trial) -> None:
    """`PUT /bucket/key?acl` never overwrites the object."""
    _object_survives(t, "PutObjectAcl", ACL="private")


@check(
    "data-safety",
    severity=DATA_LOSS,
    proved_by=["object-subresource-put-falls-through"],
    spec=f"{API}/API_PutObjectLegalHold.html",
)
def legal_hold_leaves_the_object(t: Trial) -> None:
    """`PUT /bucket/key?legal-hold` never overwrites the object."""
    _object_survives(t, "PutObjectLegalHold", LegalHold={"Status": "OFF"})


@check(
    "data-safety",
    severity=DATA_LOSS,
    proved_by=["object-subresource-put-falls-through"],
    only=SAYS_ANYTHING,
    spec=f"{API}/API_PutObjectAnnotation.html",
)
def annotation_leaves_the_object(t: Trial) -> None:
    """`PUT /bucket/key?annotation`, unknown to most so far, never overwrites the object."""
    _object_survives(
        t, "PutObjectAnnotation", AnnotationName="notes", AnnotationPayload=b'{"a": 1}'
    )


@check(
    "data-safety",
    severity=DATA_LOSS,
    proved_by=["part-falls-through"],
    only=SAYS_ANYTHING,
    spec=f"{API}/API_UploadPart.html",
)
def part_of_no_upload_leaves_the_object(t: Trial) -> None:
    """A part for an upload that does not exist never overwrites the object of that key."""
    _object_survives(t, "UploadPart", UploadId=NO_UPLOAD, PartNumber=1, Body=b"a part")


# DELETE /bucket/key?…


@check(
    "data-safety",
    severity=DATA_LOSS,
    proved_by=["object-subresource-delete-falls-through"],
    spec=f"{API}/API_DeleteObjectTagging.html",
)
def deleting_tags_leaves_the_object(t: Trial) -> None:
    """`DELETE /bucket/key?tagging` never deletes the object."""
    _object_survives(t, "DeleteObjectTagging")


@check(
    "data-safety",
    severity=DATA_LOSS,
    proved_by=["object-subresource-delete-falls-through"],
    only=SAYS_ANYTHING,
    spec=f"{API}/API_DeleteObjectAnnotation.html",
)
def deleting_an_annotation_leaves_the_object(t: Trial) -> None:
    """`DELETE /bucket/key?annotation` never deletes the object."""
    _object_survives(t, "DeleteObjectAnnotation", AnnotationName="notes")


@check(
    "data-safety",
    severity=DATA_LOSS,
    proved_by=["abort-falls-through"],
    spec=f"{API}/API_AbortMultipartUpload.html",
)
def aborting_no_upload_leaves_the_object(t: Trial) -> None:
    """Aborting an upload that does not exist never deletes the object of that key."""
    _object_survives(t, "AbortMultipartUpload", UploadId=NO_UPLOAD)


@check(
    "data-safety",
    severity=DATA_LOSS,
    proved_by=["delete-ignores-version"],
    spec=f"{API}/API_DeleteObject.html",
)
def deleting_another_version_leaves_the_object(t: Trial) -> None:
    """DELETE of a version that does not exist never deletes the one that does."""
    _object_survives(t, "DeleteObject", VersionId=NO_VERSION)
