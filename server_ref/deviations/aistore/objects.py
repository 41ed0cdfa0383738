"""How AIStore keeps and shows objects: ETags of its own, few headers, the last version only."""

from __future__ import annotations

from typing import Any

from server_ref.aistore import access, facts, folders, paths, ranges
from server_ref.aistore.errors import AISError
from server_ref.aistore.facts import SummingBody, Sums
from server_ref.aistore.parts import part_number
from server_ref.context import Context, Handler, Members
from server_ref.deviations.aistore import difference, differs
from server_ref.deviations.steps import StoreProxy, drop_header, ignore_member
from server_ref.http.send import close_payload
from server_ref.model.values import http_date
from server_ref.request import Request
from server_ref.response import Payload, Response
from server_ref.rules.attributes import SYSTEM
from server_ref.seams import Exchange, Parse, Seams
from server_ref.storage.commit import Transaction
from server_ref.storage.records import Bucket, Version

_PART = "Part"  # of GetObject's members: the number as it came
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


@differs("ais-metadata-not-kept", "User metadata and headers of an object are dropped.")
def ais_metadata_not_kept(server: Seams) -> None:
    @server.around(*_MAKING)
    def dropped(handler: Handler, ctx: Context, members: Members) -> Members:
        for name in ("Metadata", "Expires", *SYSTEM):
            members.pop(name, None)
        ctx.request.headers.pop("expires", None)  # kept as it was sent, which no member says
        return handler(ctx, members)


difference(
    "ais-few-headers",
    "No answer says what checksum or encryption there is.",
    drop_header(
        "*",
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
    "response-* and versionId of a read are not looked at.",
    ignore_member("HeadObject", "PartNumber"),
    ignore_member(
        _READING,
        "VersionId",
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


@differs("ais-ranges", "A range is read as Go reads it; several, or none that makes sense: 416.")
def ais_ranges(server: Seams) -> None:
    @server.around("GetObject")
    def one(handler: Handler, ctx: Context, members: Members) -> Members:
        given = members.pop("Range", None)
        found = ctx.store.head(ctx.store.bucket(members["Bucket"]), members["Key"])
        wanted = ranges.requested(given.strip(), found.size) if given and found else None
        if wanted is None:
            return handler(ctx, members)
        start, length = wanted
        if length:
            return handler(ctx, members | {"Range": f"bytes={start}-{start + length - 1}"})
        answer = handler(ctx, members)
        close_payload(answer["Body"])
        ctx.status = 206
        said = f"bytes {start}-{start - 1}/{found.size}" if found else ""
        return answer | {"Body": Payload(0), "ContentLength": 0, "ContentRange": said}

    @server.around("HeadObject")
    def whole(handler: Handler, ctx: Context, members: Members) -> Members:
        members.pop("Range", None)
        return handler(ctx, members)

    @server.on_response(*_READING)
    def said(exchange: Exchange, response: Response) -> None:
        if exchange.error is None:
            response.headers.pop("Accept-Ranges", None)
            if response.status == 206:
                response.headers["Accept-Ranges"] = "bytes"


@differs("ais-one-part", "GetObject of a part is a 200 with its bytes, and no part without parts.")
def ais_one_part(server: Seams) -> None:
    @server.around_parse
    def apart(parse: Parse, request: Request, operation: str) -> Members:
        number = request.query.pop("partNumber", None) if operation == "GetObject" else None
        members = parse(request, operation)
        return members if number is None else members | {_PART: number}

    @server.around("GetObject")
    def part(handler: Handler, ctx: Context, members: Members) -> Members:
        text = members.pop(_PART, None)
        if text is None:
            return handler(ctx, members)
        members.pop("Range", None)
        number = part_number(text)
        found = ctx.store.head(ctx.store.bucket(members["Bucket"]), members["Key"])
        if found is None:
            return handler(ctx, members)
        count = len(found.read_parts())
        if not count:
            raise AISError("wrapError", f"failed to load the parts of {members['Key']!r}", 400)
        if number > count:
            raise AISError("", f"part {number} does not exist (have {count})", 404)
        answer = handler(ctx, members | {"PartNumber": number})
        ctx.status = 200
        for name in ("ContentRange", "ETag", "LastModified", "PartsCount"):
            answer.pop(name, None)
        return answer


@differs("ais-head-checksum", "HeadObject tells the object's checksum as user metadata.")
def ais_head_checksum(server: Seams) -> None:
    @server.around("HeadObject")
    def told(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        found = ctx.store.head(ctx.store.bucket(members["Bucket"]), members["Key"])
        kind, value = facts.checksum(found) if found is not None else ("none", "")
        if value:
            ctx.response_headers["X-Amz-Meta-Ais-Cksum-Type"] = kind
            ctx.response_headers["X-Amz-Meta-Ais-Cksum-Val"] = value
        return answer


@differs(
    "ais-directory-keys",
    "A key loses its last slash and its dots, slashes are joined; ~/ is refused.",
)
def ais_directory_keys(server: Seams) -> None:
    @server.on_request
    def joined(request: Request) -> None:
        if request.key is not None:
            request.key = paths.object_name(request.key)
            if not request.headers.get("x-amz-copy-source"):
                paths.refuse_home(request.key)


@differs(
    "ais-key-under-object", "A key that is a folder of its target or below an object cannot be."
)
def ais_key_under_object(server: Seams) -> None:
    targets = max(1, server.settings.targets)

    @server.around("PutObject", "CopyObject", "CompleteMultipartUpload")
    def check(handler: Handler, ctx: Context, members: Members) -> Members:
        bucket, key = ctx.store.bucket(members["Bucket"]), members["Key"]
        with ctx.store.reader() as reader:
            taken = folders.in_the_way(reader, bucket, key, targets)
        if taken is not None:
            raise AISError("ErrMv", taken, 400)
        return handler(ctx, members)
