"""Which operation a request is: method, resource, sub-resource flags, required parts.

Compiled from the service model's ``requestUri`` and required members. Where several operations
fit, the one with more conditions is meant; twins that look the same on the wire go to the one
that is not deprecated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from server_ref.errors import S3Error
from server_ref.model import foreign, subresources
from server_ref.request import Request

POST_OBJECT = "PostObject"  # a form posted to a bucket
PREFLIGHT = "PreflightObject"  # OPTIONS: a CORS preflight
PSEUDO = (POST_OBJECT, PREFLIGHT)  # operations that are not in the model

# Amazon's other endpoints share this model and these paths; they are told apart by the host.
_OTHER_ENDPOINTS = {"CreateSession": "s3express-", "ListDirectoryBuckets": "s3express-control."}

# Any other, TRACE with it, is no request to S3 (https://github.com/brekkylab/backlot/issues/312).
_METHODS = frozenset(("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS", "PATCH"))
_PART = frozenset(("partNumber", "uploadId"))


@dataclass(frozen=True, slots=True)
class _Candidate:
    operation: str
    literals: tuple[tuple[str, str], ...]  # query flags of the requestUri, with their value
    queries: tuple[str, ...]  # required query parameters
    headers: tuple[str, ...]  # required headers
    host: str = ""

    def fits(self, request: Request) -> bool:
        query = request.query
        for name, value in self.literals:
            if name not in query or (value and query[name] != value):
                return False
        for name in self.queries:
            if name not in query or (name == "id" and not query[name] and request.method == "GET"):
                return False  # no id is none of the configurations: all of them are listed
        for name in self.headers:
            if name not in request.headers:
                return False
        return request.host.startswith(self.host)

    def resource_type(self, scope: str) -> str:
        """What S3 calls the resource of this operation."""
        if "annotationName" in self.queries:
            return "OBJECT_ANNOTATION"
        if self.literals:
            return subresources.resource_type(scope, self.literals[0][0])
        if set(self.queries) >= _PART:
            return "PART"
        return subresources.resource_type(scope, "uploadId" if self.queries else "")

    @property
    def order(self) -> tuple[int, int, int, int, str]:
        return (
            -len(self.host),
            -len(self.literals),
            -len(self.queries),
            -len(self.headers),
            self.operation,
        )


class Router:
    """``route(request)`` names the operation."""

    def __init__(self, model: dict[str, Any]) -> None:
        self._plain: dict[
            tuple[str, str], str
        ] = {}  # without any query name or header of the model
        self._candidates: dict[tuple[str, str], list[_Candidate]] = {}
        self._literal_paths: dict[tuple[str, str], str] = {}
        shapes = model["shapes"]
        taken: set[tuple[object, ...]] = set()
        operations = sorted(
            model["operations"].items(), key=lambda item: bool(item[1].get("deprecated"))
        )
        for name, operation in operations:
            http = operation["http"]
            path, _, literal = http["requestUri"].partition("?")
            method = http["method"]
            if "{" not in path and path != "/":
                self._literal_paths[method, path[1:]] = name
                continue
            scope = "object" if "{Key" in path else "bucket" if "{Bucket}" in path else "service"
            queries, headers = _required(shapes, operation)
            candidate = _Candidate(
                name,
                tuple(sorted(parse_qsl(literal, keep_blank_values=True))),
                queries,
                headers,
                _OTHER_ENDPOINTS.get(name, ""),
            )
            wire = (method, scope, candidate.literals, queries, headers, candidate.host)
            if wire in taken:
                continue
            taken.add(wire)
            self._candidates.setdefault((method, scope), []).append(candidate)
        for place, candidates in self._candidates.items():
            candidates.sort(key=lambda candidate: candidate.order)
            if not candidates[-1].order[1] + candidates[-1].order[2] + candidates[-1].order[3]:
                self._plain[place] = candidates[-1].operation
        self._flags = frozenset(
            name
            for candidates in self._candidates.values()
            for candidate in candidates
            for name, value in candidate.literals
            if not value
        )
        self._scope_flags = {
            scope: frozenset(
                name
                for (_, at), candidates in self._candidates.items()
                if at == scope
                for candidate in candidates
                for name, _ in candidate.literals
            )
            for scope in ("service", "bucket", "object")
        }
        self._parameters = parameters(model)
        self._strangers = {
            name: self._parameters - own_parameters(shapes, operation)
            for name, operation in operations
        }
        self._header_marks = {
            place: frozenset(mark for candidate in candidates for mark in candidate.headers)
            for place, candidates in self._candidates.items()
        }
        self._of_buckets = frozenset(
            candidate.operation
            for (_, at), candidates in self._candidates.items()
            if at == "bucket"
            for candidate in candidates
        )
        self._hosts = {
            place: any(c.host and not c.literals for c in cs)
            for place, cs in self._candidates.items()
        }
        self._elsewhere = {
            name: candidate.host
            for candidates in self._candidates.values()
            for candidate in candidates
            for name, _ in candidate.literals
            if candidate.host
        }

    def route(self, request: Request) -> str:
        """The operation's name.

        Raises S3Error MethodNotAllowed, InvalidArgument, InvalidRequest or BadRequest.
        """
        scope = "object" if request.key is not None else "bucket" if request.bucket else "service"
        method = request.method
        place = (method, scope)
        query = request.query
        if (
            (not query or self._parameters.isdisjoint(query))
            and place in self._plain
            and not self._hosts[place]
            and self._header_marks[place].isdisjoint(request.headers)
        ):
            return self._plain[place]
        if method == "OPTIONS":
            return PREFLIGHT
        if scope == "bucket" and (method, request.bucket) in self._literal_paths:
            return self._literal_paths[method, str(request.bucket)]
        if method not in _METHODS:
            raise S3Error("BadRequest")
        flags = [name for name in query if name in self._flags]
        if method in foreign.READING:
            flags = [name for name in flags if self._read_here(name, scope, request.host)]
        marks = foreign.marks(query, flags, scope, method)
        if len(marks) > 1 and not self._together(place, marks):
            raise foreign.OfQueryError(
                "InvalidArgument",
                f"Conflicting query string parameters: {', '.join(sorted(marks))}",
                ArgumentName="ResourceType",
                ArgumentValue=min(marks),
            )
        foreign.refuse_out_of_place(query, flags, scope, method)
        asked_of_part = set(marks) == _PART and method != "PUT"
        if asked_of_part or (method == "HEAD" and marks and scope != "service"):
            raise self._not_allowed(request, scope, marks)
        if scope == "object" and flags and flags[0] not in self._scope_flags["object"]:
            if subresources.answered_at_key(method, flags[0]):
                place = (method, "bucket")
            elif not subresources.known_at_key(flags[0]) or self._writes(method, flags[0]):
                raise S3Error(  # what S3 writes with the key passed over is not known
                    "InvalidArgument",
                    f"There is no such thing as the ?{flags[0]} sub-resource for a key",
                    ArgumentName="ResourceType",
                    ArgumentValue=flags[0],
                )
        operation = self._fitting(request, place, flags)
        if operation is not None:
            return operation
        if method == "POST" and scope == "bucket" and not flags:
            strangers = [name for name in query if name in self._parameters]
            if strangers:
                foreign.refuse(POST_OBJECT, request, strangers)
            return POST_OBJECT
        raise self._not_allowed(request, scope, marks)

    def bucket_only(self, operation: str) -> bool:
        """Whether an operation is one of a bucket's, whatever key its path has."""
        return operation in self._of_buckets

    def _fitting(self, request: Request, place: tuple[str, str], flags: list[str]) -> str | None:
        for candidate in self._candidates.get(place, ()):
            if candidate.fits(request) and (not flags or candidate.literals):
                strangers = [
                    name for name in request.query if name in self._strangers[candidate.operation]
                ]
                if strangers:
                    foreign.refuse(candidate.operation, request, strangers)
                return candidate.operation
        return None

    def _read_here(self, name: str, scope: str, host: str) -> bool:
        """Whether a sub-resource is taken for one where nothing is written.

        A key's path does not know each of a bucket's, nor a bucket's each of a key's. ``session``
        is of directory buckets and their hosts: others list the bucket (measured for
        https://github.com/brekkylab/backlot).
        """
        if not host.startswith(self._elsewhere.get(name, "")):
            return False
        if scope == "service":
            return True
        of_path = subresources.known_at_key if scope == "object" else subresources.known_at_bucket
        return name in self._scope_flags[scope] or of_path(name)

    def _writes(self, method: str, name: str) -> bool:
        """Whether a method changes a bucket's sub-resource."""
        return any(
            name in dict(candidate.literals)
            for candidate in self._candidates.get((method, "bucket"), ())
        )

    def _together(self, place: tuple[str, str], marks: list[str]) -> bool:
        """Whether one operation has all of these."""
        return set(marks) == _PART or any(
            set(marks) <= {name for name, _ in candidate.literals}
            for candidate in self._candidates.get(place, ())
        )

    def _not_allowed(self, request: Request, scope: str, marks: list[str]) -> S3Error:
        if scope == "service":
            marks = []
        kind = subresources.resource_type(scope, marks[0] if marks else "")
        if set(marks) == _PART:
            kind = "PART"
        allowed = {
            method
            for (method, at), candidates in self._candidates.items()
            for candidate in candidates
            if candidate.resource_type(at) == kind
        }
        if kind == "BUCKET":
            allowed.add("POST")  # a form, which the model does not have
        return S3Error(
            "MethodNotAllowed",
            headers=subresources.allow(allowed - {request.method}) or None,
            Method=request.method,
            ResourceType=kind,
        )


