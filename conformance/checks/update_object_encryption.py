"""Checks of UpdateObjectEncryption, with the account's own key: what changes and what stays."""

from __future__ import annotations

from typing import Any

from conformance.checks.given_arns import absent_key
from conformance.trial import Trial, check, that

SSE = "x-amz-server-side-encryption"
KEY_ID = f"{SSE}-aws-kms-key-id"


def _given_arn(t: Trial) -> str:
    """The ARN of the account's own key, as the answer about an object under it names it."""
    t.given.object("under-the-key", b"x", ServerSideEncryption="aws:kms")
    head = t.given.call("HeadObject", Key="under-the-key")
    return head.headers.get(KEY_ID) or absent_key(t)


def _with(arn: str) -> dict[str, Any]:
    return {"SSEKMS": {"KMSKeyArn": arn}}


@check("update-object-encryption", proved_by=["update-encryption-forgotten"])
def object_has_the_key_it_was_given(t: Trial) -> None:
    """An object of S3's keys is one of the KMS key afterwards, with the same content."""
    arn = _given_arn(t)
    t.given.object("object", b"content", ServerSideEncryption="AES256")

    t.expect.ok(t.call("UpdateObjectEncryption", Key="object", ObjectEncryption=_with(arn)))

    got = t.look("GetObject", Key="object")
    t.expect.header(got, SSE, "aws:kms")
    t.expect.header(got, KEY_ID, arn)
    t.expect.body(got, b"content")


@check("update-object-encryption", proved_by=["update-encryption-copies"])
def etag_and_metadata_stay(t: Trial) -> None:
    """It is the same object: its ETag and its metadata are what they were."""
    arn = _given_arn(t)
    stored = t.given.object(
        "object", b"content", ServerSideEncryption="AES256", Metadata={"color": "blue"}
    )

    t.expect.ok(t.call("UpdateObjectEncryption", Key="object", ObjectEncryption=_with(arn)))

    head = t.look("HeadObject", Key="object")
    t.expect.header(
        head,
        "ETag",
        that("the ETag that it had", lambda etag: etag.strip('"') == stored.etag.strip('"')),
    )
    t.expect.header(head, "x-amz-meta-color", "blue")


@check("update-object-encryption", proved_by=["update-encryption-takes-ids"])
def key_is_named_by_its_arn(t: Trial) -> None:
    """A key's id alone, without its ARN: 400 InvalidRequest."""
    t.given.object("object", b"content")

    got = t.call(
        "UpdateObjectEncryption",
        Key="object",
        ObjectEncryption=_with("1234abcd-12ab-34cd-56ef-1234567890ab"),
    )

    t.expect.error(got, 400, "InvalidRequest")


@check("update-object-encryption", proved_by=["update-encryption-of-nothing"])
def object_must_be_there(t: Trial) -> None:
    """An object that does not exist: 404 NoSuchKey."""
    arn = _given_arn(t)

    got = t.call("UpdateObjectEncryption", Key="nothing", ObjectEncryption=_with(arn))

    t.expect.error(got, 404, "NoSuchKey")
