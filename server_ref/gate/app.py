"""The gate and the dispatch: a request in, a response out, whatever goes wrong between.

locate, route, authenticate, read members, decide access, do the operation, serialise. This is no
transport and knows no operation.
"""

from __future__ import annotations

import logging
import random
from base64 import b64encode
from collections.abc import Callable
from datetime import datetime
from typing import Any

from server_ref.auth.credentials import Keyring
from server_ref.auth.gate import Authenticator, Identity
from server_ref.auth.payload import UNSIGNED_CHUNKS_TRAILER
from server_ref.clock import utc_now
from server_ref.context import Context, Handler, Members
from server_ref.errors import S3Error
from server_ref.gate.access import Access
from server_ref.gate.addressing import Addressing
from server_ref.gate.admitted import AdmittedBody
from server_ref.gate.crossorigin import headers_of
from server_ref.gate.regions import Regions
from server_ref.gate.website import Websites
from server_ref.http.send import close_payload
from server_ref.model import Service
from server_ref.model.foreign import OfBucketError, OfQueryError
from server_ref.model.routes import POST_OBJECT, PREFLIGHT, PSEUDO
from server_ref.model.serialise import DECLARATION, XML
from server_ref.model.values import http_date, xml_text
from server_ref.request import Request
from server_ref.response import Payload, Response
from server_ref.rules.documents import DigestedDocument
from server_ref.rules.names import check_key
from server_ref.seams import Exchange, Seams
from server_ref.storage.changes import Cause, caused_by
from server_ref.storage.records import Bucket

logger = logging.getLogger("server_ref")

# The errors after which SDKs look for the bucket's region.
_TELL_REGION = frozenset(
    {
        *("AuthorizationHeaderMalformed", "AuthorizationQueryParametersError"),
        *("IllegalLocationConstraintException", "PermanentRedirect", "SignatureDoesNotMatch"),
    }
)
# What is denied tells it, too, where its success does; a denied object has no such header.
# https://github.com/DocSpring/libreconv/issues/31 https://github.com/justincormack/argmin
_TELL_REGION_DENIED = frozenset({"HeadBucket", "ListObjects", "ListObjectsV2"})
_SOURCE = "x-amz-copy-source"
_COPIED = ("PutObject", "UploadPart")  # what a copy is taken for while its source is not seen
_HOST_ID = b64encode(random.randbytes(42)).decode()


