"""How AIStore does multipart uploads: parts are taken as they come, and all of them are joined."""

from __future__ import annotations

import hashlib
import random
import re
from typing import Any

from server_ref.aistore import begun
from server_ref.aistore.errors import AISError
from server_ref.aistore.parts import MOST, part_number
from server_ref.context import Context, Handler, Members
from server_ref.deviations.aistore import difference, differs
from server_ref.deviations.steps import change_settings, edit_members, ignore_member
from server_ref.errors import S3Error
from server_ref.request import BodyReader, Request
from server_ref.seams import Parse, Seams
from server_ref.storage import uploads

_positive = re.compile(r"\+?0*[1-9][0-9]{0,8}", re.ASCII).fullmatch
_some_bytes = re.compile(r"0*[1-9][0-9]*", re.ASCII).fullmatch

_SIZES = ("x-amz-decoded-content-length", "content-length")  # one of them is that of a part
SHORTEST_ID = 8  # letters of an id that can be one
_TWICE = -1  # the time kept of a part that was uploaded again, which AIStore's listing never shows


class _Verified:
    """The body of a part, whose SHA-256 was said: of parts alone it is looked at."""

    def __init__(self, body: BodyReader, digest: str) -> None:
        self._body, self._digest, self._sum = body, digest, hashlib.sha256()
        self.length = body.length
        self.trailers = body.trailers

    def read(self, size: int = 1 << 18, /) -> bytes:
        """As BodyReader. Raises AISError at the end of another body."""
        piece = self._body.read(size)
        self._sum.update(piece)
        if not piece and self._sum.hexdigest() != self._digest:
            raise AISError("wrapError", "BAD DATA CHECKSUM", 400)
        return piece


@differs(
    "ais-part-numbers",
    "Part 0 and a part without bytes are bad requests, and one over 9999 an error of the server.",
)
def ais_part_numbers(server: Seams) -> None:
    @server.around_parse
    def checked(parse: Parse, request: Request, operation: str) -> Members:
        query = request.query
        if operation in ("UploadPart", "CompleteMultipartUpload") and not query.get("uploadId"):
            raise AISError("", "empty uploadId", 400)
        if operation == "UploadPart":
            if not query.get("partNumber"):
                raise AISError("", f"upload {query['uploadId']!r}: missing part number", 400)
            query["partNumber"] = str(part_number(query["partNumber"]))
        return parse(request, operation)

    @server.around("UploadPart")
    def taken(handler: Handler, ctx: Context, members: Members) -> Members:
        if _found(ctx, members) is None:
            raise S3Error("NoSuchUpload", UploadId=members["UploadId"])
        number, headers = members["PartNumber"], ctx.request.headers
        if number > MOST:
            raise AISError("wrapError", f"part number {number} is over {MOST}", 500)
        if not any(_some_bytes(headers.get(name, "")) for name in _SIZES):
            raise AISError("wrapError", "put-part invalid size", 400)
        digest = headers.get("x-amz-content-sha256", "UNSIGNED")
        if not digest.startswith(("UNSIGNED", "STREAMING-")):
            ctx.request.body = _Verified(ctx.request.body, digest)
        return handler(ctx, members)


def _found(ctx: Context, members: Members) -> begun.Name | None:
    """Bucket and key of the upload that a request names, which need not be the request's."""
    asked = ctx.store.bucket(members["Bucket"]), members["Key"]
    return begun.name_of(ctx.store, asked, members["UploadId"], max(1, ctx.settings.targets))


@differs(
    "ais-uploads-by-id",
    "An upload is found by its id alone: one of another key or bucket, on the same target, too.",
)
def ais_uploads_by_id(server: Seams) -> None:
    @server.around("ListParts", "AbortMultipartUpload")
    def of_any_name(handler: Handler, ctx: Context, members: Members) -> Members:
        found = _found(ctx, members)
        if found is None:
            return handler(ctx, members)
        answer = handler(ctx, members | {"Bucket": found[0].name, "Key": found[1]})
        return answer | {name: members[name] for name in ("Bucket", "Key") if name in answer}

    @server.around("UploadPart")
    def of_its_name(handler: Handler, ctx: Context, members: Members) -> Members:
        found, asked = _found(ctx, members), (ctx.store.bucket(members["Bucket"]), members["Key"])
        if found is not None and found != asked:
            raise AISError("wrapError", f"object mismatch: {found[1]} vs {asked[1]}", 500)
        return handler(ctx, members)

    @server.around("CompleteMultipartUpload")
    def renamed(handler: Handler, ctx: Context, members: Members) -> Members:
        """The object has the name that the completion gives."""
        if _found(ctx, members) is not None:
            asked = ctx.store.bucket(members["Bucket"]), members["Key"]
            begun.rename(ctx.store, members["UploadId"], asked)
        return handler(ctx, members)


@differs("ais-unknown-uploads", "An upload that is not there cannot be aborted in AIStore's words.")
def ais_unknown_uploads(server: Seams) -> None:
    @server.around("AbortMultipartUpload")
    def aborted(handler: Handler, ctx: Context, members: Members) -> Members:
        if _found(ctx, members) is None:
            upload = members["UploadId"]
            if len(upload) < SHORTEST_ID:
                raise AISError("wrapError", f"invalid upload ID {upload!r}", 400)
            raise AISError("wrapError", f"upload {upload!r} does not exist", 404)
        return handler(ctx, members)

    @server.around("CompleteMultipartUpload")
    def completed(handler: Handler, ctx: Context, members: Members) -> Members:
        """One that was completed before is not remembered."""
        if _found(ctx, members) is None:
            raise S3Error("NoSuchUpload", UploadId=members["UploadId"])
        return handler(ctx, members)


