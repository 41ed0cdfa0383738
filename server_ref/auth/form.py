"""Who sends a form: the signature over its policy, of version 4 or 2, and the policy itself.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-UsingHTTPPOST.html
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime

from server_ref.auth.canonical import ALGORITHM
from server_ref.auth.credentials import Keyring
from server_ref.auth.form_policy import check_policy
from server_ref.auth.header import split_credential
from server_ref.auth.lookup import known_credential, refuse_token
from server_ref.auth.moments import parse_amz_date
from server_ref.auth.strictness import Strictness
from server_ref.auth.version2 import refuse_elsewhere
from server_ref.errors import S3Error
from server_ref.identity import Admission, Credential

# In the order in which S3 misses them.
_VERSION_4 = ("X-Amz-Signature", "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date")
_VERSION_2 = ("Signature", "AWSAccessKeyId")


def missing_field(name: str) -> S3Error:
    """InvalidArgument that names a field the form does not have."""
    return S3Error(
        "InvalidArgument",
        f"Bucket POST must contain a field named '{name}'.  If it is specified, please check the"
        " order of the fields.",
        ArgumentName=name,
        ArgumentValue="",
    )


def admit_form(
    bucket: str,
    fields: Mapping[str, str],
    *,
    keyring: Keyring,
    region: str,
    strict: Strictness,
    now: datetime,
) -> Admission:
    """Who the form speaks for; nobody when it has neither policy nor signature.

    ``fields`` have lower-case names and ${filename} replaced. Raises S3Error InvalidArgument for a
    missing field, AccessDenied, InvalidAccessKeyId, SignatureDoesNotMatch, InvalidToken,
    ExpiredToken, InvalidPolicyDocument, InvalidRequest.
    """
    version_4 = any(name.lower() in fields for name in _VERSION_4)
    version_2 = not version_4 and any(name.lower() in fields for name in _VERSION_2)
    policy = fields.get("policy")
    if not version_4 and not version_2:
        if policy:
            raise S3Error("AccessDenied")
        return Admission()
    for name in (*(_VERSION_4 if version_4 else _VERSION_2), "policy"):
        if name.lower() not in fields and strict.form_fields:
            raise missing_field(name)
    policy = policy or ""
    if version_4:
        credential = _verify_version_4(fields, policy, keyring, region, strict, now.timestamp())
    else:
        refuse_elsewhere(region, strict)
        credential = _verify_version_2(fields, policy, keyring, strict, now.timestamp())
    sizes = check_policy(policy, bucket, fields, strict, now)
    return Admission(credential.account, credential.access_key, sizes)


def _verify_version_4(
    fields: Mapping[str, str],
    policy: str,
    keyring: Keyring,
    region: str,
    strict: Strictness,
    now: float,
) -> Credential:
    if fields.get("x-amz-algorithm", ALGORITHM) != ALGORITHM:
        raise _wrong("X-Amz-Algorithm", fields["x-amz-algorithm"])
    text = fields.get("x-amz-credential", "")
    if text.startswith("/"):  # https://github.com/outline/outline/issues/7060
        message = "a non-empty Access Key (AKID) must be provided in the credential."
        raise _refused("X-Amz-Credential", text, message)
    access_key, date, scope_region, service = split_credential(
        text, "InvalidArgument", "Error parsing the X-Amz-Credential parameter; "
    )
    if scope_region != region and strict.region:  # CulturalMe/meteor-slingshot#150
        message = f"the region '{scope_region}' is wrong; expecting '{region}'"
        error = _refused("X-Amz-Credential", text, message)
        error.members["Region"] = region
        raise error
    moment = fields.get("x-amz-date", "")
    if strict.form_fields and parse_amz_date(moment) is None:
        # https://github.com/michaeldyrynda/s3upload/issues/1, misspelt by S3
        message = "X-Amz-Date must be formated via ISO8601 Long format"
        raise _refused("X-Amz-Date", moment, message)
    if strict.form_fields and moment[:8] != date:
        raise _wrong("X-Amz-Date", moment)
    token = fields.get("x-amz-security-token")
    credential = known_credential(keyring, access_key, token, strict, now)
    key = keyring.signing_key(credential, date, scope_region, service)
    calculated = key.sign(policy)
    _compare(calculated, fields.get("x-amz-signature"), access_key, policy, strict)
    refuse_token(credential, token, strict)
    return credential


def _verify_version_2(
    fields: Mapping[str, str], policy: str, keyring: Keyring, strict: Strictness, now: float
) -> Credential:
    access_key = fields.get("awsaccesskeyid", "")
    token = fields.get("x-amz-security-token")
    credential = known_credential(keyring, access_key, token, strict, now)
    digest = hmac.digest(credential.secret_key.encode(), policy.encode(), "sha1")
    calculated = b64encode(digest).decode()
    _compare(calculated, fields.get("signature"), access_key, policy, strict)
    refuse_token(credential, token, strict)
    return credential


def _compare(
    calculated: str, given: str | None, access_key: str, policy: str, strict: Strictness
) -> None:
    if given is None or not (strict.signature and strict.access_key and strict.form_signature):
        return  # a field that may not be missing was missed before
    if not hmac.compare_digest(calculated.encode(), given.encode()):
        raise S3Error(
            "SignatureDoesNotMatch",
            AWSAccessKeyId=access_key,
            StringToSign=policy,
            SignatureProvided=given,
            StringToSignBytes=policy.encode().hex(" "),
        )


def _wrong(name: str, value: str) -> S3Error:
    return _refused(name, value, f"Invalid value for the form field '{name}'.")


def _refused(name: str, value: str, message: str) -> S3Error:
    return S3Error("InvalidArgument", message, ArgumentName=name, ArgumentValue=value)
