"""How AIStore does multipart uploads: parts are taken as they come."""

from __future__ import annotations

from server_ref.aistore.errors import AISError
from server_ref.context import Context, Handler, Members
from server_ref.deviations.aistore import difference, differs
from server_ref.deviations.steps import change_settings, edit_members, ignore_member
from server_ref.seams import Seams
from server_ref.storage import uploads

MOST = 9999  # the largest part number


@differs("ais-part-numbers", "Part 0 is a bad request, and one over 9999 an error of the server.")
def ais_part_numbers(server: Seams) -> None:
    @server.around("UploadPart")
    def checked(handler: Handler, ctx: Context, members: Members) -> Members:
        number = members["PartNumber"]
        if number < 1:
            raise AISError("", f"invalid part number {number}", 400)
        if number > MOST:
            raise AISError("", f"part number {number} is over {MOST}", 500)
        return handler(ctx, members)


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
    "ListParts names the number and the ETag of parts, without size or time.",
    edit_members("ListParts", _bare),
)


difference(
    "ais-uploads-unfiltered",
    "ListMultipartUploads does not look at prefix and markers.",
    ignore_member("ListMultipartUploads", "Prefix", "Delimiter", "KeyMarker", "UploadIdMarker"),
)


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
