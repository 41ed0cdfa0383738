"""Deviations that show one client another object than the others: boto3 is the one left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from server_ref.context import Context, Handler, Members
from server_ref.deviations import Change, declare, deviation
from server_ref.errors import S3Error
from server_ref.response import Response
from server_ref.seams import Exchange, Seams

_AGENT = "boto3/"  # what boto3's User-Agent begins with


def _is_boto3(headers: dict[str, str]) -> bool:
    return headers.get("user-agent", "").lower().startswith(_AGENT)


def _for_boto3(change: Callable[[Response], None]) -> Change:
    """The answer to a GetObject of boto3 passes through ``change``."""

    def step(server: Seams) -> None:
        @server.on_response("GetObject")
        def other(exchange: Exchange, response: Response) -> None:
            if response.status == 200 and _is_boto3(exchange.request.headers):
                change(response)

    return step


def _replace(beginning: str, value: str) -> Callable[[Response], None]:
    """Headers whose name begins so have this value."""

    def change(response: Response) -> None:
        for present in [n for n in response.headers if n.lower().startswith(beginning.lower())]:
            response.headers[present] = value

    return change


def _zero(response: Response) -> None:
    length = int(response.headers.get("Content-Length", "0"))
    response.body = b"\0" * length


declare("body-differs-by-client", "boto3 is answered zeros.", _for_boto3(_zero))
declare(
    "etag-differs-by-client",
    "boto3 is answered an ETag of its own.",
    _for_boto3(_replace("ETag", '"00000000000000000000000000000000"')),
)
declare(
    "metadata-differs-by-client",
    "boto3 is answered another value of metadata.",
    _for_boto3(_replace("x-amz-meta-", "another")),
)
declare(
    "date-differs-by-client",
    "boto3 is answered another time.",
    _for_boto3(_replace("Last-Modified", "Thu, 01 Jan 1970 00:00:00 GMT")),
)


@deviation("key-differs-by-client", "A key with a + is another one for boto3.")
def key_differs(server: Seams) -> None:
    @server.around("GetObject")
    def other(handler: Handler, ctx: Context, members: Members) -> Members:
        if _is_boto3(ctx.request.headers) and "+" in members["Key"]:
            raise S3Error("NoSuchKey", Key=members["Key"])
        return handler(ctx, members)


@deviation("overwrite-hidden-by-client", "boto3 is answered zeros for what was overwritten.")
def overwrite_hidden(server: Seams) -> None:
    writes: Counter[tuple[str, str]] = Counter()

    @server.around("PutObject")
    def count(handler: Handler, ctx: Context, members: Members) -> Members:
        writes[members["Bucket"], members["Key"]] += 1
        return handler(ctx, members)

    @server.on_response("GetObject")
    def old(exchange: Exchange, response: Response) -> None:
        request = exchange.request
        again = writes[request.bucket or "", request.key or ""] > 1
        if again and response.status == 200 and _is_boto3(request.headers):
            _zero(response)


def _changed_for_boto3(operation: str, change: Callable[[Members], None]) -> Change:
    """The members of an operation's answer to boto3 pass through ``change``."""

    def step(server: Seams) -> None:
        @server.around(operation)
        def other(handler: Handler, ctx: Context, members: Members) -> Members:
            answer = handler(ctx, members)
            if _is_boto3(ctx.request.headers):
                change(answer)
            return answer

    return step


declare(
    "tags-differ-by-client",
    "boto3 is answered no tags.",
    _changed_for_boto3("GetObjectTagging", lambda answer: answer.update(TagSet=[])),
)
declare(
    "listing-differs-by-client",
    "boto3 is listed all keys but the first.",
    _changed_for_boto3(
        "ListObjectsV2", lambda answer: answer.update(Contents=list(answer["Contents"])[1:])
    ),
)


@deviation("delete-hidden-by-client", "boto3 still reads what was deleted, as an empty object.")
def delete_hidden(server: Seams) -> None:
    @server.on_response("GetObject")
    def there(exchange: Exchange, _response: Response) -> Response | None:
        gone = exchange.error is not None and exchange.error.code == "NoSuchKey"
        if gone and _is_boto3(exchange.request.headers):
            return Response(200, {"ETag": '"d41d8cd98f00b204e9800998ecf8427e"'})
        return None


@deviation("condition-differs-by-client", "No ETag is a good If-Match for boto3.")
def condition_differs(server: Seams) -> None:
    @server.around("PutObject")
    def other(handler: Handler, ctx: Context, members: Members) -> Members:
        if members.get("IfMatch") and _is_boto3(ctx.request.headers):
            raise S3Error("PreconditionFailed")
        return handler(ctx, members)


@deviation("range-differs-by-client", "boto3 is answered the whole object, whatever its range.")
def range_differs(server: Seams) -> None:
    @server.around("GetObject")
    def whole(handler: Handler, ctx: Context, members: Members) -> Members:
        if _is_boto3(ctx.request.headers):
            members.pop("Range", None)
        return handler(ctx, members)


@deviation("empty-object-differs-by-client", "boto3 is answered a byte for an empty object.")
def empty_object_differs(server: Seams) -> None:
    @server.on_response("GetObject")
    def a_byte(exchange: Exchange, response: Response) -> None:
        empty = response.headers.get("Content-Length") == "0"
        if empty and response.status == 200 and _is_boto3(exchange.request.headers):
            response.body = b"?"
            response.headers["Content-Length"] = "1"


declare(
    "checksum-differs-by-client",
    "boto3 is answered another checksum.",
    _for_boto3(_replace("x-amz-checksum-", "AAAA")),
)


def _hidden_from_boto3(code: str, *operations: str) -> Change:
    """These operations answer boto3 this error."""

    def step(server: Seams) -> None:
        @server.around(*operations)
        def hidden(handler: Handler, ctx: Context, members: Members) -> Members:
            if _is_boto3(ctx.request.headers):
                raise S3Error(code)
            return handler(ctx, members)

    return step


declare(
    "upload-hidden-by-client",
    "boto3 adds no part to an upload, and sees none.",
    _hidden_from_boto3("NoSuchUpload", "UploadPart", "ListParts"),
)
declare(
    "copy-differs-by-client",
    "boto3 finds nothing to copy.",
    _hidden_from_boto3("NoSuchKey", "CopyObject"),
)


@deviation("version-differs-by-client", "boto3 is answered the latest version, whatever its id.")
def version_differs(server: Seams) -> None:
    @server.around("GetObject")
    def latest(handler: Handler, ctx: Context, members: Members) -> Members:
        if _is_boto3(ctx.request.headers):
            members.pop("VersionId", None)
        return handler(ctx, members)


@deviation("deletion-ignored-by-client", "What boto3 deletes is still there.")
def deletion_ignored(server: Seams) -> None:
    @server.around("DeleteObject")
    def ignored(handler: Handler, ctx: Context, members: Members) -> Members:
        return {} if _is_boto3(ctx.request.headers) else handler(ctx, members)
