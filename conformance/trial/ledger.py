"""What a check's requests should have left: which buckets, objects and versions, with what in them.

It is worked out from the recorded requests alone, whoever sent them: setup, the check, any client,
by hand. A request counts for what S3 makes of it. One for a sub-resource leaves the object as it
is, and so does a write that the check expects to be refused for what is there: a condition, a lock,
a bucket that is not empty. What is not understood makes everything uncertain, and so do writes to
one place at one time; what is uncertain is looked for by nobody.

A version that a copy or a completed upload names in its answer counts once a read has shown it:
there are servers whose copies answer the id of the source's version.

A write that is to be refused for who asks (403) and is taken is a fault of access, and fails the
check as one: it did what it said. It is a loss where the second account replaced what is not its.

It is long because the rules for each kind of request have to be read beside one another.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote

from conformance.endpoint.endpoint import Credentials, Endpoint
from conformance.evidence.wire import UNREAD, identify
from conformance.model import Exchange, Message
from conformance.model.answers import status_of
from conformance.model.records import Body
from matrix.service_model import operation_model, operation_names

MOST = 400  # requests of one check that are remembered; one that makes more is not looked after
READING = frozenset({"GET", "HEAD", "OPTIONS"})
# Why S3 refuses a write that would be well-formed: who asks, or what is there already.
PROTECTING = frozenset({403, 409, 412})
DENIED = 403
_LOCKING = frozenset({"retention", "legal-hold", "object-lock"})  # sub-resources
NO_VERSION = "null"
SHORTEST_NAME = 3  # characters of a bucket's; what is shorter is another API than S3's (/v1/…)
EMPTY = hashlib.sha256(b"").hexdigest()
# Beside the sub-resources of the model: halves of a part's address, and what no write takes.
_NEVER_A_WRITE = frozenset({"uploadId", "partNumber", "versionId"})
_OF_READS = frozenset({"list-type", "select-type"})
_SIGNING = ("x-amz-", "x-id")


class Place(NamedTuple):
    """A bucket (key is None), an object, or one version of it."""

    bucket: str
    key: str | None = None
    version: str | None = None

    def __str__(self) -> str:
        if self.key is None:
            return f"bucket {self.bucket}"
        if self.version is not None:
            return f"version {self.version} of object {self.key}"
        return f"object {self.key}"


@dataclass
class Known:
    """What should be at a place. ``sha256`` is None where it is not known what is in it."""

    since: int  # the number of the request that made it, or that saw it as it should be
    sha256: str | None = None
    etag: str | None = None
    readable: bool = True  # False: only with a customer's key
    seen: bool = True  # False: a version that so far only the answer of a copy or an upload names


@dataclass
class _Request:
    """A recorded request, read."""

    number: int
    method: str
    target: str  # as it was sent
    bucket: str | None
    key: str | None
    query: Mapping[str, str]
    headers: Mapping[str, str]
    exchange: Exchange
    by_other: bool  # signed with the key of the second account

    def meets(self, other: _Request) -> bool:
        """Whether both were under way at once, at places of which one holds the other."""
        if self.bucket != other.bucket or (
            self.key != other.key and None not in (self.key, other.key)
        ):
            return False
        return self.overlaps(other)

    def overlaps(self, other: _Request) -> bool:
        """Whether both were under way at once."""
        mine, theirs = self.exchange, other.exchange
        return (
            theirs.started < mine.started + mine.milliseconds / 1000
            and mine.started < theirs.started + theirs.milliseconds / 1000
        )

    @property
    def source(self) -> Place | None:
        """What a copy copies."""
        named = self.headers.get("x-amz-copy-source")
        if named is None:
            return None
        bucket, _, key = unquote(named).lstrip("/").partition("/")
        return Place(bucket, key)

    @property
    def locks(self) -> bool:
        """Whether it has to do with a lock of objects."""
        return bool(self.subresources & _LOCKING) or any(
            name.startswith(("x-amz-object-lock-", "x-amz-bucket-object-lock-"))
            for name in self.headers
        )

    @property
    def status(self) -> int:
        said = status_of(self.exchange)
        return int(said) if said.isdigit() else 0

    @property
    def done(self) -> bool:
        """A 2xx, and no error in it: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html"""
        answer = self.exchange.response
        said = (answer.body.text or "") if answer is not None else ""
        return 200 <= self.status < 300 and not (self.key is not None and "<Error" in said[:200])

    def answered(self, name: str) -> str | None:
        """A header of the answer."""
        answer = self.exchange.response
        pairs = answer.headers if answer is not None else ()
        return next((value for known, value in pairs if known.lower() == name), None)

    @property
    def subresources(self) -> frozenset[str]:
        return frozenset(self.query) & subresources()


class Asked(NamedTuple):
    """A request about ``where`` that may have changed more than it should."""

    number: int
    where: Place
    method: str
    target: str

    def __str__(self) -> str:
        return f"{self.method} {self.target}"

    def names(self, place: Place) -> bool:
        """Whether it is about the key of ``place``, in any version."""
        return (self.where.bucket, self.where.key) == (place.bucket, place.key)

    def touches(self, place: Place) -> bool:
        """Whether it could destroy ``place``; a PUT of a bucket can at worst make the bucket."""
        if place.key is None:
            return self.where == place and self.method != "PUT"
        return self.where.bucket == place.bucket and self.where.key in (place.key, None)


@dataclass
class Ledger:
    """What is known after all requests. ``asked`` are those that changed, or may have changed."""

    known: dict[Place, Known] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)  # what was not meant to change anything
    writes: list[Asked] = field(default_factory=list)  # any that reads nothing
    bodies: list[tuple[int, str]] = field(default_factory=list)  # what was sent, by its sha256

    def culprit(self, place: Place, since: int, holds: str | None = None) -> str:
        """The request after which ``place`` may have changed.

        The one that sent what is there now (``holds``, its sha256); of a version one that names
        its key, a plain write of it, too; else one about the place; else the last write.
        """
        sent = {number for number, sha256 in self.bodies if number > since and sha256 == holds}
        later = [one for one in self.writes if one.number > since]
        wrote = [one for one in later if one.number in sent]
        named = [one for one in later if place.version is not None and one.names(place)]
        about = [one for one in self.asked if one.number > since and one.touches(place)]
        after = wrote or named or about or later
        return str(after[-1]) if after else ""

    def touched(self, place: Place, since: int) -> bool:
        """Whether a request that names ``place`` and should not change it came after ``since``."""
        return any(one.number > since and one.touches(place) for one in self.asked)

    def written_after(self, since: int) -> bool:
        """Whether anything but reads came after ``since``."""
        return any(one.number > since for one in self.writes)

    def sent_after(self, since: int, sha256: str) -> bool:
        """Whether a later request carried just this body, or another object has it."""
        return any(number > since and body == sha256 for number, body in self.bodies)


@functools.cache
def subresources() -> frozenset[str]:
    """Names in a query with which a write is not one of the object or the bucket itself."""
    queries = (
        operation_model(name).http["requestUri"].partition("?")[2] for name in operation_names()
    )
    named = {key for query in queries for key, _ in parse_qsl(query, keep_blank_values=True)}
    return frozenset(named - _OF_READS - {"x-id"} | _NEVER_A_WRITE)


def ledger_of(
    exchanges: Iterable[Exchange],
    endpoint: Endpoint,
    refused: Mapping[int, int] | None = None,
    standing: Iterable[str] = (),
) -> Ledger:
    """What ``exchanges``, in their order, should have left.

    ``refused`` has the ``id()`` of those that the check expects to be refused, and with which
    status. ``standing`` are buckets that were there before all of them. The ledger is empty where
    something was sent that is no request to be understood.
    """
    book = _Book()
    book.ledger.known.update({Place(bucket): Known(-1) for bucket in standing})
    for number, exchange in enumerate(exchanges):
        request = _read(number, exchange, endpoint)
        if request is None:
            return Ledger()
        book.enter(request, (refused or {}).get(id(exchange)))
    return book.ledger


class _Book:
    """The ledger, while requests are entered."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self._writes: list[_Request] = []
        self._locking: set[str | None] = set()  # buckets in which something is locked, or may be

    def enter(self, request: _Request, refusal: int | None) -> None:
        """``refusal``: the status of the error that the check expects, if it expects one."""
        self._write(request, refusal)
        if request.method not in READING and request.bucket is not None:
            if any(request.meets(one) for one in self._writes):  # who was first is not known
                self._forget(request.bucket, request.key)
            for one in self._writes:
                for copy, other in ((request, one), (one, request)):
                    if copy.source == Place(other.bucket or "", other.key) and copy.overlaps(other):
                        self._of_either(copy)
            self._writes.append(request)

    def _of_either(self, copy: _Request) -> None:
        """Its source was written meanwhile: which of both it has is not known."""
        for place, known in self.ledger.known.items():
            if place[:2] == (copy.bucket, copy.key) and known.since == copy.number:
                known.sha256 = None

    def _write(self, request: _Request, refusal: int | None) -> None:
        if request.method in READING:
            self._saw(request)
            return
        place = Place(request.bucket or "", request.key)
        self.ledger.writes.append(Asked(request.number, place, request.method, request.target))
        if (sent := digest_of(request.exchange.request)) is not None:
            self.ledger.bodies.append((request.number, sent))
        if request.bucket is None:
            return
        if request.locks:
            self._locking.add(request.bucket)
        aside = bool(request.subresources) and not self._is_meant(request)
        if aside or (refusal in PROTECTING and not self._is_of_access(request, refusal)):
            self.ledger.asked.append(Asked(request.number, place, request.method, request.target))
            if "lifecycle" in request.query:
                self._forget_all(request.bucket)
            return
        if refusal is not None:  # taken or not, nobody can rely on it
            self._forget(request.bucket, request.key)
            return
        if request.key is None:
            self._bucket(request)
        else:
            self._object(request)

    def _is_of_access(self, request: _Request, refusal: int | None) -> bool:
        """Whether it was taken from somebody who may not, and touched nothing of another's."""
        if refusal != DENIED or not request.done or request.by_other:
            return False
        return not ("versionId" in request.query and request.bucket in self._locking)

    def _is_meant(self, request: _Request) -> bool:
        """Whether a request for a sub-resource is meant to write or to remove something."""
        names = request.subresources
        if request.method == "DELETE":
            return names == {"versionId"}
        if request.method == "POST":
            return names in ({"uploadId"}, {"delete"})
        return names == {"renameObject"}

    def _saw(self, request: _Request) -> None:
        """A read that shows a place as it should be."""
        if request.bucket is None or request.status != 200:
            return
        shown = request.answered("x-amz-version-id")
        if made := self.ledger.known.get(Place(request.bucket, request.key, shown)):
            made.seen = True
        if request.method != "GET":
            return
        if request.subresources - {"versionId"} or "range" in request.headers:
            return
        place = Place(request.bucket, request.key, request.query.get("versionId"))
        known = self.ledger.known.get(place)
        answer = request.exchange.response
        if known and answer is not None and known.sha256 == digest_of(answer):
            known.since = request.number

    def _bucket(self, request: _Request) -> None:
        bucket = request.bucket or ""
        if request.method == "PUT" and request.done:
            self.ledger.known.setdefault(Place(bucket), Known(request.number))
        elif request.method == "DELETE" and (request.done or request.status not in PROTECTING):
            self._forget(bucket, None)
        elif request.method == "POST":
            self._deleted(bucket, request.exchange.request.body)

    def _deleted(self, bucket: str, body: Body) -> None:
        """DeleteObjects, or a form that says nothing of its key in its request line."""
        text = _CDATA.sub(lambda found: html.escape(found[1]), body.text or "")
        named = re.findall(r"<Key>([^<]*)</Key>", text)
        if not named or body.truncated or len(named) != text.count("<Key"):
            self._forget_all(bucket)
        for key in named:
            self._forget(bucket, html.unescape(key))

    def _object(self, request: _Request) -> None:
        bucket, key = request.bucket or "", request.key or ""
        version = request.query.get("versionId")
        if not request.done or "renameObject" in request.query:
            self._forget(bucket, key)
            if "renameObject" in request.query:
                self._forget_all(bucket)  # its source, under whatever name
        elif request.method == "DELETE" and version is not None:
            for place in (Place(bucket, key, version), Place(bucket, key)):
                self.ledger.known.pop(place, None)
        elif request.method == "DELETE":
            self.ledger.known.pop(Place(bucket, key), None)
        else:
            self._written(bucket, key, request)

    def _written(self, bucket: str, key: str, request: _Request) -> None:
        version = request.answered("x-amz-version-id")
        numbered = version is not None and version != NO_VERSION
        made = Known(
            request.number,
            self._content(request),
            request.answered("etag"),
            readable="x-amz-server-side-encryption-customer-algorithm" not in request.headers,
            seen=not numbered or (request.method == "PUT" and request.source is None),
        )
        self.ledger.known.pop(Place(bucket, key), None)
        if numbered:
            self.ledger.known[Place(bucket, key, version)] = made
        elif not any(place[:2] == (bucket, key) for place in self.ledger.known):
            self.ledger.known[Place(bucket, key)] = made

    def _content(self, request: _Request) -> str | None:
        """The sha256 of what a write should have stored; None where that is not in its body."""
        if request.method != "PUT" or "x-amz-write-offset-bytes" in request.headers:
            return None
        if request.source is None:
            return digest_of(request.exchange.request)
        known = self.ledger.known.get(request.source)
        return known.sha256 if known else None

    def _forget(self, bucket: str, key: str | None) -> None:
        """All versions of the key; where it is None, the bucket and what is in it."""
        if key is None:
            self._forget_all(bucket)
        for place in [one for one in self.ledger.known if one[:2] == (bucket, key)]:
            del self.ledger.known[place]

    def _forget_all(self, bucket: str) -> None:
        """What is in the bucket; not the bucket."""
        for place in [one for one in self.ledger.known if one.bucket == bucket and one.key]:
            del self.ledger.known[place]


