"""Signs that a server took a request for another one: it did not look at a part of it.

A server that does not know a sub-resource often does what it does without it: ``GET
/bucket?policy`` lists the bucket, ``PUT /bucket/key?tagging`` stores the tags as the object. The
answer shows it. Only what no answer of the operation that was asked can be is taken for a sign.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from conformance.model.answers import code_of, status_of
from conformance.model.losses import destroyers
from conformance.model.records import Call, Exchange, Result

# Of a bucket and of an object, as Amazon's reference of the operations names them.
_OF_A_BUCKET = frozenset(
    {"abac", "accelerate", "acl", "analytics", "cors", "encryption", "intelligent-tiering"}
    | {"inventory", "lifecycle", "location", "logging", "metrics", "notification", "object-lock"}
    | {"metadataConfiguration", "metadataInventoryTable", "metadataJournalTable", "metadataTable"}
    | {"ownershipControls", "policy", "policyStatus", "publicAccessBlock", "replication"}
    | {"requestPayment", "tagging", "uploads", "versioning", "versions", "website"}
)
_OF_AN_OBJECT = frozenset(
    {"acl", "annotation", "attributes", "encryption", "legal-hold", "restore", "retention"}
    | {"renameObject", "select", "tagging", "torrent", "uploads"}
)
# Answers to these have an XML document, and no ETag: that is the object's own.
_OF_AN_OBJECT_IN_XML = {
    "acl": "AccessControlPolicy",
    "legal-hold": "LegalHold",
    "retention": "Retention",
    "tagging": "Tagging",
}
# Setting these answers nothing of the object; PutObject's answer has its ETag.
_SET_ON_AN_OBJECT = frozenset(
    {"acl", "encryption", "legal-hold", "renameObject", "retention", "tagging"}
)
_CREATES = frozenset({"BucketAlreadyExists", "BucketAlreadyOwnedByYou"})
_OF_A_FORM = frozenset(
    {"MalformedPOSTRequest"}
)  # what a POST of a form to a bucket is refused with
_A_FORM = "multipart/form-data"
_OF_LIST_PARTS = frozenset({"uploadId", "max-parts", "part-number-marker", "encoding-type", "x-id"})
_ROOT = re.compile(r"\s*(?:<\?[^>]*\?>\s*)?<(?:\w+:)?(\w+)")
_LISTING = "ListBucketResult"
_LENGTH = "content-length"


def ignored_subresources(result: Result) -> dict[str, set[str]]:
    """The sub-resources that the endpoint did not look at, each with the operations that show it.

    ``{"policy": {"GetBucketPolicyStatus"}}``; of requests of the check and of its setup.
    """
    found: dict[str, set[str]] = {}
    deleted: dict[tuple[str, str], tuple[set[str], str]] = {}  # what a DELETE was for, and whose
    absent: set[tuple[str, str]] = set()  # what was never there, so no DELETE took it away
    for call in result.calls:
        several = len(call.exchanges) > 1
        for asked, exchange in answered_requests(call):
            place = (asked.bucket, asked.key)
            shown = asked.subresources & _shown_by(asked, exchange)
            taken = _part_ignored(asked, exchange)
            for name in shown | _upload_ignored(asked, exchange) | ({taken} if taken else set()):
                if not several or _is_about(call.operation, name):
                    found.setdefault(name, set()).add(call.operation)
            gone = _gone(asked, exchange)
            if gone in deleted:
                names, operation = deleted[gone]
                for name in names:
                    found.setdefault(name, set()).update({operation, call.operation})
            if gone and gone not in deleted:
                absent.add(gone)
            if asked.method == "DELETE" and asked.subresources and status_of(exchange)[:1] == "2":
                if place not in absent and (asked.bucket, "") not in absent:
                    deleted[place] = (asked.subresources, call.operation)
            elif asked.method in ("PUT", "POST", "DELETE") and not asked.subresources:
                deleted.pop(place, None)  # made anew, or removed by one that meant it
                absent.discard(place)
    if result.data_lost:
        _add_destroying(result, found)
    return found


def _is_about(operation: str, name: str) -> bool:
    """Whether the operation is that of a sub-resource, and not a tool's that looked at it, too.

    ``s3cmd info`` of an object asks for the policy and the CORS rules of its bucket as well.
    """
    plain = name.replace("-", "").lower().removesuffix("s")
    return plain in operation.lower() or name in ("partNumber", "uploadId")


def subresources_of(result: Result, operation: str) -> set[str]:
    """The sub-resources that the calls of this operation asked for; of all tests where it is ""."""
    return {
        name
        for call in result.calls
        if call.operation == operation or (not operation and call.purpose == "test")
        for asked, _ in answered_requests(call)
        for name in asked.subresources
    }


def asking(result: Result, name: str) -> set[str]:
    """The operations whose calls asked for this sub-resource."""
    return {call.operation for call in result.calls if name in query_of(call)}


def ignored_names(result: Result, operation: str) -> dict[str, set[str]]:
    """`ignored_subresources`; where only the run shows it, what this operation asked for."""
    asked_for = subresources_of(result, operation) if operation else set()
    return ignored_subresources(result) or {name: {operation} for name in asked_for}


def ignored_requests(result: Result, operation: str) -> set[str]:
    """The requests whose sub-resource was not looked at: ``DELETE /bucket?policy``.

    ``operation``: the one that says most of what failed.
    """
    ignored = ignored_names(result, operation)
    return {
        f"{asked.method} /{'bucket/key' if asked.key else 'bucket'}?{name}"
        for call in result.calls
        for asked, _ in answered_requests(call)
        for name in asked.names
        if call.operation in ignored.get(name, ())
    }


def _add_destroying(result: Result, found: dict[str, set[str]]) -> None:
    """Where data is lost by a write to sub-resources, these were not looked at.

    But for a PUT to a bucket: taken for CreateBucket it destroys nothing.
    """
    for one in destroyers(result):
        asked = Asked(one.exchange)
        for name in asked.subresources if asked.key or asked.method != "PUT" else ():
            found.setdefault(name, set()).add(one.call.operation)


def asked_by_losses(result: Result) -> set[str]:
    """The parameters of the requests that destroyed what was lost."""
    named = (one.actual.partition("?")[2] for one in result.expectations if one.lost)
    told = {_plain(one.partition("=")[0]) for query in named for one in query.split("&") if query}
    return told.union(*(Asked(one.exchange).names for one in destroyers(result)))


def ranges_ignored(result: Result) -> bool:
    """Whether a GET or HEAD of a range was answered with 200, where the check says it may not."""
    return any(
        status_of(exchange) == "200"
        and exchange.request.start_line.split(" ")[0] in ("GET", "HEAD")
        and any(name.lower() == "range" for name, _ in exchange.request.headers)
        for call in result.calls
        if call.purpose == "test"
        for exchange in call.exchanges
    )


class Asked:
    """The request line of an exchange, taken apart."""

    def __init__(self, exchange: Exchange) -> None:
        self.method, _, rest = exchange.request.start_line.partition(" ")
        path, _, query = rest.partition(" ")[0].partition("?")
        self.bucket, _, self.key = path.lstrip("/").partition("/")
        self.names = {_plain(pair.partition("=")[0]) for pair in query.split("&") if pair}
        known = _OF_AN_OBJECT if self.key else _OF_A_BUCKET
        self.subresources = self.names & known

    @property
    def plain(self) -> bool:
        """Whether it is one of the requests that every S3 has."""
        return self.names <= {"partNumber", "uploadId", "uploads", "delete", "x-id"}


def _plain(name: str) -> str:
    """The name of a parameter, without its escapes."""
    return unquote_to_bytes(name).decode("utf-8", "replace") if "%" in name else name


def answered_requests(call: Call) -> Iterator[tuple[Asked, Exchange]]:
    return ((Asked(one), one) for one in call.exchanges if one.response is not None)


def _gone(asked: Asked, exchange: Exchange) -> tuple[str, str] | None:
    """The bucket or object that an answer says is not there."""
    code = code_of(exchange)
    if status_of(exchange) != "404" or (not code and asked.method != "HEAD"):
        return None
    if code == "NoSuchBucket" or not (code or asked.key):
        return (asked.bucket, "")
    return (asked.bucket, asked.key) if asked.key and code in ("", "NoSuchKey") else None


def _shown_by(asked: Asked, exchange: Exchange) -> frozenset[str] | set[str]:
    """Of the sub-resources that were asked for, those that this answer cannot be an answer to."""
    if exchange.response is None:
        return frozenset()
    headers = {name.lower() for name, _ in exchange.response.headers}
    text = exchange.response.body.text or ""
    root = match.group(1) if (match := _ROOT.match(text)) else ""
    if status_of(exchange)[:1] != "2":
        creates = asked.method == "PUT" and code_of(exchange) in _CREATES
        form = asked.method == "POST" and (code_of(exchange) in _OF_A_FORM or _A_FORM in text)
        return asked.subresources if (creates or form) and not asked.key else frozenset()
    if asked.method == "POST":  # the POST that most servers have
        return asked.subresources if root == "DeleteResult" else frozenset()
    if asked.method == "GET" and not asked.key:
        return _listed_instead(asked, text) if root == _LISTING else frozenset()
    if asked.method == "PUT" and not asked.key:
        return asked.subresources if "location" in headers else frozenset()
    if asked.method == "GET" and "etag" in headers:
        if "uploads" in asked.subresources:  # S3 lists uploads of buckets only
            return {"uploads"}
        if text and not root and "annotationName" not in asked.names:  # the object itself
            return _OF_AN_OBJECT_IN_XML.keys() | {"annotation", "attributes"}
        length = {value for name, value in exchange.response.headers if name.lower() == _LENGTH}
        empty = not text and length == {"0"}
        return set() if empty else {n for n, due in _OF_AN_OBJECT_IN_XML.items() if root != due}
    if asked.method == "PUT" and "etag" in headers:
        return _SET_ON_AN_OBJECT
    return frozenset()


def of_an_object(text: str) -> str:
    """The sub-resource of an object that an answer is the document of; "" where it is none."""
    root = match.group(1) if (match := _ROOT.match(text)) else ""
    return next((name for name, due in _OF_AN_OBJECT_IN_XML.items() if due == root), "")


def _listed_instead(asked: Asked, text: str) -> set[str]:
    """What was asked for of a bucket where its objects were listed.

    Some servers answer ListObjectVersions under that root element, too, with versions in it.
    """
    objects = _OF_OBJECTS.search(text) is not None
    return {name for name in asked.subresources if name != "versions" or objects}


_OF_OBJECTS = re.compile(r"<(?:Contents|KeyCount|Marker)[ />]")


def _upload_ignored(asked: Asked, exchange: Exchange) -> set[str]:
    """That ListParts was taken for GetObject: it answers nothing of a key, only of an upload."""
    of_a_key = status_of(exchange) == "404" and code_of(exchange) == "NoSuchKey"
    parts = asked.method == "GET" and {"uploadId"} <= asked.names <= _OF_LIST_PARTS
    return {"uploadId"} if of_a_key and parts else set()


def parameter_ignored(call: Call) -> str:
    """The parameter that a request that was done should have been refused for; "" without one.

    ``PUT ?partNumber`` without an upload, ``PUT ?uploadId`` without a part, ``PUT ?versionId``.
    """
    for asked, exchange in answered_requests(call):
        if name := _part_ignored(asked, exchange):
            return f"PUT/{name}"
        of_version = "versionId" in asked.names and not asked.subresources
        if of_version and _object_was_put(asked, exchange):
            return "PUT/versionId"
    return ""


def _part_ignored(asked: Asked, exchange: Exchange) -> str:
    """That half of what names a part was taken for PutObject: partNumber or uploadId alone."""
    half = asked.names & {"partNumber", "uploadId"}
    return half.pop() if len(half) == 1 and _object_was_put(asked, exchange) else ""


def _object_was_put(asked: Asked, exchange: Exchange) -> bool:
    return asked.method == "PUT" and asked.key != "" and status_of(exchange)[:1] == "2"


def has_document(call: Call) -> bool:
    """Whether a call sent an XML or JSON document."""
    return any((one.request.body.text or "").lstrip()[:1] in ("<", "{") for one in call.exchanges)


def sent(call: Call, header: str) -> bool:
    """Whether a call sent this header (lower case)."""
    return header in headers_of(call)


def headers_of(call: Call) -> set[str]:
    """The names of all headers of a call's requests, in lower case."""
    return {name.lower() for one in call.exchanges for name, _ in one.request.headers}


