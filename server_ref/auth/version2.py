"""Signature Version 2, header and query, in the regions that still know it.

Deprecated, yet Amazon answered it in us-east-1 in February 2026, and it is what boto3 presigns
with there by default. Regions opened after 2013 refuse it.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from urllib.parse import unquote

from server_ref.auth.canonical import ALGORITHM
from server_ref.auth.credentials import Keyring
from server_ref.auth.header import one_space
from server_ref.auth.lookup import known_credential, refuse_token
from server_ref.auth.moments import SKEW, iso_date, parse_amz_date
from server_ref.auth.query_headers import signed_in_query
from server_ref.auth.strictness import Strictness
from server_ref.errors import S3Error
from server_ref.identity import Credential
from server_ref.model.values import parse_http_date, parse_long
from server_ref.request import Request

REGIONS = frozenset(
    {
        "us-east-1",
        "us-west-1",
        "us-west-2",
        "eu-west-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "ap-northeast-1",
        "sa-east-1",
    }
)

_TOKEN = "x-amz-security-token"

# Parameters that belong to the resource and so to what is signed: every sub-resource there is, as
# S3 signs those too that came after this version (https://github.com/boto/botocore/issues/2468).
# One that were left out could be put on a URL that was signed for something else.
_SIGNED_PARAMETERS = frozenset(
    {
        *("abac", "accelerate", "acl", "analytics", "annotation", "annotationName", "attributes"),
        *("cors", "defaultObjectAcl", "delete", "encryption", "intelligent-tiering", "inventory"),
        *("legal-hold", "lifecycle", "location", "logging", "metadataAnnotationTable"),
        *("metadataConfiguration", "metadataInventoryTable", "metadataJournalTable"),
        *("metadataTable", "metrics", "notification", "object-lock", "ownershipControls"),
        *("partNumber", "policy", "policyStatus", "publicAccessBlock", "renameObject"),
        *("replication", "requestPayment", "response-cache-control", "session"),
        *("response-content-disposition", "response-content-encoding"),
        *("response-content-language", "response-content-type", "response-expires", "restore"),
        *("retention", "select", "select-type", "storageClass", "tagging", "torrent", "uploadId"),
        *("uploads", "versionId", "versioning", "versions", "website"),
    }
)

# Of these the value belongs to it, too; of the others S3 signs the name alone, whatever was sent
# (measured for https://github.com/brekkylab/backlot).
_VALUED = frozenset(
    {
        *("partNumber", "uploadId", "versionId", "select-type"),
        *("response-cache-control", "response-content-disposition", "response-content-encoding"),
        *("response-content-language", "response-content-type", "response-expires"),
    }
)

_LATEST = 2**31 - 1  # what S3 takes for a time in Expires (measured by brekkylab/backlot)


def is_signed(request: Request) -> bool:
    """Whether a request carries a Signature Version 2, in its header or its query."""
    scheme = request.headers.get("authorization", "").partition(" ")[0]
    return is_scheme(scheme) or is_query(request.query)


def is_scheme(scheme: str) -> bool:
    """Whether a scheme of an Authorization header is this version's, in any case."""
    return scheme.upper() == "AWS"


def is_query(query: dict[str, str]) -> bool:
    """Whether a query carries a Signature Version 2."""
    return "Signature" in query or "AWSAccessKeyId" in query


def refuse_elsewhere(region: str, strict: Strictness) -> None:
    """Raises S3Error InvalidRequest in a region that does not know Signature Version 2."""
    if region not in REGIONS and strict.mechanism:
        raise S3Error(
            "InvalidRequest",
            "The authorization mechanism you have provided is not supported."
            f" Please use {ALGORITHM}.",
        )


