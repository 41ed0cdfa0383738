"""AIStore's nodes: who listens, and what of a request they do not look at."""

from __future__ import annotations

from server_ref.aistore import features
from server_ref.aistore.backend import check_upstream
from server_ref.aistore.cluster import S3_PATH, Cluster
from server_ref.deviations.aistore import differs
from server_ref.request import Request
from server_ref.response import Response
from server_ref.seams import Exchange, Locate, MakeFront, Seams


def listen(server: Seams, make: MakeFront) -> None:
    """Put a cluster in front. Raises ValueError for settings that cannot be."""
    features.bits(server.settings.features)
    check_upstream(server.settings.upstream)
    server.change_settings(base_path=S3_PATH, targets=max(1, server.settings.targets))
    server.set_front(make)


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


@differs("ais-server-name", "Answers come from a server called AIStore, with no id of the host.")
def ais_server_name(server: Seams) -> None:
    @server.on_response("*")
    def named(_exchange: Exchange, response: Response) -> None:
        response.headers["Server"] = "AIStore"
        response.headers.pop("x-amz-id-2", None)
