"""Deviations of multipart uploads and of checksums."""

from __future__ import annotations

import re
from collections.abc import Callable

from server_ref.context import Context, Handler, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.bodies import accept, read_all
from server_ref.deviations.steps import (
    do_nothing,
    drop_header,
    drop_member,
    edit_members,
    force_member,
    ignore_member,
)
from server_ref.errors import S3Error
from server_ref.response import Payload
from server_ref.seams import Seams

COMPLETE = "CompleteMultipartUpload"
SUMS = tuple(
    f"x-amz-checksum-{name}" for name in ("crc32", "crc32c", "crc64nvme", "sha1", "sha256", "type")
)


def _edit_checksums(pattern: str, replacement: str, kind: str) -> Callable[[Members], None]:
    def edit(answer: Members) -> None:
        for name in [n for n in answer if n.startswith("Checksum") and answer[n]]:
            answer[name] = (
                kind if name == "ChecksumType" else re.sub(pattern, replacement, answer[name])
            )

    return edit


declare(
    "multipart-etag-plain",
    "The ETag of a multipart object does not count its parts.",
    edit_members(
        COMPLETE, lambda answer: answer.update({"ETag": re.sub(r"-\d+", "", answer["ETag"])})
    ),
)
declare(
    "complete-location-missing",
    "A completion does not say where the object is.",
    drop_member(COMPLETE, "Location"),
)
declare(
    "part-order-unchecked", "Parts may be named in any order.", accept(COMPLETE, "InvalidPartOrder")
)
declare("part-size-unchecked", "Parts may have any size.", accept(COMPLETE, "EntityTooSmall"))
declare(
    "complete-without-parts-accepted",
    "A completion need not name parts.",
    accept(COMPLETE, "InvalidRequest"),
    accept(COMPLETE, "MalformedXML"),
)
declare(
    "parts-unchecked",
    "A completion may name parts that are not there.",
    accept(COMPLETE, "InvalidPart"),
)
declare(
    "unknown-upload-created",
    "A part of an unknown upload is taken.",
    accept("UploadPart", "NoSuchUpload"),
)
declare(
    "complete-unknown-upload-ok",
    "An unknown upload can be completed.",
    accept(COMPLETE, "NoSuchUpload"),
)
declare(
    "abort-unknown-upload-ok",
    "An unknown upload can be aborted.",
    accept("AbortMultipartUpload", "NoSuchUpload"),
)
declare("abort-does-nothing", "An aborted upload stays.", do_nothing("AbortMultipartUpload"))
declare(
    "list-unknown-upload-ok",
    "An unknown upload has an empty list of parts.",
    accept("ListParts", "NoSuchUpload"),
)
declare(
    "multipart-metadata-lost",
    "CreateMultipartUpload ignores type and metadata.",
    ignore_member("CreateMultipartUpload", "ContentType", "Metadata"),
)
declare(
    "part-number-unchecked", "Parts may have any number.", accept("UploadPart", "InvalidArgument")
)
declare(
    "mpu-object-size-ignored",
    "The size told with a completion is ignored.",
    ignore_member(COMPLETE, "MpuObjectSize"),
)
declare("list-parts-empty", "ListParts lists nothing.", drop_member("ListParts", "Parts"))
declare(
    "list-parts-owner-missing",
    "ListParts does not name the owner.",
    drop_member("ListParts", "Owner"),
)
declare(
    "list-parts-max-ignored", "ListParts ignores max-parts.", ignore_member("ListParts", "MaxParts")
)
declare(
    "list-parts-marker-ignored",
    "ListParts ignores its marker.",
    ignore_member("ListParts", "PartNumberMarker"),
)