def digest_of(message: Message) -> str | None:
    """The sha256 of a body; None where it is framed, not whole, or not kept."""
    body = message.body
    if not message.complete:
        return None
    for name, value in message.headers:
        if name.lower() in ("x-amz-content-sha256", "content-encoding") and (
            value.startswith("STREAMING-") or "aws-chunked" in value
        ):
            return None
    if body.truncated:
        return body.sha256
    data = base64.b64decode(body.base64) if body.base64 is not None else (body.text or "").encode()
    return hashlib.sha256(data).hexdigest()


def _read(number: int, exchange: Exchange, endpoint: Endpoint) -> _Request | None:
    """The request; None where it is none that every server reads alike.

    That its answer cannot be read says nothing of the request: servers that take it for another
    answer so, and it is they that destroy by it.
    """
    words = exchange.request.start_line.split(" ")
    trouble = (exchange.note or "").partition(UNREAD)[0]
    if len(words) != 3 or trouble or not exchange.request.complete:
        return None
    if len({name.lower() for name, _ in exchange.request.headers} & _FRAMING) == len(_FRAMING):
        return None
    asked = identify(exchange, endpoint)
    if asked.bucket is not None and len(asked.bucket) < SHORTEST_NAME:
        return None
    query = dict(parse_qsl(words[1].partition("?")[2], keep_blank_values=True))
    return _Request(
        number=number,
        method=words[0],
        target=_shown(words[1]),
        bucket=asked.bucket,
        key=asked.key,
        query=query,
        headers={name.lower(): value for name, value in exchange.request.headers},
        exchange=exchange,
        by_other=_is_by(endpoint.other_credentials, exchange, query),
    )


def _is_by(account: Credentials | None, exchange: Exchange, query: Mapping[str, str]) -> bool:
    """Whether a signature, in the header or the query, names the key of this account."""
    if account is None:
        return False
    said = [value for name, value in exchange.request.headers if name.lower() == "authorization"]
    said += [f"Credential={value}" for name, value in query.items() if name == "X-Amz-Credential"]
    return any(f"Credential={account.access_key}/" in one for one in said)


_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_FRAMING = frozenset({"content-length", "transfer-encoding"})


def _shown(target: str) -> str:
    """A request's target without what signs it."""
    path, _, query = target.partition("?")
    kept = [one for one in query.split("&") if one and not one.lower().startswith(_SIGNING)]
    return f"{path}?{'&'.join(kept)}" if kept else path
