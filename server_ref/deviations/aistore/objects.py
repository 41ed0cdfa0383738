"""How AIStore keeps and shows objects: ETags of its own, few headers, the last version only."""

from __future__ import annotations

import re
from typing import Any

from server_ref.aistore import access, facts
from server_ref.aistore.errors import AISError
from server_ref.aistore.facts import SummingBody, Sums
from server_ref.context import Context, Handler, Members
from server_ref.deviations.aistore import difference, differs
from server_ref.deviations.steps import StoreProxy, drop_header, ignore_member
from server_ref.errors import S3Error
from server_ref.model.values import http_date
from server_ref.request import Request
from server_ref.response import Response
from server_ref.rules.attributes import SYSTEM
from server_ref.seams import Exchange, Seams
from server_ref.storage.commit import Transaction
from server_ref.storage.records import Bucket, Version

_one_range = re.compile(r"bytes=(\d+-\d*|-\d+)", re.ASCII).fullmatch
_MAKING = ("PutObject", "CopyObject", "CreateMultipartUpload")
_READING = ("GetObject", "HeadObject")


class _Placing(StoreProxy):
    """The store of one request, whose new version gets AIStore's facts and ETag."""

    def __init__(self, store: Any, body: SummingBody | None) -> None:
        super().__init__(store)
        self._body = body

    def put(self, tx: Transaction, bucket: Bucket, version: Version) -> Version:
        sums = self._body.sums() if self._body is not None else self._copied(version)
        return facts.place(self._store, tx, bucket, version, sums, 1)

    def _copied(self, version: Version) -> Sums | None:
        """What is known of the source, or of nothing for what was uploaded in parts."""
        return facts.known_sums(version) if version.parts is None else None


@differs("ais-etags", "An ETag is what the bucket's checksum says: xxhash and time, MD5, or none.")
def ais_etags(server: Seams) -> None:
    @server.around("PutObject")
    def put(handler: Handler, ctx: Context, members: Members) -> Members:
        ctx.request.body = body = SummingBody(ctx.request.body)
        ctx.store = _Placing(ctx.store, body)  # type: ignore[assignment]  # it is one, by proxy
        return handler(ctx, members)

    @server.around("CopyObject")
    def copied(handler: Handler, ctx: Context, members: Members) -> Members:
        ctx.store = _Placing(ctx.store, None)  # type: ignore[assignment]  # it is one, by proxy
        return handler(ctx, members)

    @server.around("CompleteMultipartUpload")
    def joined(handler: Handler, ctx: Context, members: Members) -> Members:
        plain = ctx.store
        ctx.store = _Placing(plain, None)  # type: ignore[assignment]  # it is one, by proxy
        answer = handler(ctx, members)
        facts.sum_up(plain, plain.bucket(members["Bucket"]), members["Key"])
        return answer

    @server.on_response("PutObject", *_READING)
    def no_empty_etag(_exchange: Exchange, response: Response) -> None:
        if response.headers.get("ETag") == '""':
            del response.headers["ETag"]


@differs("ais-access-time", "Reading an object is kept as its access time.")
def ais_access_time(server: Seams) -> None:
    @server.around("GetObject")
    def read(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        access.touch(ctx.store, ctx.store.bucket(members["Bucket"]), members["Key"])
        return answer

    @server.around("DeleteObject")
    def gone(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        bucket = ctx.store.bucket(members["Bucket"])
        ctx.store.write(lambda tx: access.forget(tx, bucket, members["Key"]))
        return answer


@differs("ais-put-last-modified", "PutObject answers when the object was written.")
def ais_put_last_modified(server: Seams) -> None:
    @server.around("PutObject")
    def told(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        ctx.response_headers["Last-Modified"] = http_date(ctx.clock())
        return answer


@differs("ais-content-type-fixed", "GetObject is application/octet-stream; HeadObject has no type.")
def ais_content_type_fixed(server: Seams) -> None:
    @server.on_response(*_READING)
    def fixed(exchange: Exchange, response: Response) -> None:
        if exchange.error is not None:
            return
        response.headers.pop("Content-Type", None)
        if exchange.operation == "GetObject":
            response.headers["Content-Type"] = "application/octet-stream"


difference(
    "ais-metadata-not-kept",
    "User metadata and headers of an object are dropped.",
    ignore_member(_MAKING, "Metadata", "Expires", *SYSTEM),
)
difference(
    "ais-few-headers",
    "No answer says what checksum, encryption or ranges there are.",
    drop_header(
        "*",
        "Accept-Ranges",
        "x-amz-server-side-encryption",
        "x-amz-checksum-type",
        "x-amz-checksum-crc32",
        "x-amz-checksum-crc32c",
        "x-amz-checksum-crc64nvme",
        "x-amz-checksum-sha1",
        "x-amz-checksum-sha256",
        "x-amz-version-id",
        "x-amz-mp-parts-count",
        "x-amz-tagging-count",
    ),
)
difference(
    "ais-read-parameters-ignored",
    "response-*, partNumber and versionId of a read are not looked at.",
    ignore_member(
        _READING,
        "VersionId",
        "PartNumber",
        "ResponseCacheControl",
        "ResponseContentDisposition",
        "ResponseContentEncoding",
        "ResponseContentLanguage",
        "ResponseContentType",
        "ResponseExpires",
    ),
)
difference(
    "ais-delete-version-ignored",
    "versionId of a deletion is not looked at.",
    ignore_member("DeleteObject", "VersionId", "MFA", "BypassGovernanceRetention"),
)


@differs("ais-range-malformed-416", "Several ranges, or one that makes no sense, are a 416.")
def ais_range_malformed_416(server: Seams) -> None:
    @server.around("GetObject")
    def only_one(handler: Handler, ctx: Context, members: Members) -> Members:
        given = members.get("Range")
        if given is not None:
            match = _one_range(given.strip())
            first, _, last = match[1].partition("-") if match else ("", "", "")
            if match is None or (first and last and int(last) < int(first)):
                raise S3Error("InvalidRange", f"invalid range {given!r}")
        return handler(ctx, members)


@differs("ais-head-checksum", "HeadObject tells the object's checksum as user metadata.")
def ais_head_checksum(server: Seams) -> None:
    @server.around("HeadObject")
    def told(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        found = ctx.store.head(ctx.store.bucket(members["Bucket"]), members["Key"])
        kind, value = facts.checksum(found) if found is not None else ("none", "")
        if value:
            ctx.response_headers["x-amz-meta-ais-cksum-type"] = kind
            ctx.response_headers["x-amz-meta-ais-cksum-val"] = value
        return answer


@differs("ais-directory-keys", "A slash at a key's end is dropped, and others are joined.")
def ais_directory_keys(server: Seams) -> None:
    @server.on_request
    def joined(request: Request) -> None:
        if request.key is not None:
            parts = [part for part in request.key.split("/") if part]
            if not parts:
                raise AISError("", "missing or empty object name", 400)
            request.key = "/".join(parts)


@differs("ais-key-under-object", "A key under an object's cannot be written.")
def ais_key_under_object(server: Seams) -> None:
    @server.around("PutObject", "CopyObject", "CompleteMultipartUpload")
    def check(handler: Handler, ctx: Context, members: Members) -> Members:
        bucket, key = ctx.store.bucket(members["Bucket"]), members["Key"]
        pieces = key.split("/")
        above = ["/".join(pieces[:count]) for count in range(1, len(pieces))]
        taken = next((name for name in above if ctx.store.head(bucket, name) is not None), None)
        if taken is not None:
            raise AISError("ErrMv", f"cannot write {key!r}: {taken!r} is an object", 400)
        return handler(ctx, members)
