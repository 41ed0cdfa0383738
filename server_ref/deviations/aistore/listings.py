"""How AIStore lists objects: one form for both versions, everything at once, times of access."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain
from typing import Any

from server_ref.aistore import access, facts, paths
from server_ref.aistore.errors import XML_HEADER
from server_ref.context import Context, Handler, Members
from server_ref.deviations.aistore import NAMESPACE, difference, differs
from server_ref.deviations.when import rewrite
from server_ref.model.values import boolean_text, xml_text
from server_ref.request import Request
from server_ref.response import Payload, Segment
from server_ref.seams import Parse, Route, Seams, Serialise, Serialised

_LISTINGS = ("ListObjects", "ListObjectsV2")
PAGE = 1000  # what it says of the size of a page, whatever was asked


# Beside the members of a first page: the further pages, made as they are read; and of how many
# names a page of AIStore's own is.
_REST, _PAGED = "Rest", "Paged"
_OWN_PAGE = 10_000


@differs("ais-list-everything", "A listing is one answer with everything, whatever max-keys says.")
def ais_list_everything(server: Seams) -> None:
    @server.around("ListObjects")
    def first(handler: Handler, ctx: Context, members: Members) -> Members:
        return _everything(handler, ctx, members, _after_marker)

    @server.around("ListObjectsV2")
    def second(handler: Handler, ctx: Context, members: Members) -> Members:
        return _everything(handler, ctx, members, _after_token)

    @server.around_serialise(*_LISTINGS)
    def joined(plain: Serialise, operation: str, answer: Members) -> Serialised:
        answer.pop(_PAGED, None)
        for page in answer.pop(_REST, ()):
            answer["Contents"] += page["Contents"]
            answer["CommonPrefixes"] += page["CommonPrefixes"]
        if "KeyCount" in answer:
            answer["KeyCount"] = len(answer["Contents"]) + len(answer["CommonPrefixes"])
        return plain(operation, answer)


def _everything(
    handler: Handler,
    ctx: Context,
    members: Members,
    following: Callable[[Members], Members],
) -> Members:
    """The first page, which says that it is all; the others come with it."""
    paged = members.pop("MaxKeys", None)
    first = handler(ctx, dict(members))

    def rest(page: Members) -> Iterator[Members]:
        while page["IsTruncated"]:
            page = handler(ctx, members | following(page))
            page.setdefault("CommonPrefixes", [])
            yield page

    whole = {**first, "IsTruncated": False, "MaxKeys": PAGE, _REST: rest(first), _PAGED: paged}
    whole.setdefault("CommonPrefixes", [])
    for name in ("NextMarker", "NextContinuationToken"):
        whole.pop(name, None)
    return whole


def _after_marker(page: Members) -> Members:
    return {"Marker": page.get("NextMarker") or page["Contents"][-1]["Key"]}


def _after_token(page: Members) -> Members:
    return {"ContinuationToken": page["NextContinuationToken"]}


_POSITIVE = re.compile(r"\+?0*[1-9][0-9]{0,17}", re.ASCII).fullmatch
_READ = ("prefix", "delimiter", "start-after", "continuation-token")
_TAKEN = (*_READ, "list-type", "marker", "max-keys", "encoding-type", "fetch-owner")


@differs(
    "ais-list-parameters-ignored",
    "Of a listing's parameters few are looked at, the same for both versions; none is refused.",
)
def ais_list_parameters_ignored(server: Seams) -> None:
    @server.around_parse
    def few(parse: Parse, request: Request, operation: str) -> Members:
        if operation not in _LISTINGS:
            return parse(request, operation)
        query = request.query
        request.query = {name: query[name] for name in _READ if query.get(name)}
        if _POSITIVE(query.get("max-keys", "")):
            request.query["max-keys"] = query["max-keys"]
        return parse(request, operation)

    @server.around_route
    def one_form(route: Route, request: Request) -> str:
        query = request.query
        if request.method in ("GET", "HEAD") and request.bucket and request.key is None:
            request.query = {name: query[name] for name in query if name not in _TAKEN}
        try:
            operation = route(request)
        finally:
            request.query = query
        return "ListObjectsV2" if operation == "ListObjects" else operation

    @server.around("ListObjectsV2")
    def after_a_name(handler: Handler, ctx: Context, members: Members) -> Members:
        """What a client gives as a token is the name of an object; it comes back as it was."""
        token = members.pop("ContinuationToken", None)
        if token is None:
            return handler(ctx, members)
        answer = handler(ctx, members | {"StartAfter": token})
        return answer | {"ContinuationToken": token}


def _slash(members: Members) -> None:
    if members.get("Delimiter"):
        members["Delimiter"] = "/"


difference(
    "ais-list-delimiter-is-slash",
    "Whatever the delimiter is, a slash is meant.",
    rewrite(_LISTINGS, _slash),
)


@differs("ais-list-access-time", "Listings tell when objects were accessed, or 1970.")
def ais_list_access_time(server: Seams) -> None:
    @server.around(*_LISTINGS)
    def accessed(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        listed: list[dict[str, Any]] = answer["Contents"]
        bucket = ctx.store.bucket(members["Bucket"])
        with ctx.store.reader() as reader:
            known = access.times(reader, bucket, [one["Key"] for one in listed])
        for one in listed:
            one["LastModified"] = rfc3339(known.get(one["Key"], 0) // 10**9)
        return answer


@lru_cache(maxsize=4096)
def rfc3339(seconds: int) -> str:
    """As Go writes a time in UTC: no fraction of a second."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@differs("ais-list-form", "Listings have one form: no prefix told, ETags bare, no storage class.")