class App:
    """Answers requests with the operations it is given."""

    def __init__(
        self,
        service: Service,
        handlers: dict[str, Handler],
        store: Any,
        keyring: Keyring,
        seams: Seams,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._handlers = seams.handlers(handlers)
        self._store = seams.store(store)
        self._settings = settings = seams.settings
        self._seams = seams
        self._untouched = seams.answers_untouched
        self._clock = clock
        self._locate = seams.locate(Addressing(settings).locate)
        self._route = seams.route(service.router.route)
        self._bucket_only = service.router.bucket_only
        self._parse = seams.parse(service.parser.parse)
        self._head = service.parser.head
        self._serialise = seams.serialise(service.serialiser.serialise)
        self._length_required = seams.strictness.length_required
        self._documents_digested = seams.strictness.document_digests
        self._payloads_held = seams.strictness.payload_hash
        self._streaming = service.parser.streaming
        self._decide = seams.decide(Access(keyring).decide)
        authenticator = Authenticator(
            keyring, settings.region, seams.strictness, anonymous=settings.anonymous
        )
        self._authenticate = authenticator.authenticate
        self._admit = authenticator.admit
        self._regions = Regions((settings.region, *settings.further_regions), self._region_of)
        self._websites = Websites(self._store, settings)
        self._date: tuple[int, str] = (0, "")

    # http.connection.Application

    def respond(self, request: Request) -> Response:
        """The answer to a request; an error of ours is a 500 with its traceback in the log."""
        request.id = identifier = f"{random.getrandbits(64):016X}"
        exchange = Exchange(request)
        now = utc_now()  # signatures and Date are about the real time, objects about the clock
        headers = self._base_headers(identifier, now)
        try:
            response = self._answer(exchange, headers, now)
        except S3Error as error:
            response = self._error(exchange, error, headers)
        except Exception:  # whatever it is, the client gets S3's answer and the log the fault
            logger.exception("request %s (%s) failed", identifier, exchange.operation)
            response = self._error(exchange, S3Error("InternalError"), headers)
        if "origin" in request.headers and exchange.operation != PREFLIGHT:
            response.headers.update(headers_of(self._store, request))
        if self._untouched:
            return response
        return self._after(exchange, response, headers)

    def refuse(self, error: S3Error, method: str) -> Response:
        """The answer to what is not a request."""
        identifier = f"{random.getrandbits(64):016X}"
        headers = self._base_headers(identifier, utc_now())
        response = Response(error.status, headers)
        headers.update(error.headers)
        headers["Server"] = "AmazonS3"
        if method != "HEAD":
            headers["Content-Type"] = XML
            response.body = error_document(error, identifier, headers["x-amz-id-2"])
        return response

    # steps

    def _answer(self, exchange: Exchange, headers: dict[str, str], now: datetime) -> Response:
        request = exchange.request
        site = self._websites.bucket(request.host)
        if site is None:
            self._locate(request)
        else:
            request.bucket = site
        if not self._untouched:
            response = self._seams.before_gate(request)
            if response is not None:
                response.headers = {**headers, **response.headers}
                return response
        if site is not None and request.method != "OPTIONS":
            return self._browse(exchange, headers)
        unroutable: S3Error | None = None
        try:
            exchange.operation = operation = self._route(request)
        except S3Error as error:  # said only to whom may hear it
            unroutable, operation = error, ""
        if self._regions.several:
            request.regions = self._regions.accepted(request, operation)
        if operation == PREFLIGHT or (
            operation == POST_OBJECT and "authorization" not in request.headers
        ):
            identity = Identity()
        else:
            identity = self._identity(request, now, unroutable)
        if not unroutable and operation in _COPIED and _SOURCE in request.headers:
            operation = self._route(request)  # the source of a copy came in a presigned query
            exchange.operation = operation
        if self._regions.several:
            request.region = request.region or request.regions[0]
            self._regions.check(request, operation)
        request.trace["operation"] = operation
        if unroutable is not None:
            if isinstance(unroutable, OfBucketError):
                self._store.bucket(str(request.bucket))
            raise unroutable
        if request.key is not None and self._bucket_only(operation):
            request.key = None  # asked for at a key's path, which counts for nothing
        if operation in self._streaming:
            if self._length_required:
                _require_length(request)
        elif self._payloads_held and _in_unsigned_chunks(request):
            raise S3Error(  # versity/versitygw#1601
                "InvalidRequest", "The value of x-amz-content-sha256 header is invalid."
            )
        ctx = self._context(exchange, identity)
        if (
            operation not in self._streaming
            and request.method in ("PUT", "POST")
            and operation not in PSEUDO
        ):
            request.body = AdmittedBody(
                request.body, lambda: self._decide(ctx, self._head(request, operation))
            )
            if self._documents_digested:
                request.body = DigestedDocument(request.body, operation, request.headers)
        members = self._parse(request, operation)
        ctx.body_read = True
        return self._perform(exchange, headers, ctx, members)

    def _identity(self, request: Request, now: datetime, unroutable: S3Error | None) -> Identity:
        """Who asks; what is wrong with the query itself is said whoever it is."""
        try:
            return self._authenticate(request, now.timestamp())
        except S3Error:
            if isinstance(unroutable, OfQueryError):
                raise unroutable from None
            raise

    def _context(self, exchange: Exchange, identity: Identity) -> Context:
        request, operation = exchange.request, exchange.operation
        ctx = Context(
            request,
            operation,
            identity.account,
            self._store,
            self._settings,
            self._clock,
            identity.access_key,
        )
        exchange.context = ctx
        if identity.account is not None:
            request.trace["requester"] = identity.account.canonical_id
        if operation == POST_OBJECT:
            ctx.admit = lambda bucket, fields: self._admit(
                bucket, fields, utc_now(), request.region
            )
            ctx.parse = self._parse
        return ctx

    def _perform(
        self, exchange: Exchange, headers: dict[str, str], ctx: Context, members: Members
    ) -> Response:
        """Decide, do, serialise."""
        request, operation = exchange.request, exchange.operation
        self._decide(ctx, members)
        if request.key is not None:
            check_key(request.key, self._settings.max_key)
        handler = self._handlers.get(operation)
        if handler is None:
            raise S3Error("NotImplemented")
        if request.method in ("GET", "HEAD"):
            answer = handler(ctx, members)
        else:
            request.trace["host_id"] = headers["x-amz-id-2"]
            with caused_by(Cause(operation, request, ctx.account, ctx.clock)):
                answer = handler(ctx, members)
        status, own, body = self._serialise(operation, answer)
        headers.update(own)
        if ctx.response_headers:
            headers.update(ctx.response_headers)
        headers["Server"] = "AmazonS3"
        return Response(ctx.status or status, headers, body)

    def _browse(self, exchange: Exchange, headers: dict[str, str]) -> Response:
        """A request to a website's host: objects are read as anybody may read them."""
        request = exchange.request
        request.trace["operation"] = "Website"

        def fetch(operation: str, key: str, *, plain: bool = False) -> Response:
            request.key = key
            exchange.operation = operation
            members = (
                {"Bucket": request.bucket, "Key": key} if plain else self._parse(request, operation)
            )
            ctx = self._context(exchange, Identity())
            return self._perform(exchange, dict(headers), ctx, members)

        response = self._websites.respond(request, fetch, headers["x-amz-id-2"])
        response.headers = {**headers, "Server": "AmazonS3", **response.headers}
        return response

    def _error(self, exchange: Exchange, error: S3Error, headers: dict[str, str]) -> Response:
        error = self._seams.error(exchange, error)
        exchange.error = error
        request = exchange.request
        request.trace["error"] = error.code
        answer = {name: headers[name] for name in ("x-amz-id-2", "x-amz-request-id", "Date")}
        answer.update(error.headers)
        answer["Server"] = "AmazonS3"
        denied = error.code == "AccessDenied" and exchange.operation in _TELL_REGION_DENIED
        if request.bucket and (denied or error.code in _TELL_REGION):
            region = self._region_of(request.bucket)
            if region is not None:
                answer["x-amz-bucket-region"] = region
        response = Response(error.status, answer)
        if error.status == 304 or error.code == "Redirect":
            return response
        answer["Content-Type"] = XML
        if request.method != "HEAD":
            response.body = error_document(error, request.id, headers["x-amz-id-2"])
        return response

    def _region_of(self, name: str) -> str | None:
        """Where a bucket is; whoever may not use it still learns where to ask."""
        try:
            bucket: Bucket = self._store.bucket(name)
        except S3Error:
            return None
        return bucket.region

    def _after(self, exchange: Exchange, response: Response, headers: dict[str, str]) -> Response:
        """What deviations do to an answer; their own faults are faults of the server."""
        try:
            return self._seams.response(exchange, response)
        except Exception:  # as in respond
            logger.exception("request %s failed after its answer was made", exchange.request.id)
            if isinstance(response.body, Payload):
                close_payload(response.body)
            return self._error(exchange, S3Error("InternalError"), headers)

    def _base_headers(self, identifier: str, now: datetime) -> dict[str, str]:
        second = int(now.timestamp())
        date = self._date
        if date[0] != second:
            self._date = date = (second, http_date(now))
        return {
            "x-amz-id-2": _HOST_ID + b64encode(random.randbytes(12)).decode(),
            "x-amz-request-id": identifier,
            "Date": date[1],
        }


def _in_unsigned_chunks(request: Request) -> bool:
    return request.headers.get("x-amz-content-sha256") == UNSIGNED_CHUNKS_TRAILER


def _require_length(request: Request) -> None:
    """An upload says how long it is. Raises S3Error MissingContentLength, NotImplemented."""
    if request.body.length is None:
        raise S3Error("NotImplemented", Header="Transfer-Encoding")
    headers = request.headers
    if "content-length" not in headers and "transfer-encoding" not in headers:
        raise S3Error("MissingContentLength")


def _bare(message: str) -> str:
    """Text of a message, whose quotes S3 sends as they are."""
    return xml_text(message).replace("&quot;", '"')


def error_document(error: S3Error, identifier: str, host_id: str) -> bytes:
    """The XML of an error: code, message, its members, and the ids."""
    members = "".join(
        [f"<{name}>{xml_text(value)}</{name}>" for name, value in error.members.items()]
    )
    return (
        f"{DECLARATION}<Error><Code>{error.code}</Code><Message>{_bare(error.message)}</Message>"
        f"{members}<RequestId>{identifier}</RequestId><HostId>{host_id}</HostId></Error>"
    ).encode("utf-8", "replace")