@differs("ais-complete-all", "A completion is of all parts, from 1 without a gap; none came twice.")
def ais_complete_all(server: Seams) -> None:
    @server.around("UploadPart")
    def noted(handler: Handler, ctx: Context, members: Members) -> Members:
        """Of a part that is there already it is kept that it came again."""
        upload, number = members["UploadId"], members["PartNumber"]
        with ctx.store.reader() as reader:
            again = any(part.number == number for part in uploads.parts(reader, upload))
        answer = handler(ctx, members)
        if again:
            ctx.store.write(
                lambda tx: (
                    tx.execute(
                        "UPDATE part SET modified = ? WHERE upload = ? AND number = ?",
                        (_TWICE, upload, number),
                    )
                    and None
                )
            )
        return answer

    @server.around("CompleteMultipartUpload")
    def whole(handler: Handler, ctx: Context, members: Members) -> Members:
        upload = members["UploadId"]
        asked = _asked(members)
        with ctx.store.reader() as reader:
            there = uploads.parts(reader, upload)
        if not asked:
            raise AISError("", "no parts", 400)
        if any(part.modified == _TWICE for part in there):
            if _found(ctx, members) is not None:
                ctx.store.write(lambda tx: uploads.forget(tx, ctx.store.pins, upload))
            raise AISError("NoSuchUpload", f"upload {upload!r} does not exist", 500)
        numbers = [one["PartNumber"] for one in asked]
        if not numbers == [part.number for part in there] == list(_from_one(there)):
            raise AISError(
                "wrapError",
                f"upload {upload!r}: expected parts 1 to {len(there)}, got {numbers[:10]}",
                400,
            )
        return handler(ctx, members)


def _from_one(there: list[Any]) -> range:
    return range(1, len(there) + 1)


def _asked(members: Members) -> list[Members]:
    """The parts of a completion that have a number, in the order of these: any order will do."""
    parts = (members.get("MultipartUpload") or {}).get("Parts") or []
    parts = sorted(
        (one for one in parts if one.get("PartNumber") is not None),
        key=lambda one: int(one["PartNumber"]),
    )
    if parts:
        members["MultipartUpload"]["Parts"] = parts
    return parts


@differs("ais-complete-unchecked", "A completion does not look at the parts' ETags.")
def ais_complete_unchecked(server: Seams) -> None:
    @server.around("CompleteMultipartUpload")
    def as_uploaded(handler: Handler, ctx: Context, members: Members) -> Members:
        with ctx.store.reader() as reader:
            known = {part.number: part.etag for part in uploads.parts(reader, members["UploadId"])}
        for one in (members.get("MultipartUpload") or {}).get("Parts") or []:
            one["ETag"] = known.get(one.get("PartNumber"), "")
        return handler(ctx, members)


def _bare(answer: Members) -> None:
    for one in answer["Parts"]:
        for name in [name for name in one if name not in ("PartNumber", "ETag")]:
            del one[name]
    for name in [n for n in answer if n not in ("Bucket", "Key", "UploadId", "Parts")]:
        del answer[name]


difference(
    "ais-list-parts-bare",
    "ListParts names the number and the ETag of parts, without size or time; all of them.",
    edit_members("ListParts", _bare),
    ignore_member("ListParts", "MaxParts", "PartNumberMarker"),
)


@differs("ais-uploads-unfiltered", "ListMultipartUploads is of the whole bucket, in no order.")
def ais_uploads_unfiltered(server: Seams) -> None:
    @server.around_parse
    def some(parse: Parse, request: Request, operation: str) -> Members:
        if operation == "ListMultipartUploads":
            if not _positive(request.query.get("max-uploads", "")):
                request.query.pop("max-uploads", None)
            request.query.pop("encoding-type", None)
        return parse(request, operation)

    @server.around("ListMultipartUploads")
    def listed(handler: Handler, ctx: Context, members: Members) -> Members:
        everything = {"Bucket": members["Bucket"]}
        page = handler(ctx, dict(everything))
        found: list[Members] = page["Uploads"]
        while page["IsTruncated"]:
            after = {
                "KeyMarker": page["NextKeyMarker"],
                "UploadIdMarker": page["NextUploadIdMarker"],
            }
            page = handler(ctx, everything | after)
            found += page["Uploads"]
        random.shuffle(found)
        ids = [one["UploadId"] for one in found]
        marker = members.get("UploadIdMarker")
        if marker in ids:
            found = found[ids.index(marker) + 1 :]
        most = members.get("MaxUploads") or len(found)
        return {
            "Bucket": members["Bucket"],
            "UploadIdMarker": "",
            "Uploads": [
                {name: one[name] for name in ("Initiated", "Key", "UploadId")}
                for one in found[:most]
            ],
            "MaxUploads": 0,
            "IsTruncated": len(found) > most,
        }


def _three(answer: Members) -> None:
    for name in [name for name in answer if name not in ("Bucket", "Key", "ETag")]:
        del answer[name]


difference(
    "ais-complete-answer",
    "The answer of a completion is bucket, key and ETag.",
    edit_members("CompleteMultipartUpload", _three),
)
difference(
    "ais-part-sizes-unchecked",
    "Parts may have any size, and a completion any size of the object.",
    change_settings(min_part=0),
    ignore_member("CompleteMultipartUpload", "MpuObjectSize"),
)
