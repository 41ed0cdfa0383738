"""Deviations in which part numbers are words, and a range ends where its part does."""

from __future__ import annotations

import re

from server_ref.context import Context, Handler, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.steps import edit_members
from server_ref.deviations.when import refuse_when
from server_ref.seams import Seams


def _as_words(answer: Members) -> None:
    answer["Parts"] = sorted(answer.get("Parts") or [], key=lambda part: str(part["PartNumber"]))


declare(
    "parts-sorted-as-words",
    "ListParts lists part 10 before part 2.",
    edit_members("ListParts", _as_words),
)


def _out_of_order(_ctx: Context, members: Members) -> bool:
    named = (members.get("MultipartUpload") or {}).get("Parts") or []
    numbers = [str(part.get("PartNumber")) for part in named]
    return numbers != sorted(numbers)


declare(
    "parts-joined-as-words",
    "A completion has to name part 10 before part 2.",
    refuse_when("CompleteMultipartUpload", "InvalidPartOrder", _out_of_order),
)


@deviation("ranges-end-with-their-part", "A range of an object of parts ends with its first part.")
def ranges_end_with_their_part(server: Seams) -> None:
    @server.around("GetObject")
    def clipped(handler: Handler, ctx: Context, members: Members) -> Members:
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", str(members.get("Range") or ""))
        found = ctx.store.head(ctx.store.bucket(members["Bucket"]), members["Key"])
        parts = found.read_parts() if found is not None else []
        if asked and parts:
            first = parts[0].size
            start, end = int(asked[1]), int(asked[2])
            if start < first <= end:
                members["Range"] = f"bytes={start}-{first - 1}"
        return handler(ctx, members)
