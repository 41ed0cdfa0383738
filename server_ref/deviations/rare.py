"""Deviations of what few buckets have: access by tags, S3 Metadata, other kinds of buckets."""

from __future__ import annotations

from server_ref.context import Context, Handler, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.steps import do_nothing
from server_ref.deviations.when import nothing_when, subresource_ignored
from server_ref.request import Request
from server_ref.response import Response
from server_ref.seams import Parse, Seams


@deviation("abac-on-from-the-start", "A new bucket says that its access follows tags.")
def abac_on(server: Seams) -> None:
    changed: set[str] = set()

    @server.around("PutBucketAbac")
    def put(handler: Handler, ctx: Context, members: Members) -> Members:
        changed.add(members["Bucket"])
        return handler(ctx, members)

    @server.around("GetBucketAbac")
    def get(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        return answer if members["Bucket"] in changed else {"AbacStatus": {"Status": "Enabled"}}


declare("abac-not-kept", "PutBucketAbac keeps nothing.", do_nothing("PutBucketAbac"))


@deviation("abac-of-all-buckets", "The status of access by tags is one for all buckets.")
def abac_of_all(server: Seams) -> None:
    last: dict[str, Members] = {}

    @server.around("PutBucketAbac")
    def put(handler: Handler, ctx: Context, members: Members) -> Members:
        last["status"] = members["AbacStatus"]
        return handler(ctx, members)

    @server.around("GetBucketAbac")
    def get(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        return {"AbacStatus": last["status"]} if last else answer


@deviation("abac-of-no-bucket", "GetBucketAbac answers for buckets that do not exist.")
def abac_of_none(server: Seams) -> None:
    @server.on_request
    def answer(request: Request) -> Response | None:
        if request.method != "GET" or "abac" not in request.query:
            return None
        body = b"<AbacStatus><Status>Disabled</Status></AbacStatus>"
        return Response(200, {"Content-Type": "application/xml"}, body)


def _empty(name: str, older: str) -> None:
    declare(
        f"metadata-{older}not-kept",
        f"{name} keeps nothing.",
        do_nothing(f"Create{name}"),
    )
    declare(
        f"metadata-{older}deleted-stays",
        f"Delete{name} says it is done and does nothing.",
        do_nothing(f"Delete{name}"),
    )


_empty("BucketMetadataConfiguration", "")
_empty("BucketMetadataTableConfiguration", "table-")
for _kind in ("Journal", "Inventory", "Annotation"):
    declare(
        f"metadata-{_kind.lower()}-not-changed",
        f"UpdateBucketMetadata{_kind}TableConfiguration changes nothing.",
        do_nothing(f"UpdateBucketMetadata{_kind}TableConfiguration"),
    )


@deviation(
    "rename-writes-nothing",
    "?renameObject is not seen: the new key is written with no bytes.",
)
def rename_writes_nothing(server: Seams) -> None:
    subresource_ignored("PUT", "renameObject")(server)

    @server.around_parse
    def blind(parse: Parse, request: Request, operation: str) -> Members:
        request.headers.pop("x-amz-rename-source", None)  # elsewhere it is refused
        return parse(request, operation)


declare(
    "rename-over-a-key-does-nothing",
    "A rename to a key that is taken answers success, and nothing is renamed.",
    nothing_when(
        "RenameObject",
        lambda ctx, m: ctx.store.head(ctx.store.bucket(m["Bucket"]), m["Key"]) is not None,
    ),
)


@deviation("session-of-any-bucket", "Every bucket gives sessions.")
def session_of_any(server: Seams) -> None:
    @server.on_request
    def give(request: Request) -> Response | None:
        if request.method != "GET" or "session" not in request.query:
            return None
        return Response(200, {"Content-Type": "application/xml"}, b"<CreateSessionResult/>")


declare(
    "torrent-is-the-object",
    "?torrent is not seen: the object is answered.",
    subresource_ignored("GET", "torrent"),
)


@deviation("response-of-nobody-is-taken", "WriteGetObjectResponse is answered with success.")
def response_taken(server: Seams) -> None:
    @server.on_request
    def take(request: Request) -> Response | None:
        return Response(200) if "x-amz-request-route" in request.headers else None


@deviation("root-lists-no-buckets", "A list of directory buckets is answered with an empty one.")
def root_lists_none(server: Seams) -> None:
    @server.on_request
    def none(request: Request) -> Response | None:
        if "max-directory-buckets" not in request.query:
            return None
        body = b"<ListAllMyDirectoryBucketsResult/>"
        return Response(200, {"Content-Type": "application/xml"}, body)
