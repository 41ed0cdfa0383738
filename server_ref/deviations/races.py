"""Deviations of requests at the same time: decided too early, mixed, or lost to each other.

Each waits where a faulty server has its gap, so that the fault shows in every race, also on a
machine that is busy: what it waits for ends the wait, and the longest wait is for where it never
comes.
"""

from __future__ import annotations

import threading
import time
from typing import Any

from server_ref.context import Context, Handler, Members
from server_ref.deviations import Change, declare, deviation
from server_ref.deviations.entries import entries
from server_ref.deviations.object_versions import delete_version, marker_ids, version_ids
from server_ref.deviations.steps import edit_members
from server_ref.errors import S3Error
from server_ref.operations import discover
from server_ref.rules import conditions
from server_ref.seams import Seams

_COMPLETE = "CompleteMultipartUpload"
_GAP = 10.0  # seconds at most between a decision and what was decided on
_LOOK = 0.01  # seconds between two looks for what another request is to bring


class _Meeting:
    """Requests wait for each other here, for a short while."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._waiting = 0

    def wait(self) -> None:
        """Until a second request has come, or the gap is over."""
        with self._condition:
            self._waiting += 1
            self._condition.notify_all()
            self._condition.wait_for(lambda: self._waiting > 1, _GAP)


def _too_early(*operations: str) -> Change:
    """Conditions are decided before the write, and not again when it is done."""

    def step(server: Seams) -> None:
        met: dict[tuple[str, str], _Meeting] = {}

        def around(handler: Handler, ctx: Context, members: Members) -> Members:
            named = {name: members.pop(name, None) for name in ("IfMatch", "IfNoneMatch")}
            asked = {name: value for name, value in named.items() if value is not None}
            if asked:
                bucket = ctx.store.bucket(members["Bucket"])
                found = ctx.store.head(bucket, members["Key"])
                there = None if found is None or found.marker else found
                if members.get("MultipartUpload") is not None or ctx.operation == "PutObject":
                    conditions.validate_write(asked)
                conditions.check_write(asked, members["Key"], there)
                met.setdefault((bucket.name, members["Key"]), _Meeting()).wait()
            return handler(ctx, members)

        server.around(*operations)(around)

    return step


declare(
    "put-if-none-match-decided-too-early",
    "PutObject looks whether the key is there, and later writes whatever has come since.",
    _too_early("PutObject"),
)
declare(
    "put-if-match-decided-too-early",
    "PutObject compares the ETag, and later overwrites whatever has come since.",
    _too_early("PutObject"),
)
declare(
    "complete-if-none-match-decided-too-early",
    "A completion looks whether the key is there, and later writes whatever has come since.",
    _too_early(_COMPLETE),
)
declare(
    "delete-if-match-decided-too-early",
    "PutObject and DeleteObject compare the ETag, and later change whatever has come since.",
    _too_early("PutObject", "DeleteObject"),
)


@deviation("put-mixes-what-came-before", "An object written over another is as long as both were.")
def put_mixes_what_came_before(server: Seams) -> None:
    longest: dict[tuple[str, str], int] = {}

    @server.around("PutObject")
    def noted(handler: Handler, ctx: Context, members: Members) -> Members:
        where = (members["Bucket"], members["Key"])
        answer = handler(ctx, members)
        found = ctx.store.head(ctx.store.bucket(where[0]), where[1])
        longest[where] = longest.get(where, 0) + (found.size if found else 0)
        return answer

    @server.around("GetObject")
    def shorter(handler: Handler, ctx: Context, members: Members) -> Members:
        written = longest.get((members["Bucket"], members["Key"]), 0)
        found = ctx.store.head(ctx.store.bucket(members["Bucket"]), members["Key"])
        if found is not None and written > found.size > 1:
            members["Range"] = f"bytes=0-{found.size - 2}"
            ctx.status = 200
        return handler(ctx, members)


def _etags_before(server: Seams) -> dict[tuple[str, str], str]:
    """The ETag that each key had before it was last written."""
    before: dict[tuple[str, str], str] = {}

    @server.around("PutObject")
    def noted(handler: Handler, ctx: Context, members: Members) -> Members:
        found = ctx.store.head(ctx.store.bucket(members["Bucket"]), members["Key"])
        if found is not None and not found.marker:
            before[(members["Bucket"], members["Key"])] = f'"{found.etag}"'
        return handler(ctx, members)

    return before


@deviation("get-tells-the-etag-before", "GetObject tells the ETag the object had before.")
def get_tells_the_etag_before(server: Seams) -> None:
    before = _etags_before(server)

    @server.around("GetObject")
    def older(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        answer["ETag"] = before.get((members["Bucket"], members["Key"]), answer["ETag"])
        return answer


@deviation("range-of-another-object", "A range is of the object as it is, whatever If-Match says.")
def range_of_another_object(server: Seams) -> None:
    before = _etags_before(server)

    @server.around("GetObject")
    def older(handler: Handler, ctx: Context, members: Members) -> Members:
        if members.get("Range"):
            members.pop("IfMatch", None)
        answer = handler(ctx, members)
        if members.get("Range"):
            answer["ETag"] = before.get((members["Bucket"], members["Key"]), answer["ETag"])
        return answer


def _another_etag(answer: Members) -> None:
    result: Members = answer.get("CopyObjectResult") or {}
    result["ETag"] = '"9bb58f26192e4ba00f01e2e7b136bbd8"'


declare(
    "copy-tells-the-etag-before",
    "CopyObject answers an ETag that is not that of the bytes it copied.",
    edit_members("CopyObject", _another_etag),
)


@deviation("v2-listing-loses-a-key-to-a-write", "A listing after a write lacks its first key.")
def v2_listing_loses_a_key_to_a_write(server: Seams) -> None:
    written = threading.Event()

    @server.around("PutObject", "DeleteObject")
    def noted(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        written.set()
        return answer

    @server.around("ListObjectsV2")
    def lacking(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        if written.is_set():
            written.clear()
            answer["Contents"] = list(answer["Contents"])[1:]
        return answer


def _wait_for_the_object(ctx: Context, members: Members) -> None:
    """Until a completion has made the object, or the gap is over."""
    end = time.monotonic() + _GAP
    while ctx.store.head(ctx.store.bucket(members["Bucket"]), members["Key"]) is None:
        if time.monotonic() > end:
            return
        time.sleep(_LOOK)


@deviation("abort-takes-the-object", "An abort that comes after the completion removes the object.")
def abort_takes_the_object(server: Seams) -> None:
    @server.around("AbortMultipartUpload")
    def taken(handler: Handler, ctx: Context, members: Members) -> Members:
        _wait_for_the_object(ctx, members)
        discover()["DeleteObject"](ctx, {"Bucket": members["Bucket"], "Key": members["Key"]})
        return handler(ctx, members)


@deviation("completion-makes-two-versions", "A completion writes the object twice.")
def completion_makes_two_versions(server: Seams) -> None:
    @server.around(_COMPLETE)
    def twice(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, dict(members))
        asked = {"Bucket": members["Bucket"], "Key": members["Key"]}
        copied = {"CopySource": f"{members['Bucket']}/{members['Key']}", "StorageClass": "STANDARD"}
        if ctx.store.bucket(members["Bucket"]).versioning:
            try:
                discover()["CopyObject"](ctx, {**asked, **copied, "MetadataDirective": "REPLACE"})
            except S3Error as error:
                raise S3Error("InternalError", error.message) from error
        return answer


declare(
    "parts-of-the-last-number-lost",
    "ListParts lacks the part of the highest number.",
    entries("ListParts", lambda found: found[:-1], "Parts"),
)


def _twice(found: list[Any]) -> list[Any]:
    return [*found, *found[:1]]


declare(
    "part-uploaded-twice-listed-twice",
    "ListParts names a part twice.",
    entries("ListParts", _twice, "Parts"),
)
declare(
    "bucket-is-listed-twice",
    "ListBuckets names each bucket twice.",
    entries("ListBuckets", lambda found: [*found, *found], "Buckets"),
)


@deviation("tags-are-added", "PutObjectTagging adds its tags to those that are there.")
def tags_are_added(server: Seams) -> None:
    one_by_one = threading.Lock()  # else those that come at once find nothing to add to

    @server.around("PutObjectTagging")
    def added(handler: Handler, ctx: Context, members: Members) -> Members:
        asked = {"Bucket": members["Bucket"], "Key": members["Key"]}
        with one_by_one:
            there = discover()["GetObjectTagging"](ctx, asked)["TagSet"]
            new = members["Tagging"]["TagSet"]
            kept = [one for one in there if one["Key"] not in [tag["Key"] for tag in new]]
            members["Tagging"]["TagSet"] = [*new, *kept]
            return handler(ctx, members)


@deviation("version-lost-to-another-put", "The version that is written last is the only one left.")
def version_lost_to_another_put(server: Seams) -> None:
    @server.around("PutObject")
    def alone(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, dict(members))
        for version_id in version_ids(ctx, members):
            if version_id != answer.get("VersionId"):
                delete_version(ctx, members, version_id)
        return answer


@deviation("marker-replaces-the-marker-before", "A delete marker replaces the one before.")
def marker_replaces_the_marker_before(server: Seams) -> None:
    @server.around("DeleteObject")
    def alone(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        if not members.get("VersionId") and answer.get("VersionId"):
            for version_id in marker_ids(ctx, members):
                if version_id != answer["VersionId"]:
                    delete_version(ctx, members, version_id)
        return answer