def verify_header(request: Request, keyring: Keyring, strict: Strictness, now: float) -> Credential:
    """``Authorization: AWS <access key>:<signature>``.

    Raises S3Error InvalidArgument, AccessDenied, RequestTimeTooSkewed, InvalidAccessKeyId,
    SignatureDoesNotMatch.
    """
    text = request.headers["authorization"]
    signed = text.partition(" ")[2]
    if signed.startswith(" "):
        raise one_space(text)
    access_key, _, signature = signed.strip().partition(":")
    if not signature or ":" in signature:
        raise S3Error(
            "InvalidArgument",
            "AWS authorization header is invalid.  Expected AwsAccessKeyId:signature",
            ArgumentName="Authorization",
            ArgumentValue=text,
        )
    date = request.headers.get("x-amz-date") or request.headers.get("date") or ""
    then = parse_amz_date(date)
    if then is None:
        try:
            then = int(parse_http_date(date).timestamp())
        except (ValueError, OverflowError):
            raise S3Error(
                "AccessDenied",
                "AWS authentication requires a valid Date or x-amz-date header",
            ) from None
    if abs(now - then) > SKEW and strict.clock_skew:
        raise S3Error(
            "RequestTimeTooSkewed",
            RequestTime=date,
            ServerTime=iso_date(now),
            MaxAllowedSkewMilliseconds=SKEW * 1000,
        )
    signed_date = "" if "x-amz-date" in request.headers else date
    return _verify(request, access_key, signed_date, signature, keyring, strict, now)


def verify_query(request: Request, keyring: Keyring, strict: Strictness, now: float) -> Credential:
    """A URL with AWSAccessKeyId, Expires and Signature.

    Raises S3Error AccessDenied, InvalidAccessKeyId, SignatureDoesNotMatch.
    """
    query = request.query
    expires = query.get("Expires", "")
    if not expires or "Signature" not in query or "AWSAccessKeyId" not in query:
        raise S3Error(
            "AccessDenied",
            "Query-string authentication requires the Signature, Expires and AWSAccessKeyId"
            " parameters",
        )
    try:
        end = parse_long(expires)
        shown = iso_date(end)
        if end > _LATEST:
            raise ValueError(expires)
    except (ValueError, OverflowError, OSError):
        raise S3Error(
            "AccessDenied", f"Invalid date (should be seconds since epoch): {expires}"
        ) from None
    if end < now and strict.expiry:
        raise S3Error(
            "AccessDenied", "Request has expired", Expires=shown, ServerTime=iso_date(now)
        )
    access_key, signature = query["AWSAccessKeyId"], query["Signature"]
    return _verify(request, access_key, expires, signature, keyring, strict, now)


def _verify(
    request: Request,
    access_key: str,
    date: str,
    signature: str,
    keyring: Keyring,
    strict: Strictness,
    now: float,
) -> Credential:
    credential = known_credential(keyring, access_key, _token(request), strict, now)
    path = request.target.partition("?")[0]
    to_sign = _string_to_sign(request, path, date)
    good = _signs(credential, to_sign, request, signature)
    if not good and path.count("/") == 1 and not request.virtual_host:
        # botocore sends /bucket and signs /bucket/
        good = _signs(credential, _string_to_sign(request, f"{path}/", date), request, signature)
    if strict.signature and not good:
        raise S3Error(
            "SignatureDoesNotMatch",
            AWSAccessKeyId=access_key,
            StringToSign=to_sign,
            SignatureProvided=signature,
            StringToSignBytes=to_sign.encode(request.encoding).hex(" "),
        )
    refuse_token(credential, _token(request), strict)
    return credential


def _token(request: Request) -> str | None:
    return request.headers.get(_TOKEN) or request.query.get(_TOKEN)


def _signs(credential: Credential, to_sign: str, request: Request, signature: str) -> bool:
    digest = hmac.digest(credential.secret_key.encode(), to_sign.encode(request.encoding), "sha1")
    return hmac.compare_digest(b64encode(digest), signature.encode("utf-8", "replace"))


def _string_to_sign(request: Request, path: str, date: str) -> str:
    headers = request.headers
    if is_query(request.query):
        headers = {**signed_in_query(request.query), **headers}
    lines = [request.method, headers.get("content-md5", ""), headers.get("content-type", ""), date]
    amazons = {name: value for name, value in headers.items() if name.startswith("x-amz-")}
    token = _token(request)
    if token is not None:  # signed as a header wherever it is sent
        amazons[_TOKEN] = token
    lines += [f"{name}:{amazons[name]}" for name in sorted(amazons)]  # by name, not by line
    query = request.target.partition("?")[2]
    resource = f"/{request.bucket}{path}" if request.virtual_host else path
    pairs = []
    for piece in query.split("&"):
        name, _, value = piece.partition("=")
        if name in _SIGNED_PARAMETERS:
            valued = name in _VALUED and value
            pairs.append(f"{name}={unquote(value)}" if valued else name)
    if pairs:
        resource += "?" + "&".join(sorted(pairs))
    return "\n".join([*lines, resource])
