"""What AIStore 3.12 answered otherwise, as the page on S3 compatibility still shows it.

https://github.com/NVIDIA/aistore/blob/main/docs/s3compat.md
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

from server_ref.aistore import access, facts, properties
from server_ref.aistore.cluster import Cluster
from server_ref.context import Context, Handler, Members
from server_ref.deviations.aistore import difference, differs
from server_ref.deviations.aistore.ports import listen
from server_ref.deviations.steps import edit_members
from server_ref.response import Payload, Response
from server_ref.rules.times import moment
from server_ref.seams import Exchange, Seams, Serialise, Serialised

_READING = ("GetObject", "HeadObject")
_CHECKSUM = "xxhash"  # of a bucket that was made without a choice
_SNIFFED = 512  # bytes that decide whether a body is text
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\f\r\x1b")
# What Go makes of its zero time in nanoseconds since 1970.
_NEVER = datetime(1754, 8, 30, 22, 43, 41, tzinfo=UTC)


@differs("ais-cluster-old", "As ais-cluster; a redirect names host, port and /s3; no HEAD has one.")
def ais_cluster_old(server: Seams) -> None:
    listen(server, partial(Cluster, always_rebuild=True, checksum=_CHECKSUM))


@differs("ais-old-checksum", "A bucket has the checksum xxhash.")
def ais_old_checksum(server: Seams) -> None:
    @server.around("CreateBucket")
    def made(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        bucket = ctx.store.bucket(members["Bucket"])
        properties.change(ctx.store, bucket, checksum=_CHECKSUM)
        return answer


@differs("ais-list-buckets-old-root", "The root of ListBuckets is ListBucketResult.")
def ais_list_buckets_old_root(server: Seams) -> None:
    @server.around_serialise("ListBuckets")
    def renamed(plain: Serialise, operation: str, answer: Members) -> Serialised:
        status, headers, body = plain(operation, answer)
        assert isinstance(body, bytes)
        body = body.replace(b"<ListAllMyBucketsResult ", b"<ListBucketResult ", 1)
        return status, headers, body.replace(b"</ListAllMyBucketsResult>", b"</ListBucketResult>")


@differs("ais-old-etags", "An ETag is an MD5 without quotes; some answers have none.")
def ais_old_etags(server: Seams) -> None:
    @server.around("HeadObject")
    def md5(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        found = ctx.store.head(ctx.store.bucket(members["Bucket"]), members["Key"])
        sums = facts.known_sums(found) if found is not None else None
        if sums is not None and found is not None and found.parts is None:
            answer["ETag"] = sums.md5
        return answer

    @server.on_response("PutObject", "UploadPart", *_READING)
    def bare(_exchange: Exchange, response: Response) -> None:
        etag = response.headers.pop("ETag", "").strip('"')
        if etag and not etag.startswith("v1-"):
            response.headers["ETag"] = etag

    @server.around("CompleteMultipartUpload")
    def completed(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        answer["ETag"] = answer["ETag"].strip('"')
        return answer

    @server.around("ListObjects", "ListObjectsV2")
    def listed(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        for one in answer["Contents"]:
            etag = one["ETag"].strip('"')
            one["ETag"] = etag.split("-")[1] if etag.startswith("v1-") else etag
        return answer


@differs("ais-old-get", "GetObject does not tell a time, and text is text/plain.")
def ais_old_get(server: Seams) -> None:
    @server.on_response("GetObject")
    def few(exchange: Exchange, response: Response) -> None:
        if exchange.error is not None:
            return
        for name in ("Last-Modified", "Content-Type"):
            response.headers.pop(name, None)
        text = _is_text(_beginning(response.body))
        kind = "text/plain; charset=utf-8" if text else "application/octet-stream"
        response.headers["Content-Type"] = kind


def _beginning(body: bytes | Payload) -> bytes:
    """The first bytes of a body that is about to be sent."""
    if isinstance(body, bytes):
        return body[:_SNIFFED]
    first = body.parts[0] if body.parts else b""
    if isinstance(first, bytes):
        return first[:_SNIFFED]
    first.file.seek(first.offset)
    return first.file.read(min(_SNIFFED, first.length))


def _is_text(data: bytes) -> bool:
    return _CONTROLS.isdisjoint(data)


@differs("ais-last-modified-is-access", "HeadObject tells the access time, or the year 1754.")
def ais_last_modified_is_access(server: Seams) -> None:
    @server.around(*_READING)
    def accessed(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        bucket, key = ctx.store.bucket(members["Bucket"]), members["Key"]
        with ctx.store.reader() as reader:
            at = access.times(reader, bucket, [key]).get(key)
        answer["LastModified"] = _NEVER if at is None else moment(at // 10**9)
        return answer


def _with_sizes(answer: Members) -> None:
    parts: list[dict[str, Any]] = answer["Parts"]
    answer["Parts"] = [
        {"PartNumber": one["PartNumber"], "ETag": one["ETag"].strip('"'), "Size": one["Size"]}
        for one in parts
    ]
    for name in [n for n in answer if n not in ("Bucket", "Key", "UploadId", "Parts")]:
        del answer[name]


difference(
    "ais-list-parts-old",
    "ListParts names number, size and bare ETag of parts.",
    edit_members("ListParts", _with_sizes),
)
