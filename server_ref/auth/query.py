"""Signature Version 4 in the query: presigned requests.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

from __future__ import annotations

from server_ref.auth.canonical import ALGORITHM, canonical_path, canonical_query
from server_ref.auth.credentials import Keyring
from server_ref.auth.header import split_credential
from server_ref.auth.moments import SKEW, iso_date, parse_amz_date
from server_ref.auth.signed import Claim, Verified, require_signed, signed_names, verify
from server_ref.auth.strictness import Strictness
from server_ref.errors import S3Error
from server_ref.model.values import parse_long
from server_ref.request import Request

_NAMES = (
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Signature",
    "X-Amz-Date",
    "X-Amz-SignedHeaders",
    "X-Amz-Expires",
)
_OPENING = "Error parsing the X-Amz-Credential parameter; "
_WEEK = 604800
_CODE = "AuthorizationQueryParametersError"


def is_presigned(query: dict[str, str]) -> bool:
    """Whether a query carries a Signature Version 4."""
    return "X-Amz-Algorithm" in query


def verify_query(
    request: Request, keyring: Keyring, region: str, strict: Strictness, now: float
) -> tuple[Verified, str]:
    """Check a presigned request; gives the payload hash it is signed for, too.

    Raises S3Error: AuthorizationQueryParametersError, AccessDenied, InvalidAccessKeyId,
    InvalidToken, ExpiredToken, SignatureDoesNotMatch.
    """
    query = request.query
    if any(name not in query for name in _NAMES):
        raise S3Error(_CODE)
    if query["X-Amz-Algorithm"] != ALGORITHM:
        raise S3Error(
            _CODE,
            'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"',
        )
    access_key, date, scope_region, service = split_credential(
        query["X-Amz-Credential"], _CODE, _OPENING
    )
    regions = request.regions or (region,)
    if scope_region not in regions and strict.region:
        raise S3Error(
            _CODE,
            f"{_OPENING}the region '{scope_region}' is wrong; expecting '{regions[0]}'",
            Region=regions[0],
        )
    request.region = scope_region
    moment = query["X-Amz-Date"]
    then = parse_amz_date(moment)
    if then is None:
        raise S3Error(
            _CODE, "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\""
        )
    _check_life(query["X-Amz-Expires"], then, strict, now)
    if moment[:8] != date:  # after its life: https://github.com/justincormack/argmin measured it
        raise S3Error(
            _CODE,
            f'{_OPENING}Invalid credential date "{date}". This date is not the same as X-Amz-Date:'
            f' "{moment[:8]}".',
        )
    signed = signed_names(query["X-Amz-SignedHeaders"])
    if strict.signed_headers:
        require_signed(request, signed, ignored=("x-amz-content-sha256",))  # recorded
    payload_hash = (
        query.get("X-Amz-Content-Sha256")
        or request.headers.get("x-amz-content-sha256")
        or "UNSIGNED-PAYLOAD"
    )
    signature, token = query["X-Amz-Signature"], query.get("X-Amz-Security-Token")
    if token is None:
        token = request.headers.get("x-amz-security-token")
    claim = Claim(access_key, date, scope_region, service, signed, signature, moment, token)
    path, _, raw_query = request.target.partition("?")
    verified = verify(
        request,
        claim,
        canonical_path(path),
        canonical_query(raw_query, without="X-Amz-Signature"),
        payload_hash,
        keyring,
        strict,
        now,
    )
    return verified, payload_hash


def _check_life(text: str, then: int, strict: Strictness, now: float) -> None:
    try:
        expires = parse_long(text)
    except ValueError:
        raise S3Error(_CODE, "X-Amz-Expires should be a number") from None
    if expires < 0:
        raise S3Error(_CODE, "X-Amz-Expires must be non-negative")
    if expires > _WEEK and strict.expiry_limit:
        raise S3Error(
            _CODE,
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires"
            " must be less than 604800 seconds",
        )
    if then - now > SKEW and strict.not_before:
        early = S3Error("AccessDenied", "Request is not yet valid")
        early.members = {
            "X-Amz-Date": str(int(then) * 1000),
            "Expires": iso_date(then + expires),
            "ServerTime": iso_date(now),
        }
        raise early
    if then + expires < now and strict.expiry:
        expired = S3Error("AccessDenied", "Request has expired")
        expired.members = {
            "X-Amz-Expires": text,
            "Expires": iso_date(then + expires),
            "ServerTime": iso_date(now),
        }
        raise expired
