"""Who sends a request: picks the mechanism, verifies it, and puts the body behind its checks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from server_ref.auth import version2
from server_ref.auth.canonical import EMPTY_SHA256
from server_ref.auth.chunked import ChunkedBody
from server_ref.auth.credentials import Keyring
from server_ref.auth.form import admit_form
from server_ref.auth.header import scheme_of, verify_header
from server_ref.auth.payload import (
    SIGNED_CHUNKS,
    STREAMING,
    UNSIGNED,
    UNSIGNED_CHUNKS_TRAILER,
    HashedBody,
    is_digest,
)
from server_ref.auth.query import is_presigned, verify_query
from server_ref.auth.query_headers import take_headers
from server_ref.auth.signed import Verified
from server_ref.auth.strictness import Strictness
from server_ref.errors import S3Error
from server_ref.identity import Account, Admission, Credential
from server_ref.request import Request

_ONE_MECHANISM = (
    "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query"
    " string parameter or the Authorization header should be specified"
)


class Identity(NamedTuple):
    """Who asks; None and None for an anonymous request."""

    account: Account | None = None
    access_key: str | None = None


_ANONYMOUS = Identity()


def _identity(credential: Credential) -> Identity:
    return Identity(credential.account, credential.access_key)


def _one(request: Request, region: str) -> str:
    """The region of a request whose signature names none."""
    return request.regions[0] if request.regions else region


def _refuse_chunks(request: Request) -> None:
    """Raises S3Error InvalidArgument for chunks that are announced as UNSIGNED-PAYLOAD.

    https://github.com/benbjohnson/litestream/pull/890 and
    https://github.com/versity/versitygw/pull/2400 quote S3.
    """
    coding = request.headers.get("content-encoding", "")
    said = request.headers.get("x-amz-content-sha256") == UNSIGNED
    if said and "aws-chunked" in coding and request.method in ("PUT", "POST"):
        raise S3Error(
            "InvalidArgument",
            f"aws-chunked encoding is not supported when x-amz-content-sha256 {UNSIGNED} is"
            " supplied.",
            ArgumentName="Content-Encoding",
            ArgumentValue=coding,
        )


class Authenticator:
    """``authenticate(request, now)`` for one server's credentials and region."""

    def __init__(
        self, keyring: Keyring, region: str, strict: Strictness, *, anonymous: bool
    ) -> None:
        self._keyring = keyring
        self._region = region
        self._strict = strict
        self._anonymous = Identity(keyring.first.account) if anonymous else _ANONYMOUS

    def authenticate(self, request: Request, now: float) -> Identity:
        """Verify the request's signature and wrap ``request.body`` in the checks it asks for.

        ``now`` is seconds since 1970. Raises the S3Errors of every mechanism.
        """
        headers = request.headers
        query = request.query
        strict = self._strict
        presigned = bool(query) and is_presigned(query)
        old_query = bool(query) and version2.is_query(query)
        if "authorization" in headers:
            if (presigned or old_query) and strict.one_mechanism:
                raise S3Error(
                    "InvalidArgument",
                    _ONE_MECHANISM,
                    ArgumentName="Authorization",
                    ArgumentValue=headers["authorization"],
                )
            if not headers["authorization"]:  # says nothing: nobody has signed
                self._wrap_unsigned(request)
                return self._anonymous
            if version2.is_scheme(scheme_of(headers["authorization"])):
                version2.refuse_elsewhere(_one(request, self._region), strict)
                return _identity(version2.verify_header(request, self._keyring, strict, now))
            verified = verify_header(request, self._keyring, self._region, strict, now)
            payload = headers.get("x-amz-content-sha256", UNSIGNED)
        elif presigned:
            if old_query and "X-Amz-Algorithm" in query and strict.one_mechanism:
                raise S3Error(
                    "InvalidArgument",
                    _ONE_MECHANISM,
                    ArgumentName="Authorization",
                )
            verified, payload = verify_query(request, self._keyring, self._region, strict, now)
            take_headers(request)
        elif old_query:
            version2.refuse_elsewhere(_one(request, self._region), strict)
            credential = version2.verify_query(request, self._keyring, strict, now)
            take_headers(request, version_2=True)
            return _identity(credential)
        else:
            self._wrap_unsigned(request)
            return self._anonymous
        if payload != UNSIGNED:
            self._wrap(request, payload, verified)
        else:
            _refuse_chunks(request)
        return _identity(verified.credential)

    def admit(
        self, bucket: str, fields: Mapping[str, str], now: datetime, region: str = ""
    ) -> Admission:
        """Verify a form as ``admit_form`` says; one without a signature is an unsigned request.

        ``region`` is the bucket's, where a server has several.
        """
        admission = admit_form(
            bucket,
            fields,
            keyring=self._keyring,
            region=region or self._region,
            strict=self._strict,
            now=now,
        )
        if admission.account is None:
            return Admission(self._anonymous.account)
        return admission

    def _wrap_unsigned(self, request: Request) -> None:
        """What nobody signed is held to the hash it names (versity/versitygw#1423, #1554)."""
        headers = request.headers
        payload = headers.get("x-amz-content-sha256", UNSIGNED)
        if payload == UNSIGNED_CHUNKS_TRAILER or "aws-chunked" in headers.get(
            "content-encoding", ""
        ):
            self._wrap(request, UNSIGNED_CHUNKS_TRAILER, None)
        elif payload.startswith("STREAMING-"):
            raise S3Error(
                "InvalidRequest",
                "Anonymous requests don't support this x-amz-content-sha256 value."
                " Please use UNSIGNED-PAYLOAD or STREAMING-UNSIGNED-PAYLOAD-TRAILER.",
            )
        elif payload != UNSIGNED and self._strict.payload_hash:
            request.body = HashedBody(request.body, payload)

    def _wrap(self, request: Request, payload: str, verified: Verified | None) -> None:
        if is_digest(payload):
            empty = request.body.length == 0 and payload == EMPTY_SHA256
            if self._strict.payload_hash and not empty:
                request.body = HashedBody(request.body, payload)
            return
        if payload not in STREAMING:
            return  # of a presigned request: signed as it is, and not read
        if request.method not in ("PUT", "POST"):  # nothing streams in
            raise S3Error("InvalidRequest", "The value of x-amz-content-sha256 header is invalid.")
        text = request.headers.get("x-amz-decoded-content-length")
        if text is None or not re.fullmatch(r"[0-9]{1,19}", text):
            raise S3Error("MissingContentLength")  # versity/versitygw#1656
        declared = None
        if payload != SIGNED_CHUNKS:
            names = request.headers.get("x-amz-trailer", "")
            declared = tuple(name.strip().lower() for name in names.split(",") if name.strip())
        request.body = ChunkedBody(
            request.body,
            int(text),
            verified=None if payload == UNSIGNED_CHUNKS_TRAILER else verified,
            declared=declared,
            strict=self._strict,
        )
