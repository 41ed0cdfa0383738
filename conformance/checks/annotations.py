"""Checks of annotations: named payloads beside an object."""

from __future__ import annotations

from conformance.trial import Trial, check

API = "https://docs.aws.amazon.com/AmazonS3/latest/API"


def _annotated(t: Trial, *names: str) -> None:
    """The object "key" with annotations of these names; each has its name as payload."""
    t.given.object("key", b"object")
    for name in names:
        t.given.call(
            "PutObjectAnnotation", Key="key", AnnotationName=name, AnnotationPayload=name.encode()
        )


@check("object-annotations", proved_by=["annotation-not-kept"])
def annotation_reads_back(t: Trial) -> None:
    """The payload that was put under a name is got under it, and the object is what it was."""
    _annotated(t)

    put = t.call(
        "PutObjectAnnotation", Key="key", AnnotationName="labels", AnnotationPayload=b'{"a": 1}'
    )

    t.expect.ok(put)
    got = t.call("GetObjectAnnotation", Key="key", AnnotationName="labels")
    t.expect.status(got, 200)
    t.expect.body(got, b'{"a": 1}')
    # who does not know annotations reads the payload back, too: from the object it has overwritten
    t.expect.body(t.look("GetObject", Key="key"), b"object")


@check(
    "object-annotations",
    proved_by=["annotation-listed-without-prefix"],
    spec=f"{API}/API_ListObjectAnnotations.html",
)
def names_are_listed_by_prefix(t: Trial) -> None:
    """ListObjectAnnotations tells the names that begin with AnnotationPrefix."""
    _annotated(t, "one", "other", "text")

    got = t.call("ListObjectAnnotations", Key="key", AnnotationPrefix="o")

    t.expect.member(got, "Annotations[].AnnotationName", ["one", "other"])


@check(
    "object-annotations",
    proved_by=["annotation-missing-is-empty"],
    spec=f"{API}/API_GetObjectAnnotation.html",
)
def missing_annotation_is_an_error(t: Trial) -> None:
    """GetObjectAnnotation of a name that is not there: 404 NoSuchAnnotation."""
    _annotated(t)

    got = t.call("GetObjectAnnotation", Key="key", AnnotationName="absent")

    t.expect.error(got, 404, "NoSuchAnnotation")


@check(
    "object-annotations",
    proved_by=["annotation-deleted-stays"],
    spec=f"{API}/API_DeleteObjectAnnotation.html",
)
def deleted_annotation_is_gone(t: Trial) -> None:
    """DeleteObjectAnnotation answers 204, and the object stays."""
    _annotated(t, "gone", "kept")

    t.expect.status(t.call("DeleteObjectAnnotation", Key="key", AnnotationName="gone"), 204)

    listed = t.look("ListObjectAnnotations", Key="key")
    t.expect.member(listed, "Annotations[].AnnotationName", ["kept"])
    t.expect.status(t.look("HeadObject", Key="key"), 200)


@check("object-annotations", proved_by=["annotation-names-unchecked"])
def reserved_names_are_refused(t: Trial) -> None:
    """A name that begins with `aws`: 400 InvalidAnnotationName."""
    _annotated(t)

    got = t.call(
        "PutObjectAnnotation", Key="key", AnnotationName="AWS-mine", AnnotationPayload=b"x"
    )

    t.expect.error(got, 400, "InvalidAnnotationName")


@check("object-annotations", proved_by=["annotation-bytes-unchecked"])
def payload_is_text(t: Trial) -> None:
    """A payload that is no UTF-8: 415 UnsupportedMediaType."""
    _annotated(t)

    got = t.call(
        "PutObjectAnnotation", Key="key", AnnotationName="bytes", AnnotationPayload=b"\xff\xfe"
    )

    t.expect.error(got, 415, "UnsupportedMediaType")


@check(
    "object-annotations",
    proved_by=["annotation-not-copied"],
    spec=f"{API}/API_CopyObject.html",
)
def copy_has_the_annotations(t: Trial) -> None:
    """CopyObject copies the annotations, too."""
    _annotated(t, "labels")
    t.given.call("CopyObject", Key="copy", CopySource=t.source("key"))

    got = t.call("GetObjectAnnotation", Key="copy", AnnotationName="labels")

    t.expect.body(got, b"labels")


@check("object-annotations", proved_by=["annotation-outlives-its-object"])
def overwritten_object_has_none(t: Trial) -> None:
    """An object that replaces another has none of its annotations."""
    _annotated(t, "labels")
    before = t.call("ListObjectAnnotations", Key="key")
    t.expect.member(before, "length(Annotations || `[]`)", 1)
    t.given.object("key", b"new")

    got = t.call("ListObjectAnnotations", Key="key")

    t.expect.member(got, "length(Annotations || `[]`)", 0)
