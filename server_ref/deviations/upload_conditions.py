"""Deviations of completions on a condition, and of uploads' checksums and limits."""

from __future__ import annotations

from datetime import UTC, datetime

from server_ref.context import Context, Handler, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.steps import ignore_member
from server_ref.deviations.when import refuse_when, rewrite
from server_ref.errors import S3Error
from server_ref.operations import discover
from server_ref.seams import Seams

_CREATE, _COMPLETE = "CreateMultipartUpload", "CompleteMultipartUpload"

declare(
    "completion-on-any-etag",
    "A completion does not look at If-Match.",
    ignore_member(_COMPLETE, "IfMatch"),
)


@deviation("completion-on-nothing", "A completion with If-Match needs no object.")
def completion_on_nothing(server: Seams) -> None:
    @server.around(_COMPLETE)
    def made(handler: Handler, ctx: Context, members: Members) -> Members:
        if ctx.store.head(ctx.store.bucket(members["Bucket"]), members["Key"]) is None:
            members.pop("IfMatch", None)
        return handler(ctx, members)


@deviation("completion-ends-though-refused", "A completion that is refused ends the upload.")
def completion_ends_though_refused(server: Seams) -> None:
    abort = discover()["AbortMultipartUpload"]

    @server.around(_COMPLETE)
    def ended(handler: Handler, ctx: Context, members: Members) -> Members:
        try:
            return handler(ctx, members)
        except S3Error as error:
            if error.code == "PreconditionFailed":
                abort(ctx, {name: members[name] for name in ("Bucket", "Key", "UploadId")})
            raise


def _composite(members: Members) -> None:
    if members.get("ChecksumAlgorithm") and not members.get("ChecksumType"):
        whole = members["ChecksumAlgorithm"] in ("CRC32", "CRC32C", "CRC64NVME")
        members["ChecksumType"] = "FULL_OBJECT" if whole else "COMPOSITE"


declare(
    "upload-type-always-composite",
    "The checksum of an upload is of the whole object wherever that can be.",
    rewrite(_CREATE, _composite),
)


@deviation("copied-parts-have-no-checksum", "UploadPartCopy answers no checksum.")
def copied_parts_have_no_checksum(server: Seams) -> None:
    @server.around("UploadPartCopy")
    def bare(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        copied = answer.get("CopyPartResult") or {}
        for name in [n for n in copied if n.startswith("Checksum")]:
            del copied[name]
        return answer


declare(
    "pages-of-parts-bounded",
    "Pages of more than 1,000 parts or uploads are refused.",
    refuse_when(
        ("ListParts", "ListMultipartUploads"),
        "InvalidArgument",
        lambda _ctx, members: (members.get("MaxParts") or members.get("MaxUploads") or 0) > 1000,
    ),
)


@deviation("uploads-listed-as-objects", "ListObjects shows uploads in progress as empty keys.")
def uploads_listed_as_objects(server: Seams) -> None:
    uploads = discover()["ListMultipartUploads"]

    @server.around("ListObjects", "ListObjectsV2")
    def listed(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        asked = {"Bucket": members["Bucket"], "Prefix": members.get("Prefix")}
        begun = uploads(ctx, asked).get("Uploads") or []
        made = [{"Key": one["Key"], "Size": 0, "LastModified": datetime.now(UTC)} for one in begun]
        return {**answer, "Contents": [*(answer.get("Contents") or []), *made]}


declare(
    "upload-without-a-type-is-octets",
    "An upload without a type makes an object of application/octet-stream.",
    rewrite(_CREATE, lambda members: members.setdefault("ContentType", "application/octet-stream")),
)


@deviation("metadata-of-uploads-unbounded", "Copies and uploads take any amount of metadata.")
def metadata_of_uploads_unbounded(server: Seams) -> None:
    def forgotten(members: Members) -> None:
        members["Metadata"] = {}

    rewrite(("CopyObject", _CREATE), forgotten)(server)


declare(
    "completion-checksum-unverified",
    "A completion does not look at the checksum that it is told.",
    ignore_member(
        _COMPLETE, *(f"Checksum{name}" for name in ("CRC32", "CRC32C", "CRC64NVME", "Type"))
    ),
)
