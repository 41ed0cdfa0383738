"""Signature Version 4 for requests that are made by hand: botocore's signer, nothing normalised.

The target stays byte for byte what was given.
https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import quote, urlencode

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as SignerCredentials

from conformance.endpoint.endpoint import Credentials

Sign = Literal["header", "query", "none"]
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"
_STAMP = "%Y%m%dT%H%M%SZ"
_HOP_BY_HOP = ("connection", "transfer-encoding")  # a proxy may change them: never signed


def sign_in_header(
    method: str,
    url: str,
    headers: list[tuple[str, str]],
    *,
    credentials: Credentials,
    region: str,
    at: datetime | None,
    payload_hash: str,
) -> list[tuple[str, str]]:
    """``headers`` with x-amz-date, x-amz-content-sha256, token and Authorization added."""
    stamp = _stamp(at)
    own = [("x-amz-date", stamp), ("x-amz-content-sha256", payload_hash)]
    if credentials.session_token is not None:
        own.append(("x-amz-security-token", credentials.session_token))
    replaced = {name for name, _ in own} | {"authorization"}
    headers = [pair for pair in headers if pair[0].lower() not in replaced] + own
    request, signer, signature = _signature(
        method, url, headers, credentials, region, stamp, payload_hash
    )
    signed = signer.signed_headers(signer.headers_to_sign(request))
    value = (
        f"AWS4-HMAC-SHA256 Credential={signer.scope(request)}, "
        f"SignedHeaders={signed}, Signature={signature}"
    )
    return [*headers, ("Authorization", value)]


def sign_in_query(
    method: str,
    url: str,
    headers: list[tuple[str, str]],
    *,
    credentials: Credentials,
    region: str,
    at: datetime | None,
    payload_hash: str,
    expires: int,
) -> str:
    """``url`` with the X-Amz-… parameters of a presigned request added to its query."""
    stamp = _stamp(at)
    request, signer, _ = _signature(method, url, headers, credentials, region, stamp, payload_hash)
    parameters = {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": signer.scope(request),
        "X-Amz-Date": stamp,
        "X-Amz-Expires": str(expires),
        "X-Amz-SignedHeaders": signer.signed_headers(signer.headers_to_sign(request)),
    }
    if credentials.session_token is not None:
        parameters["X-Amz-Security-Token"] = credentials.session_token
    joint = "&" if "?" in url else "?"
    url = f"{url}{joint}{urlencode(parameters, quote_via=quote, safe='')}"
    _, _, signature = _signature(method, url, headers, credentials, region, stamp, payload_hash)
    return f"{url}&X-Amz-Signature={signature}"


def stamped_signature(
    method: str,
    url: str,
    headers: list[tuple[str, str]],
    credentials: Credentials,
    region: str,
    stamp: str,
    *,
    payload_hash: str,
) -> str:
    """The signature alone, for ``stamp`` as it stands in the request."""
    _, _, made = _signature(method, url, headers, credentials, region, stamp, payload_hash)
    return str(made)


def _stamp(at: datetime | None) -> str:
    return (at or datetime.now(UTC)).astimezone(UTC).strftime(_STAMP)


def _signature(
    method: str,
    url: str,
    headers: list[tuple[str, str]],
    credentials: Credentials,
    region: str,
    stamp: str,
    payload_hash: str,
) -> tuple[Any, Any, str]:
    signer = _Signer(_signer_credentials(credentials), "s3", region)
    signer.payload_hash = payload_hash
    request = AWSRequest(method=method, url=url)
    for name, value in headers:
        if name.lower() not in _HOP_BY_HOP:
            request.headers.add_header(name, value)
    request.context["timestamp"] = stamp
    text = signer.string_to_sign(request, signer.canonical_request(request))
    return request, signer, signer.signature(text, request)


def _signer_credentials(credentials: Credentials) -> Any:
    return SignerCredentials(
        credentials.access_key, credentials.secret_key, credentials.session_token
    )


class _Signer(S3SigV4Auth):
    """S3's signer with the payload hash given from outside."""

    payload_hash = UNSIGNED_PAYLOAD

    def payload(self, request: Any) -> str:  # noqa: ARG002 -- botocore's signature
        return self.payload_hash