def of_a_bucket(call: Call) -> str:
    """The method of a request for a sub-resource of a bucket; "" where it is another request."""
    asked = [one for one, _ in answered_requests(call)]
    known = bool(asked) and bool(asked[-1].subresources) and not asked[-1].key
    return asked[-1].method if known else ""


def query_of(call: Call) -> set[str]:
    """The names of all parameters in the queries of one call."""
    return {name for asked, _ in answered_requests(call) for name in asked.names}


def subresources_of_call(call: Call) -> set[str]:
    """The sub-resources that the requests of one call asked for."""
    return {name for asked, _ in answered_requests(call) for name in asked.subresources}


_CONDITIONS = (
    *("if-match", "if-none-match", "if-modified-since", "if-unmodified-since"),
    *("x-amz-if-match-", "x-amz-copy-source-if-"),
)


def lists_nothing(result: Result, operation: str) -> str | None:
    """As `without_entries`, of a check that failed because something is not listed."""
    missed = [one for one in result.expectations if not one.ok and one.operation == operation]
    nothing = all(one.actual in _NOTHING or one.what.startswith("pages of") for one in missed)
    return without_entries(result, operation) if nothing else None


def without_entries(result: Result, operation: str) -> str | None:
    """The operation of the listings where each that succeeded has no entry; None where one has.

    Of the listings by this operation; of all that the check itself asked for where it is "".
    """
    found = None
    for call in result.calls:
        named = call.operation == operation if operation else call.purpose == "test"
        if named and call.operation.startswith("List"):
            for _, exchange in answered_requests(call):
                if status_of(exchange) == "200" and exchange.response is not None:
                    if _ENTRY.search(exchange.response.body.text or ""):
                        return None
                    found = call.operation
    return found


