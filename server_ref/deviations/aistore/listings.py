"""How AIStore lists objects: one form for both versions, everything at once, times of access."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from server_ref.aistore import access
from server_ref.aistore.errors import XML_HEADER
from server_ref.context import Context, Handler, Members
from server_ref.deviations.aistore import NAMESPACE, difference, differs
from server_ref.deviations.steps import ignore_member
from server_ref.deviations.when import rewrite
from server_ref.model.values import boolean_text, xml_text
from server_ref.seams import Seams, Serialise, Serialised

_LISTINGS = ("ListObjects", "ListObjectsV2")
PAGE = 1000  # what it says of the size of a page, whatever was asked


@differs("ais-list-everything", "A listing is one answer with everything, whatever max-keys says.")
def ais_list_everything(server: Seams) -> None:
    @server.around("ListObjects")
    def first(handler: Handler, ctx: Context, members: Members) -> Members:
        return _everything(handler, ctx, members, _after_marker)

    @server.around("ListObjectsV2")
    def second(handler: Handler, ctx: Context, members: Members) -> Members:
        return _everything(handler, ctx, members, _after_token)


def _everything(
    handler: Handler,
    ctx: Context,
    members: Members,
    following: Callable[[Members], Members],
) -> Members:
    """All pages joined to one. The answer is as large as the bucket, as AIStore's is."""
    members.pop("MaxKeys", None)
    page = handler(ctx, dict(members))
    whole = page
    whole.setdefault("CommonPrefixes", [])
    while page["IsTruncated"]:
        page = handler(ctx, members | following(page))
        whole["Contents"] += page["Contents"]
        whole["CommonPrefixes"] += page.get("CommonPrefixes", [])
    whole |= {"IsTruncated": False, "MaxKeys": PAGE}
    for name in ("NextMarker", "NextContinuationToken"):
        whole.pop(name, None)
    if "KeyCount" in whole:
        whole["KeyCount"] = len(whole["Contents"]) + len(whole["CommonPrefixes"])
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
        return 200, {"Content-Type": "application/xml"}, _document(answer).encode()


def _document(answer: Members) -> str:
    contents: list[dict[str, Any]] = answer["Contents"]
    prefixes: list[dict[str, str]] = answer.get("CommonPrefixes", [])
    pieces = [
        f'{XML_HEADER}<ListBucketResult xmlns="{NAMESPACE}">'
        f"<Name>{xml_text(answer['Name'])}</Name><Prefix></Prefix>"
        f"<ContinuationToken>{xml_text(answer.get('ContinuationToken', ''))}</ContinuationToken>"
    ]
    pieces += [
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
    pieces.append(
        f"<KeyCount>{len(contents) + len(prefixes)}</KeyCount>"
        f"<MaxKeys>{answer['MaxKeys']}</MaxKeys>"
        f"<IsTruncated>{boolean_text(answer['IsTruncated'])}</IsTruncated></ListBucketResult>"
    )
    return "".join(pieces)
