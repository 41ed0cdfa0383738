"""How a recorded request was signed: by which account, when, and whether the signature is right.

A signature is worked out again from the record. One that does not come out was made with another
secret, or the request was changed after it was signed.
https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from conformance.endpoint.endpoint import Credentials, Endpoint
from conformance.endpoint.signing import UNSIGNED_PAYLOAD, stamped_signature
from conformance.model import Exchange

Kind = Literal["none", "header", "query", "old"]  # old: signature version 2, or nothing known

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/,]*)/\d{8}/([^/,]+)/s3/aws4_request, ?"
    r"SignedHeaders=([^,]+), ?Signature=([0-9a-f]+)"
)
_OLD_QUERY = re.compile(r"[?&](?:AWSAccessKeyId|Signature)=")
_OWN_QUERY = re.compile(r"&?X-Amz-(?:Algorithm|Credential|Date|Expires|SignedHeaders|Signature|"
                        r"Security-Token)=[^&]*", re.IGNORECASE)  # fmt: skip


@dataclass(frozen=True)
class Signed:
    """What a request's signature says. ``age`` is its seconds at the time it was sent."""

    kind: Kind
    access_key: str = ""
    region: str = ""
    headers: tuple[str, ...] = ()  # in lower case
    age: float = 0.0
    expires: int = 0  # seconds a presigned request is good for
    right: bool = True  # it comes out with the secret it should have been made with
    forged: bool = False  # it comes out with another secret, which the client was given

    @property
    def unknown(self) -> bool:
        """Whether no line can be said to sign it likewise."""
        return self.kind == "old" or not (self.right or self.forged)


def signed_by(exchange: Exchange, endpoint: Endpoint, signer: Credentials | None = None) -> Signed:
    """How ``exchange``'s request was signed; ``signer`` is whose secret the client was given."""
    known = {name.lower(): value for name, value in exchange.request.headers}
    target = exchange.request.start_line.partition(" ")[2].rpartition(" ")[0]
    authorization = known.get("authorization", "")
    query = dict(parse_qsl(urlsplit(target).query, keep_blank_values=True))
    if "X-Amz-Signature" in query:
        return _in_query(exchange, endpoint, signer, target, query)
    if _OLD_QUERY.search(target):
        return Signed("old")
    if not authorization:
        return Signed("none")
    found = _AUTHORIZATION.fullmatch(authorization)
    stamp = known.get("x-amz-date", "")
    if found is None or not _time(stamp):
        return Signed("old")
    access_key, region, names, signature = found.groups()
    return _judged(
        exchange,
        endpoint,
        signer,
        Signed("header", access_key, region, tuple(names.split(";")), _age(exchange, stamp)),
        target,
        stamp,
        known.get("x-amz-content-sha256", UNSIGNED_PAYLOAD),
        signature,
    )


def _in_query(
    exchange: Exchange,
    endpoint: Endpoint,
    signer: Credentials | None,
    target: str,
    query: dict[str, str],
) -> Signed:
    parts = query.get("X-Amz-Credential", "").split("/")
    stamp = query.get("X-Amz-Date", "")
    expires = query.get("X-Amz-Expires", "")
    if len(parts) != 5 or not _time(stamp) or not expires.isdigit():
        return Signed("old")
    names = tuple(query.get("X-Amz-SignedHeaders", "").split(";"))
    said = Signed("query", parts[0], parts[2], names, _age(exchange, stamp), int(expires))
    unsigned = re.sub(r"&X-Amz-Signature=[^&]*", "", target)
    signature = query["X-Amz-Signature"]
    return _judged(exchange, endpoint, signer, said, unsigned, stamp, UNSIGNED_PAYLOAD, signature)


def _judged(
    exchange: Exchange,
    endpoint: Endpoint,
    signer: Credentials | None,
    said: Signed,
    target: str,
    stamp: str,
    payload: str,
    signature: str,
) -> Signed:
    """``said``, with whether the signature comes out, and with whose secret."""
    method = exchange.request.start_line.partition(" ")[0]
    host = next((v for n, v in exchange.request.headers if n.lower() == "host"), "")
    url = f"{urlsplit(exchange.url).scheme}://{host}{target}"
    headers = [pair for pair in exchange.request.headers if pair[0].lower() in said.headers]

    sent = {name.lower() for name, _ in headers}

    def comes_out(credentials: Credentials) -> bool:
        if not sent.issuperset(said.headers):  # a signed header was taken out, such as Host
            return False
        made = stamped_signature(
            method, url, headers, credentials, said.region, stamp, payload_hash=payload
        )
        return made == signature

    accounts = [one for one in endpoint.all_credentials if one is not None]
    right = any(one.access_key == said.access_key and comes_out(one) for one in accounts)
    forged = not right and signer is not None and comes_out(signer)
    return Signed(
        said.kind,
        said.access_key,
        said.region,
        said.headers,
        said.age,
        said.expires,
        right,
        forged,
    )


def unsigned_target(target: str) -> str:
    """A request target without the parameters of a presigned URL."""
    path, _, query = target.partition("?")
    rest = "&".join(part for part in query.split("&") if part and not _OWN_QUERY.fullmatch(part))
    return f"{path}?{rest}" if rest else path


def canonical_query(query: str) -> str | None:
    """The same query as a signature has it: sorted, each name with its ``=``.

    None where that would say something else: a ``+``, or an escape that is none.
    https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
    """
    if "+" in query or re.search(r"%(?![0-9a-fA-F]{2})", query):
        return None
    pairs = [part.partition("=") for part in query.split("&") if part]
    return "&".join(
        f"{name}={value}" for name, value in sorted((_escaped(n), _escaped(v)) for n, _, v in pairs)
    )


def _escaped(text: str) -> str:
    return quote(unquote(text, errors="surrogateescape"), safe="-_.~", errors="surrogateescape")


def _time(stamp: str) -> datetime | None:
    try:
        return datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def _age(exchange: Exchange, stamp: str) -> float:
    made = _time(stamp)
    return exchange.started - made.timestamp() if made and exchange.started else 0.0