def ais_list_form(server: Seams) -> None:
    @server.around_serialise(*_LISTINGS)
    def form(_plain: Serialise, _operation: str, answer: Members) -> Serialised:
        return 200, {"Content-Type": "application/xml"}, _spooled(answer)


def _spooled(answer: Members) -> bytes | Payload:
    """The document as a body; of a long one the entries are written to a file without a name."""
    entries = _Entries(answer)
    first = next(entries.pieces)
    following = next(entries.pieces, None)
    if following is None:
        return (entries.start() + first + entries.end()).encode()
    file = tempfile.TemporaryFile("w+b", buffering=0)  # noqa: SIM115 - the transport closes it
    try:
        size = file.write(first.encode()) + file.write(following.encode())
        for piece in entries.pieces:
            size += file.write(piece.encode())
    except BaseException:
        file.close()
        raise
    start, end = entries.start().encode(), entries.end().encode()
    return Payload(size + len(start) + len(end), (start, Segment(file, 0, size), end))


class _Entries:
    """A listing's document: the entries page by page, then what stands before and after them."""

    def __init__(self, answer: Members) -> None:
        self._answer = answer
        self._count = 0
        self._size = min(answer.get(_PAGED) or _OWN_PAGE, _OWN_PAGE)
        self._token = answer.get("ContinuationToken", "")
        self._end_of_page = ""
        self.pieces = self._pieces()

    def start(self) -> str:
        """Once all pieces were taken. The token is that of the last page that AIStore made."""
        return (
            f'{XML_HEADER}<ListBucketResult xmlns="{NAMESPACE}">'
            f"<Name>{xml_text(self._answer['Name'])}</Name><Prefix></Prefix>"
            f"<ContinuationToken>{xml_text(self._token)}</ContinuationToken>"
        )

    def end(self) -> str:
        """Once all pieces were taken."""
        answer = self._answer
        return (
            f"<KeyCount>{self._count}</KeyCount><MaxKeys>{answer['MaxKeys']}</MaxKeys>"
            f"<IsTruncated>{boolean_text(answer['IsTruncated'])}</IsTruncated></ListBucketResult>"
        )

    def _pieces(self) -> Iterator[str]:
        for page in chain((self._answer,), self._answer.get(_REST, ())):
            contents, prefixes = page["Contents"], page.get("CommonPrefixes", [])
            self._pass(contents, prefixes)
            yield _entries(contents, prefixes)

    def _pass(self, contents: list[dict[str, Any]], prefixes: list[dict[str, str]]) -> None:
        """Where in these entries AIStore's own pages end."""
        names = [one["Key"] for one in contents] + [one["Prefix"] for one in prefixes]
        if prefixes:
            names.sort()
        for name in names:
            if self._count and self._count % self._size == 0:
                self._token = self._end_of_page
            self._count += 1
            self._end_of_page = name


def _entries(contents: list[dict[str, Any]], prefixes: list[dict[str, str]]) -> str:
    pieces = [
        f"<Contents><Key>{xml_text(paths.shown(one['Key']))}</Key>"
        f"<LastModified>{one['LastModified']}</LastModified>"
        f"<ETag>{facts.shown_etag(one['ETag'])}</ETag>"
        f"<StorageClass></StorageClass><Size>{one['Size']}</Size></Contents>"
        for one in contents
    ]
    pieces += [
        f"<CommonPrefixes><Prefix>{xml_text(paths.shown(one['Prefix']))}</Prefix></CommonPrefixes>"
        for one in prefixes
    ]
    return "".join(pieces)