def lists_none(call: Call, member: str) -> bool:
    """Whether no answer of this call has an entry of the list that this member is (``Uploads``)."""
    entry = re.compile(rf"<{_ENTRIES.get(member, member)}[ />]")
    return not any(
        exchange.response is not None and entry.search(exchange.response.body.text or "")
        for _, exchange in answered_requests(call)
    )


# How an entry is called in the document, where the list in clients has another name.
_ENTRIES = {
    "Uploads": "Upload",
    "Parts": "Part",
    "Versions": "Version",
    "DeleteMarkers": "DeleteMarker",
    "Buckets": "Bucket",
}


_ENTRY = re.compile(
    r"<(?:Upload|Contents|Version|DeleteMarker|CommonPrefixes|Part|Bucket|Object)>\s*<"
)
_NOTHING = frozenset({"absent", "[]", "false", "False", "", "''", "['']", "0", "[0]", "None"})


def on_its_source(call: Call) -> bool:
    """Whether a call sent a condition that its source is to meet: x-amz-copy-source-if-match."""
    return any(name.startswith("x-amz-copy-source-if-") for name in headers_of(call))


def on_condition(call: Call) -> bool:
    """Whether a call sent a condition: If-Match, x-amz-copy-source-if-none-match, …

    In a header, or in the query of a presigned URL.
    """
    return any(
        name.lower().startswith(_CONDITIONS)
        for one in call.exchanges
        for name in (*(name for name, _ in one.request.headers), *Asked(one).names)
    )
