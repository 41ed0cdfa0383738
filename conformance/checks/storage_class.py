"""Checks of storage classes: what is shown of them, and archived objects and their restore."""

from __future__ import annotations

import re
from typing import Any

from conformance.trial import Trial, check

API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
SAYS_ANYTHING = ("aws-s3api", "boto3", "raw")
RECORDED = "aws-recorded 2026-02"
SLOWEST = {"Days": 1, "GlacierJobParameters": {"Tier": "Bulk"}}
# Going on, or with a copy that is there until a midnight.
TOLD = re.compile(r'ongoing-request="(true"|false", expiry-date=".* 00:00:00 GMT")')


def _archived(t: Trial, storage_class: str = "GLACIER") -> None:
    t.given.object("archived", b"archived", StorageClass=storage_class)


@check("storage-class", proved_by=["storage-class-not-shown"], verified=RECORDED)
def class_is_shown(t: Trial) -> None:
    """HEAD tells the storage class of an object that is not STANDARD."""
    t.given.object("cool", b"x", StorageClass="ONEZONE_IA")

    got = t.call("HeadObject", Key="cool")

    t.expect.header(got, "x-amz-storage-class", "ONEZONE_IA")


@check(
    "storage-class",
    proved_by=["storage-class-standard-shown", "storage-class-lost"],
    verified=RECORDED,
)
def standard_is_not_shown(t: Trial) -> None:
    """HEAD of a STANDARD object has no x-amz-storage-class; of another class it has one."""
    t.given.object("usual", b"x", StorageClass="STANDARD")
    t.given.object("seldom", b"x", StorageClass="STANDARD_IA")
    t.expect.header(t.look("HeadObject", Key="seldom"), "x-amz-storage-class", "STANDARD_IA")

    got = t.call("HeadObject", Key="usual")

    t.expect.ok(got)
    t.expect.no_header(got, "x-amz-storage-class")


@check("storage-class", proved_by=["storage-class-listed-standard"], verified=RECORDED)
def class_is_listed(t: Trial) -> None:
    """A listing tells the storage class of each object."""
    t.given.object("cool", b"x", StorageClass="STANDARD_IA")

    got = t.call("ListObjectsV2", Prefix=t.prefix)

    t.expect.member(got, "Contents[].StorageClass", ["STANDARD_IA"])


@check(
    "storage-class",
    proved_by=["storage-class-fixed-for-ever"],
    only=SAYS_ANYTHING,
    verified=RECORDED,
)
def copy_onto_itself_changes_the_class(t: Trial) -> None:
    """A copy of an object onto itself with another storage class changes the class."""
    t.given.object("key", b"x", StorageClass="STANDARD_IA")

    got = t.call("CopyObject", Key="key", CopySource=t.source("key"), StorageClass="GLACIER_IR")

    t.expect.ok(got)
    t.expect.header(t.look("HeadObject", Key="key"), "x-amz-storage-class", "GLACIER_IR")


@check(
    "storage-class",
    proved_by=["archived-objects-readable", "archived-objects-without-their-class"],
    only=(*SAYS_ANYTHING, "s3cmd"),  # aws s3 looks first, and does not ask for an archived object
    verified=RECORDED,
)
def archived_object_is_not_read(t: Trial) -> None:
    """GET of a GLACIER object: 403 InvalidObjectState with its StorageClass."""
    _archived(t)

    got = t.call("GetObject", Key="archived")

    t.expect.error(got, 403, "InvalidObjectState", StorageClass="GLACIER")


@check("storage-class", proved_by=["archived-objects-without-head"], verified=RECORDED)
def archived_object_is_looked_at(t: Trial) -> None:
    """HEAD of a DEEP_ARCHIVE object answers 200, its size and its class."""
    _archived(t, "DEEP_ARCHIVE")

    got = t.call("HeadObject", Key="archived")

    t.expect.status(got, 200)
    t.expect.header(got, "x-amz-storage-class", "DEEP_ARCHIVE")
    t.expect.header(got, "Content-Length", "8")


@check("restore-object", proved_by=["restore-answers-200"], verified=RECORDED)
def restore_is_accepted(t: Trial) -> None:
    """RestoreObject of an archived object that is not restored: 202."""
    _archived(t, "DEEP_ARCHIVE")

    got = t.call("RestoreObject", Key="archived", RestoreRequest={"Days": 1})

    t.expect.status(got, 202)


@check("restore-object", proved_by=["restore-not-told"], spec=f"{API}/API_HeadObject.html")
def restore_is_told(t: Trial) -> None:
    """HEAD tells in x-amz-restore that a restore is going on, or until when its copy is there."""
    _archived(t)
    t.expect.ok(t.call("RestoreObject", Key="archived", RestoreRequest=SLOWEST))

    got = t.look("HeadObject", Key="archived")

    t.expect.header(got, "x-amz-restore", TOLD)


@check(
    "restore-object",
    proved_by=["restore-over-and-over"],
    only=SAYS_ANYTHING,  # s3cmd takes this error for success
)
def restore_is_not_begun_twice(t: Trial) -> None:
    """RestoreObject while a restore is going on: 409 RestoreAlreadyInProgress."""
    _archived(t)
    t.given.call("RestoreObject", Key="archived", RestoreRequest=SLOWEST)

    got = t.call("RestoreObject", Key="archived", RestoreRequest=SLOWEST)

    t.expect.error(got, 409, "RestoreAlreadyInProgress")


@check("restore-object", proved_by=["restore-of-anything"])
def only_archived_objects_are_restored(t: Trial) -> None:
    """RestoreObject of a STANDARD object: 403 InvalidObjectState."""
    t.given.object("usual", b"x")

    got = t.call("RestoreObject", Key="usual", RestoreRequest={"Days": 1})

    t.expect.error(got, 403, "InvalidObjectState")


@check("restore-object", proved_by=["restore-days-optional"], only=SAYS_ANYTHING)
def restore_says_for_how_long(t: Trial) -> None:
    """RestoreObject without Days: 400 MalformedXML."""
    _archived(t)
    request: dict[str, Any] = {"GlacierJobParameters": {"Tier": "Bulk"}}

    got = t.call("RestoreObject", Key="archived", RestoreRequest=request)

    t.expect.error(got, 400, "MalformedXML")


@check(
    "restore-object",
    proved_by=["restore-not-listed"],
    only=SAYS_ANYTHING,
    spec=f"{API}/API_RestoreStatus.html",
)
def listing_tells_restores_when_asked(t: Trial) -> None:
    """ListObjectsV2 with OptionalObjectAttributes tells whether a restore is going on."""
    _archived(t)
    t.given.call("RestoreObject", Key="archived", RestoreRequest=SLOWEST)

    got = t.call("ListObjectsV2", Prefix=t.prefix, OptionalObjectAttributes=["RestoreStatus"])

    t.expect.member(got, "length(Contents[?RestoreStatus.IsRestoreInProgress != `null`])", 1)
