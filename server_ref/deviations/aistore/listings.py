"""How AIStore lists objects: one form for both versions, everything at once, times of access."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain
from typing import Any

from server_ref.aistore import access
from server_ref.aistore.errors import XML_HEADER
from server_ref.context import Context, Handler, Members
from server_ref.deviations.aistore import NAMESPACE, difference, differs
from server_ref.deviations.steps import ignore_member
from server_ref.deviations.when import rewrite
from server_ref.model.values import boolean_text, xml_text
from server_ref.response import Payload, Segment
from server_ref.seams import Seams, Serialise, Serialised

_LISTINGS = ("ListObjects", "ListObjectsV2")
PAGE = 1000  # what it says of the size of a page, whatever was asked


_REST = "Rest"  # beside the members of a first page: the further pages, made as they are read


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
    members.pop("MaxKeys", None)
    first = handler(ctx, dict(members))

    def rest(page: Members) -> Iterator[Members]:
        while page["IsTruncated"]:
            page = handler(ctx, members | following(page))
            page.setdefault("CommonPrefixes", [])
            yield page

    whole = {**first, "IsTruncated": False, "MaxKeys": PAGE, _REST: rest(first)}
    whole.setdefault("CommonPrefixes", [])
    for name in ("NextMarker", "NextContinuationToken"):
        whole.pop(name, None)
    return whole


def _after_marker(page: Members) -> Members:
    return {"Marker": page.get("NextMarker") or page["Contents"][-1]["Key"]}


def _after_token(page: Members) -> Members:
    return {"ContinuationToken": page["NextContinuationToken"]}


difference(
    "ais-list-parameters-ignored",
    "Listings do not look at marker, encoding-type and fetch-owner.",
    ignore_member(_LISTINGS, "Marker", "EncodingType", "FetchOwner"),
)


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
        return 200, {"Content-Type": "application/xml"}, _spooled(_document(answer))


def _spooled(pieces: Iterator[str]) -> bytes | Payload:
    """A text as a body: a long one is written to a file, which has no name, and sent from there."""
    start = next(pieces).encode()
    following = next(pieces, None)
    if following is None:
        return start
    file = tempfile.TemporaryFile("w+b", buffering=0)  # noqa: SIM115 - the transport closes it
    try:
        size = file.write(start) + file.write(following.encode())
        for piece in pieces:
            size += file.write(piece.encode())
    except BaseException:
        file.close()
        raise
    return Payload(size, (Segment(file, 0, size),))


def _document(answer: Members) -> Iterator[str]:
    """The whole listing, a piece for each page; one that has one page is one piece."""
    text = (
        f'{XML_HEADER}<ListBucketResult xmlns="{NAMESPACE}">'
        f"<Name>{xml_text(answer['Name'])}</Name><Prefix></Prefix>"
        f"<ContinuationToken>{xml_text(answer.get('ContinuationToken', ''))}</ContinuationToken>"
    )
    count = 0
    for page in chain((answer,), answer.get(_REST, ())):
        if count:
            yield text
            text = ""
        contents, prefixes = page["Contents"], page.get("CommonPrefixes", [])
        count += len(contents) + len(prefixes)
        text += _entries(contents, prefixes)
    yield (
        f"{text}<KeyCount>{count}</KeyCount><MaxKeys>{answer['MaxKeys']}</MaxKeys>"
        f"<IsTruncated>{boolean_text(answer['IsTruncated'])}</IsTruncated></ListBucketResult>"
    )


def _entries(contents: list[dict[str, Any]], prefixes: list[dict[str, str]]) -> str:
    pieces = [
        f"<Contents><Key>{xml_text(one['Key'])}</Key>"
        f"<LastModified>{one['LastModified']}</LastModified>"
        f"<ETag>{one['ETag'].strip(chr(34))}</ETag>"
        f"<StorageClass></StorageClass><Size>{one['Size']}</Size></Contents>"
        for one in contents
    ]
    pieces += [
        f"<CommonPrefixes><Prefix>{xml_text(one['Prefix'])}</Prefix></CommonPrefixes>"
        for one in prefixes
    ]
    return "".join(pieces)