@deviation("parts-joined-backwards", "The parts of an object are read last first.")
def parts_joined_backwards(server: Seams) -> None:
    @server.around("GetObject")
    def backwards(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        body = answer["Body"]
        answer["Body"] = Payload(body.length, tuple(reversed(body.parts)), body.chunks)
        return answer


@deviation("part-gaps-refused", "Part numbers have to be consecutive.")
def part_gaps_refused(server: Seams) -> None:
    @server.around(COMPLETE)
    def refused(handler: Handler, ctx: Context, members: Members) -> Members:
        parts = (members.get("MultipartUpload") or {}).get("Parts") or []
        numbers = [part["PartNumber"] for part in parts]
        if numbers and sorted(numbers) != list(range(1, len(numbers) + 1)):
            raise S3Error("InvalidPart")
        return handler(ctx, members)


@deviation("first-part-kept", "A part uploaded again is thrown away.")
def first_part_kept(server: Seams) -> None:
    seen: dict[tuple[str, int], Members] = {}

    @server.around("UploadPart")
    def kept(handler: Handler, ctx: Context, members: Members) -> Members:
        part = (members["UploadId"], members["PartNumber"])
        if part in seen:
            read_all(ctx.request.body)
            return seen[part]
        seen[part] = handler(ctx, members)
        return seen[part]


@deviation("unnamed-parts-joined", "A completion joins all parts, named or not.")
def unnamed_parts_joined(server: Seams) -> None:
    etags: dict[str, dict[int, str]] = {}

    @server.around("UploadPart")
    def noted(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        etags.setdefault(members["UploadId"], {})[members["PartNumber"]] = answer["ETag"]
        return answer

    @server.around(COMPLETE)
    def joined(handler: Handler, ctx: Context, members: Members) -> Members:
        parts = sorted(etags.get(members["UploadId"], {}).items())
        members["MultipartUpload"] = {
            "Parts": [{"PartNumber": number, "ETag": etag} for number, etag in parts]
        }
        return handler(ctx, members)


# Checksums

declare(
    "checksum-lost",
    "Checksums are verified and forgotten.",
    drop_header(("PutObject", "GetObject", "HeadObject"), *SUMS),
)
declare(
    "checksum-type-not-shown",
    "HeadObject does not say what a checksum is of.",
    drop_header("HeadObject", "x-amz-checksum-type"),
)
declare(
    "default-checksum-missing",
    "An object without a checksum is given none.",
    drop_header("HeadObject", "x-amz-checksum-crc64nvme"),
)
declare(
    "checksum-mode-ignored",
    "HeadObject always shows the checksum.",
    force_member("HeadObject", "ChecksumMode", "ENABLED"),
)
declare(
    "checksum-unverified",
    "A wrong checksum is taken.",
    accept("PutObject", "BadDigest", "calculated checksum"),
)
declare(
    "checksum-form-unchecked",
    "A checksum of any form is taken.",
    accept("PutObject", "InvalidRequest", "is invalid"),
)
declare(
    "two-checksums-accepted",
    "Two checksums are taken.",
    accept("PutObject", "InvalidRequest", "single"),
)
declare(
    "content-md5-form-unchecked",
    "A Content-MD5 of any form is taken.",
    accept("PutObject", "InvalidDigest"),
)
declare(
    "content-md5-unverified",
    "A wrong Content-MD5 is taken.",
    accept("PutObject", "BadDigest", "Content-MD5"),
)
declare(
    "part-content-md5-unverified",
    "A wrong Content-MD5 of a part is taken.",
    accept("UploadPart", "BadDigest", "Content-MD5"),
)
declare(
    "part-checksum-unverified",
    "A wrong checksum of a part is taken.",
    accept("UploadPart", "BadDigest", "calculated checksum"),
)
declare(
    "part-checksum-type-unchecked",
    "A part may have a checksum of any algorithm.",
    accept("UploadPart", "InvalidRequest", "mismatch"),
)
declare(
    "multipart-checksum-default-missing",
    "A multipart object has no default checksum.",
    drop_member(COMPLETE, "ChecksumCRC64NVME"),
)
declare(
    "composite-checksum-plain",
    "A composite checksum does not count the parts.",
    edit_members(COMPLETE, _edit_checksums(r"-\d+$", "", "COMPOSITE")),
)
declare(
    "full-object-checksum-composite",
    "Every checksum of a multipart object is composite.",
    edit_members(COMPLETE, _edit_checksums(r"$", "-1", "COMPOSITE")),
)
declare(
    "composite-parts-checksum-optional",
    "A completion need not name the parts' checksums.",
    accept(COMPLETE, "InvalidRequest", "must include the checksum"),
)
declare(
    "checksum-type-unchecked",
    "Every checksum type goes with every algorithm.",
    accept("CreateMultipartUpload", "InvalidRequest", "checksum type cannot"),
)
declare(
    "checksum-algorithm-unchecked",
    "An unknown checksum algorithm is taken.",
    accept("CreateMultipartUpload", "InvalidRequest"),
)


@deviation("content-md5-refused", "PutObject refuses Content-MD5.")
def content_md5_refused(server: Seams) -> None:
    @server.around("PutObject")
    def refused(handler: Handler, ctx: Context, members: Members) -> Members:
        if "content-md5" in ctx.request.headers:
            raise S3Error("NotImplemented", Header="Content-MD5")
        return handler(ctx, members)