def _required(
    shapes: dict[str, Any], operation: dict[str, Any]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of the required query parameters and (lower-case) headers of an operation."""
    if "input" not in operation:
        return (), ()
    shape = shapes[operation["input"]["shape"]]
    by_place: dict[str, list[str]] = {"querystring": [], "header": []}
    for member in shape.get("required", ()):
        reference = shape["members"][member]
        if reference.get("location") in by_place:
            by_place[reference["location"]].append(reference["locationName"])
    # Only what tells one operation from another; a header that is merely missing is the
    # operation's own error.
    headers = [name.lower() for name in by_place["header"] if name.lower() in _TELLING_HEADERS]
    return tuple(sorted(by_place["querystring"])), tuple(sorted(headers))


def parameters(model: dict[str, Any]) -> frozenset[str]:
    """Every query parameter of the model, sub-resources with them."""
    return frozenset().union(
        *(own_parameters(model["shapes"], operation) for operation in model["operations"].values())
    )


def own_parameters(shapes: dict[str, Any], operation: dict[str, Any]) -> frozenset[str]:
    """The query parameters of one operation, its sub-resource with them."""
    literal = operation["http"]["requestUri"].partition("?")[2]
    own = {name for name, _ in parse_qsl(literal, keep_blank_values=True)}
    if "input" in operation:
        members = shapes[operation["input"]["shape"]]["members"].values()
        own |= {one["locationName"] for one in members if one.get("location") == "querystring"}
    return frozenset(own)


_TELLING_HEADERS = frozenset({"x-amz-copy-source"})
