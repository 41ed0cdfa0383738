"""Deviations of copies and completions that S3 refuses, or answers again."""

from __future__ import annotations

from server_ref.context import Context, Handler, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.steps import edit_members
from server_ref.deviations.when import rewrite
from server_ref.errors import S3Error
from server_ref.http.body import NoBody
from server_ref.seams import Seams


@deviation("copy-body-ignored", "The body of a copy is not looked at.")
def copy_body_ignored(server: Seams) -> None:
    @server.around("CopyObject", "UploadPartCopy")
    def around(handler: Handler, ctx: Context, members: Members) -> Members:
        ctx.request.body = NoBody()
        return handler(ctx, members)


@deviation("copy-source-escapes-unchecked", "A copy source with bad escapes is a missing key.")
def escapes_unchecked(server: Seams) -> None:
    @server.on_error("*")
    def missing(_exchange: object, error: S3Error) -> S3Error | None:
        if error.message == "Invalid copy source encoding":
            return S3Error("NoSuchKey", Key="%zz")
        return None


@deviation("completion-forgotten", "An upload that was completed is forgotten at once.")
def completion_forgotten(server: Seams) -> None:
    completed: set[str] = set()

    @server.around("CompleteMultipartUpload")
    def around(handler: Handler, ctx: Context, members: Members) -> Members:
        upload = members["UploadId"]
        if upload in completed:
            raise S3Error("NoSuchUpload", UploadId=upload)
        answer = handler(ctx, members)
        completed.add(upload)
        return answer


@deviation(
    "completion-of-part-0-is-invalid-part", "A completion with part number 0 answers InvalidPart."
)
def part_0(server: Seams) -> None:
    @server.around("CompleteMultipartUpload")
    def around(handler: Handler, ctx: Context, members: Members) -> Members:
        listed = (members.get("MultipartUpload") or {}).get("Parts") or []
        if any(one.get("PartNumber") == 0 for one in listed):
            raise S3Error("InvalidPart")
        return handler(ctx, members)


def _not_negative(members: Members) -> None:
    if int(members.get("PartNumberMarker") or 0) < 0:
        del members["PartNumberMarker"]


def _goes_on(answer: Members) -> None:
    if not answer["MaxParts"]:
        answer["IsTruncated"] = True


declare(
    "negative-part-marker-accepted",
    "A negative part-number-marker is taken as none.",
    rewrite("ListParts", _not_negative),
)
declare(
    "page-of-no-parts-goes-on",
    "ListParts with max-parts=0 says that there are more.",
    edit_members("ListParts", _goes_on),
)
