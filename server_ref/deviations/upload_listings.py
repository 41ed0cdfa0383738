"""Deviations of ListMultipartUploads, and of uploads that stay listed."""

from __future__ import annotations

from server_ref.context import Context, Handler, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.entries import (
    each,
    entries,
    is_no_encoding,
    pop_when,
    turned_within_keys,
)
from server_ref.deviations.steps import (
    do_nothing,
    ignore_member,
)
from server_ref.deviations.when import refuse_when, rewrite
from server_ref.errors import S3Error
from server_ref.seams import Seams

_UPLOADS = "ListMultipartUploads"

declare(
    "uploads-last-missing",
    "ListMultipartUploads lacks the last upload.",
    entries(_UPLOADS, lambda found: found[:-1], "Uploads"),
)
declare(
    "uploads-initiated-missing",
    "ListMultipartUploads does not say when uploads began.",
    each(_UPLOADS, lambda one: one.pop("Initiated", None), "Uploads"),
)
declare(
    "uploads-prefix-ignored",
    "ListMultipartUploads does not look at prefix.",
    ignore_member(_UPLOADS, "Prefix"),
)
declare(
    "uploads-delimiter-ignored",
    "ListMultipartUploads does not look at delimiter.",
    ignore_member(_UPLOADS, "Delimiter"),
)
declare(
    "uploads-newest-first",
    "Uploads of a key are listed newest first.",
    entries(_UPLOADS, turned_within_keys, "Uploads"),
)
declare(
    "uploads-id-marker-ignored",
    "ListMultipartUploads does not look at upload-id-marker.",
    ignore_member(_UPLOADS, "UploadIdMarker"),
)
declare(
    "uploads-id-marker-alone-refused",
    "An upload-id-marker alone is refused.",
    refuse_when(
        _UPLOADS,
        "InvalidArgument",
        lambda _ctx, members: bool(members.get("UploadIdMarker")) and not members.get("KeyMarker"),
    ),
)
declare(
    "uploads-encoding-unchecked",
    "ListMultipartUploads takes any encoding-type.",
    rewrite(_UPLOADS, pop_when("EncodingType", is_no_encoding)),
)
declare(
    "upload-aborted-stays",
    "AbortMultipartUpload answers success and does nothing.",
    do_nothing("AbortMultipartUpload"),
)


@deviation("uploads-id-marker-unchecked", "An upload-id-marker of another key is ignored.")
def uploads_id_marker_unchecked(server: Seams) -> None:
    @server.around(_UPLOADS)
    def without(handler: Handler, ctx: Context, members: Members) -> Members:
        try:
            return handler(ctx, members)
        except S3Error as error:
            if error.members.get("ArgumentName") != "upload-id-marker":
                raise
            members.pop("UploadIdMarker")
            return handler(ctx, members)


@deviation("upload-completed-stays", "A completed upload stays in the list of uploads.")
def upload_completed_stays(server: Seams) -> None:
    completed: list[Members] = []

    @server.around("CompleteMultipartUpload")
    def noted(handler: Handler, ctx: Context, members: Members) -> Members:
        completed.append({"Key": members["Key"], "UploadId": members["UploadId"]})
        return handler(ctx, members)

    @server.around(_UPLOADS)
    def stale(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        answer["Uploads"] = [*(answer.get("Uploads") or []), *completed]
        return answer
