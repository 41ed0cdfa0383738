"""Query parameters that AIStore does not know: the operation under them is done instead.

It knows a few; whatever else a query has, today's sub-resources of S3 and tomorrow's, is not looked
at. Several of these requests destroy what was asked to be configured.
https://github.com/NVIDIA/aistore/blob/main/ais/prxs3.go
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from server_ref.aistore import properties
from server_ref.aistore.errors import AISError
from server_ref.deviations.aistore import differs
from server_ref.request import Request
from server_ref.response import Response
from server_ref.seams import Route, Seams

Known = Callable[[Request], frozenset[str]]

_NOTHING: frozenset[str] = frozenset()
_STUBS = frozenset({"acl", "cors", "lifecycle", "policy"})
_LISTING = frozenset(
    {"list-type", "prefix", "delimiter", "start-after", "continuation-token", "max-keys"}
    | {"marker", "encoding-type", "fetch-owner"}  # taken, and ignored where listings are made
)
_UPLOADS = frozenset({"uploads", "upload-id-marker", "max-uploads"})


def _of_bucket(request: Request) -> bool:
    return request.bucket is not None and request.key is None


def _of_object(request: Request) -> bool:
    return request.key is not None


def _of_service(request: Request) -> bool:
    return request.bucket is None


def _blind(server: Seams, method: str, applies: Callable[[Request], bool], known: Known) -> None:
    """Of these requests, parameters that ``known`` does not name are taken as not sent."""

    @server.on_request
    def only_these(request: Request) -> None:
        if request.method == method and applies(request):
            kept = known(request)
            for name in [name for name in request.query if name not in kept]:
                del request.query[name]


@differs("ais-stubs-501", "ACL, CORS, lifecycle and policy are read with 501 and an empty body.")
def ais_stubs_501(server: Seams) -> None:
    stores: list[Any] = []

    @server.wrap_store
    def seen(plain: Any) -> Any:
        stores.append(plain)
        return plain

    @server.on_request
    def stub(request: Request) -> Response | None:
        if request.method == "GET" and request.bucket and not _STUBS.isdisjoint(request.query):
            properties.by_name(stores[-1], request.bucket)  # a missing one is said first
            return Response(501)
        return None


def _read_of_bucket(request: Request) -> frozenset[str]:
    if "uploads" in request.query:
        return _UPLOADS
    return frozenset({"versioning"}) if "versioning" in request.query else _LISTING


def _read_of_object(request: Request) -> frozenset[str]:
    if request.method == "HEAD":
        return _NOTHING
    if "partNumber" in request.query:
        return frozenset({"partNumber"})
    return frozenset({"uploadId"}) if request.query.get("uploadId") else _NOTHING


def _write_of_object(request: Request) -> frozenset[str]:
    """A part has both; with one of them it is the object that is written."""
    part = frozenset({"partNumber", "uploadId"})
    return part if part <= request.query.keys() else _NOTHING


@differs("ais-get-subresource-lists", "GET of a sub-resource of a bucket lists its objects.")
def ais_get_subresource_lists(server: Seams) -> None:
    _blind(server, "GET", _of_bucket, _read_of_bucket)
    _blind(server, "HEAD", _of_bucket, lambda _request: _NOTHING)
    _blind(server, "GET", _of_service, lambda _request: _NOTHING)


@differs("ais-get-subresource-reads", "GET of a sub-resource of an object reads the object.")
def ais_get_subresource_reads(server: Seams) -> None:
    for method in ("GET", "HEAD"):
        _blind(server, method, _of_object, _read_of_object)


@differs("ais-put-subresource-creates", "PUT of a sub-resource of a bucket creates the bucket.")
def ais_put_subresource_creates(server: Seams) -> None:
    _blind(server, "PUT", _of_bucket, lambda _request: frozenset({"versioning"}))


@differs("ais-put-subresource-overwrites", "PUT of a sub-resource of an object overwrites it.")
def ais_put_subresource_overwrites(server: Seams) -> None:
    _blind(server, "PUT", _of_object, _write_of_object)


@differs("ais-delete-subresource-destroys", "DELETE of a bucket's sub-resource is of the bucket.")
def ais_delete_subresource_destroys(server: Seams) -> None:
    @server.on_request
    def many(request: Request) -> None:
        """DELETE of a bucket with ?delete is taken for a deletion of many objects."""
        if request.method == "DELETE" and _of_bucket(request) and "delete" in request.query:
            request.method = "POST"

    _blind(server, "DELETE", _of_bucket, lambda _request: _NOTHING)


@differs("ais-delete-subresource-deletes", "DELETE of an object's sub-resource is of the object.")
def ais_delete_subresource_deletes(server: Seams) -> None:
    _blind(server, "DELETE", _of_object, lambda _request: frozenset({"uploadId"}))


@differs("ais-post-refused", "POST is for uploads and for deletions; any other is a bad request.")
def ais_post_refused(server: Seams) -> None:
    @server.around_route
    def only_these(route: Route, request: Request) -> str:
        known = {"uploads", "uploadId"} if request.key is not None else {"delete"}
        if request.method == "POST":
            asked = known & request.query.keys()
            if request.key is None and {"uploads", "uploadId"} & request.query.keys():
                raise AISError("", "missing or empty bucket and/or object name", 400)
            if not asked:
                raise AISError("", "invalid s3 request", 400)
            for name in request.query.keys() - {min(asked, key=_BEGIN_FIRST)}:
                del request.query[name]
        return route(request)


_BEGIN_FIRST = ("uploads", "uploadId", "delete").index  # of both, an upload is begun


@differs("ais-service-refused", "Of the service itself only a list of buckets can be asked.")
def ais_service_refused(server: Seams) -> None:
    @server.on_request
    def only_listed(request: Request) -> None:
        if request.bucket is None and request.method in ("HEAD", "PUT", "POST", "DELETE"):
            raise AISError("", "invalid s3 request", 400)


@differs("ais-other-methods-405", "A method that S3 has not is a 405 in plain text.")
def ais_other_methods_405(server: Seams) -> None:
    @server.on_request
    def refused(request: Request) -> Response | None:
        if request.method in _METHODS:
            return None
        text = f"Method Not Allowed: {request.method} {request.target.partition('?')[0]}\n"
        headers = {
            "Allow": "DELETE, GET, HEAD, POST, PUT",
            "Content-Type": "text/plain; charset=utf-8",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(405, headers, text.encode())


_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"})
