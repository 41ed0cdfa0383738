"""AIStore's nodes: who listens, and what of a request they do not look at."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from server_ref.aistore import features, folders, paths
from server_ref.aistore.backend import check_upstream
from server_ref.aistore.cluster import S3_PATH, Cluster
from server_ref.aistore.redirect import SERVER
from server_ref.context import Context, Handler, Members
from server_ref.deviations.aistore import difference, differs
from server_ref.deviations.steps import change_settings
from server_ref.http.front import Front
from server_ref.request import Request
from server_ref.response import Response
from server_ref.seams import Exchange, Locate, Seams

LONGEST_HEAD = 1 << 20  # bytes of request line and headers, as Go's server has it


def listen(server: Seams, make: Callable[..., Front]) -> None:
    """Put a cluster in front. Raises ValueError for settings that cannot be."""
    features.bits(server.settings.features)
    check_upstream(server.settings.upstream)
    targets = max(1, server.settings.targets)
    server.change_settings(base_path=S3_PATH, targets=targets)
    active = features.Features(server.settings.features)
    server.set_front(partial(make, features=active))

    @server.around("ListObjects", "ListObjectsV2")
    def found(handler: Handler, ctx: Context, members: Members) -> Members:
        """A page, without what targets do not look at."""
        answer = handler(ctx, members)
        prefix = members.get("Prefix") or ""
        if not prefix or features.LIST_ALL in active:
            return answer
        with ctx.store.reader() as reader:
            bucket = ctx.store.bucket(members["Bucket"])
            hides = folders.hidden(reader, bucket, prefix, targets)
        if answer["IsTruncated"] and "NextContinuationToken" not in answer:
            answer.setdefault("NextMarker", answer["Contents"][-1]["Key"])  # which may be left out
        kept = [one for one in answer["Contents"] if not hides(one["Key"])]
        return answer | {"Contents": kept}


@differs("ais-cluster", "A proxy sends what is about objects to targets on ports of their own.")
def ais_cluster(server: Seams) -> None:
    listen(server, Cluster)


@differs("ais-path-style-only", "The host of a request names no bucket.")
def ais_path_style_only(server: Seams) -> None:
    @server.around_locate
    def by_path(locate: Locate, request: Request) -> None:
        host, request.host = request.host, ""
        locate(request)
        request.host = host


@differs("ais-options-200", "OPTIONS is answered with 200 and nothing else.")
def ais_options_200(server: Seams) -> None:
    @server.on_request
    def fine(request: Request) -> Response | None:
        return Response(200) if request.method == "OPTIONS" else None


@differs("ais-server-name", "Only the answer to HEAD of a bucket names a server, and none has ids.")
def ais_server_name(server: Seams) -> None:
    @server.on_response("*")
    def unnamed(exchange: Exchange, response: Response) -> None:
        for name in ("Server", "x-amz-id-2", "x-amz-request-id"):
            response.headers.pop(name, None)
        if exchange.operation == "HeadBucket" and exchange.error is None:
            response.headers["Server"] = SERVER


@differs("ais-framing", "Heads may be long, and of two lengths of a body the chunked one counts.")
def ais_framing(server: Seams) -> None:
    server.change_limits(
        head=LONGEST_HEAD, header_section=LONGEST_HEAD, target=LONGEST_HEAD, chunked_wins=True
    )
    server.lenient("length_required")


@differs("ais-names", "A name may have bytes that are no UTF-8, and none leads upwards.")
def ais_names(server: Seams) -> None:
    @server.around_locate
    def any_bytes(locate: Locate, request: Request) -> None:
        before = request.target
        request.target = paths.readable(before, request.encoding)
        request.encoding = "utf-8"  # whatever it was: the path has no other bytes now
        try:
            locate(request)
        finally:
            request.target = before


difference(
    "ais-long-keys", "A key may be longer than 1024 bytes.", change_settings(max_key=1 << 20)
)
