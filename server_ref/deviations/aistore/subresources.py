"""Sub-resources that AIStore does not know: the operation under them is done instead.

Several of these destroy what was asked to be configured.
"""

from __future__ import annotations

from server_ref.aistore.errors import AISError
from server_ref.deviations.aistore import differs
from server_ref.request import Request
from server_ref.response import Response
from server_ref.seams import Route, Seams

SUBRESOURCES = frozenset(
    {
        "abac",
        "accelerate",
        "acl",
        "analytics",
        "attributes",
        "cors",
        "encryption",
        "intelligent-tiering",
        "inventory",
        "legal-hold",
        "lifecycle",
        "location",
        "logging",
        "metadataConfiguration",
        "metadataInventoryTable",
        "metadataJournalTable",
        "metadataTable",
        "metrics",
        "notification",
        "object-lock",
        "ownershipControls",
        "policy",
        "policyStatus",
        "publicAccessBlock",
        "replication",
        "requestPayment",
        "restore",
        "retention",
        "select",
        "tagging",
        "torrent",
        "versions",
        "website",
    }
)
_STUBS = frozenset({"acl", "cors", "lifecycle", "policy"})


def _unknown(request: Request, *, of_object: bool) -> bool:
    """Whether a request is about a sub-resource of a bucket (or of an object)."""
    return (
        request.bucket is not None
        and (request.key is not None) is of_object
        and not SUBRESOURCES.isdisjoint(request.query)
    )


def _falls_through(server: Seams, method: str, *, of_object: bool) -> None:
    @server.on_request
    def blind(request: Request) -> None:
        if request.method == method and _unknown(request, of_object=of_object):
            for name in SUBRESOURCES & request.query.keys():
                del request.query[name]


@differs("ais-stubs-501", "ACL, CORS, lifecycle and policy are read with 501 and an empty body.")
def ais_stubs_501(server: Seams) -> None:
    @server.on_request
    def stub(request: Request) -> Response | None:
        if request.method == "GET" and request.bucket and not _STUBS.isdisjoint(request.query):
            return Response(501)
        return None


@differs("ais-get-subresource-lists", "GET of a sub-resource of a bucket lists its objects.")
def ais_get_subresource_lists(server: Seams) -> None:
    _falls_through(server, "GET", of_object=False)


@differs("ais-get-subresource-reads", "GET of a sub-resource of an object reads the object.")
def ais_get_subresource_reads(server: Seams) -> None:
    _falls_through(server, "GET", of_object=True)


@differs("ais-put-subresource-creates", "PUT of a sub-resource of a bucket creates the bucket.")
def ais_put_subresource_creates(server: Seams) -> None:
    _falls_through(server, "PUT", of_object=False)


@differs("ais-put-subresource-overwrites", "PUT of a sub-resource of an object overwrites it.")
def ais_put_subresource_overwrites(server: Seams) -> None:
    _falls_through(server, "PUT", of_object=True)


@differs("ais-delete-subresource-destroys", "DELETE of a bucket's sub-resource is of the bucket.")
def ais_delete_subresource_destroys(server: Seams) -> None:
    _falls_through(server, "DELETE", of_object=False)


@differs("ais-delete-subresource-deletes", "DELETE of an object's sub-resource is of the object.")
def ais_delete_subresource_deletes(server: Seams) -> None:
    _falls_through(server, "DELETE", of_object=True)


@differs("ais-post-refused", "POST is for uploads and for deletions; any other is a bad request.")
def ais_post_refused(server: Seams) -> None:
    @server.around_route
    def only_these(route: Route, request: Request) -> str:
        known = {"uploads", "uploadId"} if request.key is not None else {"delete"}
        if request.method == "POST" and known.isdisjoint(request.query):
            raise AISError("", "invalid s3 request", 400)
        return route(request)
