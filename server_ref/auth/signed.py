"""What a Signature Version 4 request claims, and the check of its signature."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from server_ref.auth.canonical import ALGORITHM, canonical_request
from server_ref.auth.credentials import Keyring
from server_ref.auth.lookup import known_credential, refuse_token
from server_ref.auth.signing_key import SigningKey
from server_ref.auth.strictness import Strictness
from server_ref.errors import S3Error
from server_ref.identity import Credential
from server_ref.request import Request

_ALSO_SIGNED = ("host", "content-md5")


class Claim(NamedTuple):
    """A signature and what it covers, from the Authorization header or the query."""

    access_key: str
    date: str  # of the scope, YYYYMMDD
    region: str
    service: str
    signed: tuple[str, ...]  # lower-case header names, as the list has them
    signature: str
    moment: str  # YYYYMMDDTHHMMSSZ
    token: str | None = None  # of temporary credentials
    algorithm: str = ALGORITHM  # as it was written, which is what is signed

    @property
    def scope(self) -> str:
        """date/region/service/aws4_request."""
        return f"{self.date}/{self.region}/{self.service}/aws4_request"


class Verified(NamedTuple):
    """A claim that holds; the key goes on to sign chunks."""

    credential: Credential
    claim: Claim
    key: SigningKey
    canonical: str = ""  # the request that was signed
    raw: bytes = b""  # the same, as it was signed


def mismatch(claim: Claim, to_sign: str, provided: str, canonical: str, raw: bytes) -> S3Error:
    """The error for a signature, of a request or of a chunk of it, that is another than ours."""
    return S3Error(
        "SignatureDoesNotMatch",
        AWSAccessKeyId=claim.access_key,
        StringToSign=to_sign,
        SignatureProvided=provided,
        StringToSignBytes=to_sign.encode().hex(" "),
        CanonicalRequest=canonical,
        CanonicalRequestBytes=raw.hex(" "),
    )


@lru_cache(maxsize=256)
def signed_names(text: str) -> tuple[str, ...]:
    """The names of a list of signed headers, in lower case."""
    return tuple(name.lower() for name in text.split(";"))


@lru_cache(maxsize=256)
def _in_order(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names as they are signed: in order, each once.

    S3 takes them in any order and case, as https://github.com/justincormack/argmin measured.
    """
    return tuple(sorted(set(names)))


def require_signed(request: Request, signed: Sequence[str], ignored: Sequence[str] = ()) -> None:
    """Host, Content-MD5 and every x-amz-* header have to be signed. Raises S3Error AccessDenied.

    That Content-MD5 has to, and x-amz-content-sha256 has not, brekkylab/backlot measured at S3.
    """
    missing = [
        name
        for name in request.headers
        if name not in signed and (name.startswith("x-amz-") or name in _ALSO_SIGNED)
    ]
    if missing and (missing := sorted(name for name in missing if name not in ignored)):
        raise S3Error(
            "AccessDenied",
            "There were headers present in the request which were not signed",
            HeadersNotSigned=", ".join(missing),
        )


def verify(
    request: Request,
    claim: Claim,
    path: str,
    query: str,
    payload_hash: str,
    keyring: Keyring,
    strict: Strictness,
    now: float,
) -> Verified:
    """Whether the signature is the one this server calculates.

    Raises S3Error InvalidAccessKeyId, InvalidToken, ExpiredToken, SignatureDoesNotMatch.
    """
    credential = known_credential(keyring, claim.access_key, claim.token, strict, now)
    key = keyring.signing_key(credential, claim.date, claim.region, claim.service)
    wanted = strict.signature and strict.access_key
    names = _in_order(claim.signed)
    canonical, raw, to_sign = _to_sign(request, claim, path, query, names, payload_hash)
    if wanted and not _is_of(key, to_sign, claim.signature):
        # curl before 8.10 signs some headers in another order, and S3 refuses it
        # (https://github.com/curl/curl/pull/14370); here the programs of today's systems work
        found = _to_sign(request, claim, path, query, claim.signed, payload_hash)
        if not _is_of(key, found[2], claim.signature):
            raise mismatch(claim, to_sign, claim.signature, canonical, raw)
        canonical, raw, _ = found
    refuse_token(credential, claim.token, strict)
    return Verified(credential, claim, key, canonical, raw)


def _to_sign(
    request: Request, claim: Claim, path: str, query: str, names: Sequence[str], payload_hash: str
) -> tuple[str, bytes, str]:
    """The canonical request with these headers, as text and as bytes, and the string to sign."""
    canonical = canonical_request(request.method, path, query, request.headers, names, payload_hash)
    raw = canonical.encode(request.encoding)
    digest = sha256(raw).hexdigest()
    return canonical, raw, f"{claim.algorithm}\n{claim.moment}\n{claim.scope}\n{digest}"


def _is_of(key: SigningKey, to_sign: str, signature: str) -> bool:
    return hmac.compare_digest(key.sign(to_sign).encode(), signature.encode())
