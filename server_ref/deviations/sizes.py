"""Deviations of what is larger than S3 takes, or longer than one page."""

from __future__ import annotations

from collections import Counter

from server_ref.context import Context, Handler, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.bodies import accept
from server_ref.deviations.steps import edit_members
from server_ref.deviations.when import nothing_when
from server_ref.seams import Seams

_MOST = 5 * 1024**3  # bytes


def _too_long(ctx: Context, _members: Members) -> bool:
    return (ctx.request.body.length or 0) > _MOST


def _one_page(answer: Members) -> None:
    answer["IsTruncated"] = False
    answer.pop("NextPartNumberMarker", None)


declare(
    "sizes-unlimited",
    "An object or part of any size is taken, and nothing comes of it.",
    nothing_when(("PutObject", "UploadPart"), _too_long, {"ETag": '"0"'}),
)
declare(
    "copies-of-any-size",
    "An object of any size is copied, and nothing comes of it.",
    accept("CopyObject", "InvalidRequest", "larger"),
)
declare(
    "parts-of-one-page",
    "ListParts has one page, and no other.",
    edit_members("ListParts", _one_page),
)


@deviation("keys-of-ten-pages", "A listing ends after its tenth page.")
def keys_of_ten_pages(server: Seams) -> None:
    pages: Counter[str] = Counter()

    @server.around("ListObjectsV2")
    def ended(handler: Handler, ctx: Context, members: Members) -> Members:
        bucket = str(members["Bucket"])
        pages[bucket] = pages[bucket] + 1 if members.get("ContinuationToken") else 1
        answer = handler(ctx, members)
        if pages[bucket] >= 10:
            answer["IsTruncated"] = False
            answer.pop("NextContinuationToken", None)
        return answer
