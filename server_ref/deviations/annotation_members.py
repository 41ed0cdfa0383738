"""Deviations of what requests about annotations can say: versions, conditions, digests, pages."""

from __future__ import annotations

from server_ref.deviations import declare
from server_ref.deviations.steps import drop_header, drop_member, force_member, ignore_member
from server_ref.deviations.when import success_for_error

declare(
    "annotation-sha1-not-kept",
    "The SHA-1 of an annotation is not answered when it is read.",
    drop_header("GetObjectAnnotation", "x-amz-checksum-sha1"),
)
declare(
    "annotation-put-says-no-etag",
    "PutObjectAnnotation answers no ETag.",
    drop_header("PutObjectAnnotation", "ETag"),
)
declare(
    "annotations-of-the-newest-version",
    "An annotation is of the newest version, whichever was named.",
    ignore_member("PutObjectAnnotation", "VersionId"),
)
declare(
    "annotation-of-any-object",
    "An annotation is deleted from whatever object is there.",
    ignore_member("DeleteObjectAnnotation", "ObjectIfMatch"),
)
declare(
    "annotation-pages-end-early",
    "A page of annotations does not tell that there are more.",
    drop_member("ListObjectAnnotations", "NextContinuationToken"),
)
declare(
    "annotation-names-of-any-length",
    "A name of an annotation that is too long is answered with success.",
    success_for_error("PutObjectAnnotation", "AnnotationNameTooLong", 200),
)
declare(
    "annotation-prefix-unchecked",
    "A prefix that no annotation can have is answered with an empty list.",
    success_for_error("ListObjectAnnotations", "InvalidPrefix", 200),
)
declare(
    "annotations-of-no-object",
    "An object that is not there has no annotations, and it is not said that it is not there.",
    success_for_error("DeleteObjectAnnotation", "NoSuchKey", 204),
)
declare(
    "annotation-payload-of-any-size",
    "An annotation of no bytes is answered with success.",
    success_for_error("PutObjectAnnotation", "InvalidRequest", 200),
)
declare(
    "annotations-always-copied",
    "A copy has the annotations of its source, whatever AnnotationDirective says.",
    force_member("CopyObject", "AnnotationDirective", "COPY"),
)
