"""Signature Version 4 in the Authorization header.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html
"""

from __future__ import annotations

import re

from server_ref.auth.canonical import ALGORITHM, canonical_path, canonical_query
from server_ref.auth.credentials import Keyring
from server_ref.auth.moments import SKEW, amz_date, iso_date, parse_amz_date
from server_ref.auth.payload import UNSIGNED, check_declared
from server_ref.auth.signed import Claim, Verified, require_signed, signed_names, verify
from server_ref.auth.strictness import Strictness
from server_ref.errors import S3Error
from server_ref.model.values import parse_http_date
from server_ref.request import Request

_MALFORMED = "The authorization header is malformed; "
_COMPONENTS = ("Credential", "SignedHeaders", "Signature")
_EXPECTED = 'expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".'

_usual = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/,=\s]+)/([0-9]{8})/([^/,=\s]+)/s3/aws4_request, ?"
    r"SignedHeaders=([^,=\s]+), ?Signature=([0-9a-f]{64})"
).fullmatch


def verify_header(
    request: Request, keyring: Keyring, region: str, strict: Strictness, now: float
) -> Verified:
    """Check the Authorization header of a request.

    Raises S3Error: AuthorizationHeaderMalformed, AccessDenied, RequestTimeTooSkewed,
    InvalidAccessKeyId, InvalidToken, ExpiredToken, SignatureDoesNotMatch, InvalidRequest,
    InvalidArgument.
    """
    headers = request.headers
    text = headers["authorization"]
    _refuse_scheme(text)
    payload_hash = headers.get("x-amz-content-sha256")
    if payload_hash is None:
        if strict.payload_hash_required:
            raise S3Error(
                "InvalidRequest",
                "Missing required header for this request: x-amz-content-sha256",
            )
        payload_hash = UNSIGNED
    check_declared(payload_hash)
    moment = _moment(headers)
    if strict.clock_skew:  # before the parts: https://github.com/justincormack/argmin measured it
        _check_skew(moment, now)
    match = _usual(text)
    if match is not None:
        access_key, date, scope_region, signed_text, signature = match.groups()
        service = "s3"
    else:
        access_key, date, scope_region, service, signed_text, signature = _components(text)
    regions = request.regions or (region,)
    if scope_region not in regions and strict.region:
        raise S3Error(
            "AuthorizationHeaderMalformed",
            f"{_MALFORMED}the region '{scope_region}' is wrong; expecting '{regions[0]}'",
            Region=regions[0],
        )
    request.region = scope_region
    if moment[:8] != date:
        raise S3Error(
            "AuthorizationHeaderMalformed",
            f'{_MALFORMED}Invalid credential date "{date}". This date is not the same as'
            f' X-Amz-Date: "{moment[:8]}".',
        )
    signed = signed_names(signed_text)
    if strict.signed_headers:
        require_signed(request, signed, ignored=("x-amz-content-sha256",))
    token = headers.get("x-amz-security-token")
    claim = Claim(
        access_key, date, scope_region, service, signed, signature, moment, token, scheme_of(text)
    )
    path, _, query = request.target.partition("?")
    return verify(
        request,
        claim,
        canonical_path(path),
        canonical_query(query),
        payload_hash,
        keyring,
        strict,
        now,
    )


def _moment(headers: dict[str, str]) -> str:
    """The request's time, of x-amz-date or else Date, in the long format."""
    text = headers.get("x-amz-date")
    if text is not None and parse_amz_date(text) is not None:
        return text
    text = text or headers.get("date")
    if text:
        if parse_amz_date(text) is not None:
            return text
        try:
            return amz_date(parse_http_date(text).timestamp())
        except (ValueError, OverflowError):
            pass  # said below, as for a request without any date
    raise S3Error("AccessDenied", "AWS authentication requires a valid Date or x-amz-date header")


def _check_skew(moment: str, now: float) -> None:
    then = parse_amz_date(moment) or 0
    if abs(now - then) > SKEW:
        raise S3Error(
            "RequestTimeTooSkewed",
            RequestTime=moment,
            ServerTime=iso_date(now),
            MaxAllowedSkewMilliseconds=SKEW * 1000,
        )


def scheme_of(text: str) -> str:
    """The scheme of an Authorization header, which S3 takes in any case.

    Raises S3Error InvalidArgument for a header with nothing after it.
    """
    scheme, blank, _ = text.partition(" ")
    if not blank:
        raise one_space(text)
    return scheme


def one_space(text: str) -> S3Error:
    """S3's words are in https://github.com/laurilehmijoki/s3_website/issues/178 and elsewhere."""
    return S3Error(
        "InvalidArgument",
        "Authorization header is invalid -- one and only one ' ' (space) required",
        ArgumentName="Authorization",
        ArgumentValue=text,
    )


def _refuse_scheme(text: str) -> None:
    """Raises S3Error InvalidArgument for another scheme than Signature Version 4's."""
    if scheme_of(text).upper() != ALGORITHM:
        raise S3Error(
            "InvalidArgument",
            "Unsupported Authorization Type",
            ArgumentName="Authorization",
            ArgumentValue=text,
        )


def _components(text: str) -> tuple[str, str, str, str, str, str]:
    """The parts of an unusual Authorization header; says what is wrong with a bad one."""
    pieces = text.partition(" ")[2].rstrip(",").split(",")
    if len(pieces) != len(_COMPONENTS):
        raise _malformed(
            "the authorization header requires three components: Credential, SignedHeaders, and"
            " Signature."
        )
    parts: dict[str, str] = {}
    for piece in pieces:
        name, _, value = piece.strip().partition("=")
        if not name or not value or "=" in value:
            # https://github.com/TTLabs/EvaporateJS/issues/353, https://github.com/zendesk/apt-s3/issues/10
            raise _malformed(f'the authorization component "{piece}" is malformed.')
        parts[name] = value
    for name in _COMPONENTS:
        if name not in parts:
            raise _malformed(f"missing {name}.")
    access_key, date, region, service = split_credential(
        parts["Credential"], "AuthorizationHeaderMalformed", _MALFORMED
    )
    return access_key, date, region, service, parts["SignedHeaders"], parts["Signature"]


def _malformed(what: str) -> S3Error:
    return S3Error("AuthorizationHeaderMalformed", f"{_MALFORMED}{what}")


def split_credential(text: str, code: str, opening: str) -> tuple[str, str, str, str]:
    """Access key, date, region and service of a credential.

    Raises S3Error ``code`` with a message that begins with ``opening``.
    """
    pieces = text.rsplit("/", 4)
    if len(pieces) != 5 or not pieces[0]:
        raise S3Error(code, f"{opening}the Credential is mal-formed; {_EXPECTED}")
    access_key, date, region, service, terminal = pieces
    if not re.fullmatch(r"[0-9]{8}", date):
        raise S3Error(
            code,
            f'{opening}incorrect date format "{date}". This date in the credential must be in the'
            ' format "yyyyMMdd".',
        )
    if service != "s3":
        raise S3Error(
            code, f'{opening}incorrect service "{service}". This endpoint belongs to "s3".'
        )
    if terminal != "aws4_request":
        raise S3Error(
            code,
            f'{opening}incorrect terminal "{terminal}". This endpoint uses "aws4_request".',
        )
    return access_key, date, region, service
