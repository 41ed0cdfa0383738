"""SSE-KMS: which key of the local key store a request names, and whether it may use it.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
"""

from __future__ import annotations

import base64
import re

import msgspec

from server_ref.auth import version2
from server_ref.context import Context
from server_ref.errors import S3Error
from server_ref.storage.keystore import KEY_ID, S3_ALIAS, Key
from server_ref.storage.records import Bucket
from server_ref.storage.unsealing import check_usable, no_such_key

_ARN = re.compile(r"arn:aws[a-z-]*:kms:([^:]*):([0-9]{12}):(key/|alias/)(.+)")
_REQUESTS = "Requests specifying Server Side Encryption with AWS KMS managed keys"
_CONTEXT_FORM = (
    "The header 'x-amz-server-side-encryption-context' shall be Base64-encoded UTF-8 string "
    "holding JSON which represents a string-string map"
)


def check_request(ctx: Context) -> str:
    """The account that asks, when it asks as KMS wants it; raises S3Error InvalidArgument."""
    if not ctx.request.secure and not ctx.settings.keys_over_http:
        raise S3Error("InvalidArgument", f"{_REQUESTS} must be made over a secure connection.")
    if ctx.account is None or not is_version_4(ctx):
        raise S3Error(
            "InvalidArgument",
            f"{_REQUESTS} require AWS Signature Version 4.",
            ArgumentName="Authorization",
            ArgumentValue="null",
        )
    return ctx.account.account_id


def is_version_4(ctx: Context) -> bool:
    """Whether the request is signed, and not the old way."""
    return ctx.account is not None and not version2.is_signed(ctx.request)


def find_key(ctx: Context, account: str, name: str | None) -> Key:
    """The enabled key that an id, an ARN or an alias names; without a name the account's aws/s3.

    Raises S3Error KMS.NotFoundException, KMS.DisabledException, KMS.KMSInvalidStateException
    (messages as recorded), and AccessDenied for another account's key.
    """
    key = _named(ctx, account, name) if name else ctx.store.keys.s3_key(account, ctx.region)
    check_may_use(account, key.arn, "GenerateDataKey")
    check_usable(key)
    return key


def _named(ctx: Context, account: str, name: str) -> Key:
    keys, region = ctx.store.keys, ctx.region
    kind, said = "key/", name
    if name.startswith("arn:"):
        match = _ARN.fullmatch(name)
        if match is None:
            raise _not_found(f"Invalid arn {name}")
        named_region, account, kind, said = match.groups()
        if named_region != region:
            raise _not_found(f"Invalid arn {named_region}")
    elif name.startswith("alias/"):
        kind, said = "alias/", name.removeprefix("alias/")
    if kind == "alias/":
        alias = f"alias/{said}"
        found = keys.by_alias(alias, account, region)
        if found is None and alias == S3_ALIAS:
            found = keys.s3_key(account, region)
        if found is None:
            raise _not_found(f"Alias arn:aws:kms:{region}:{account}:{alias} is not found.")
        return found
    if not KEY_ID.fullmatch(said):
        raise _not_found(f"Invalid keyId '{said}'")
    found = keys.find(said)
    if found is None or (found.account, found.region) != (account, region):
        raise no_such_key(f"arn:aws:kms:{region}:{account}:key/{said}")
    return found


def _not_found(message: str) -> S3Error:
    return S3Error("KMS.NotFoundException", message)


def check_may_use(account: str, arn: str, action: str) -> None:
    """Raises S3Error AccessDenied for another account's key: there are no key policies here."""
    if arn.split(":")[4] != account:
        raise S3Error(
            "AccessDenied",
            f"User: arn:aws:iam::{account}:root is not authorized to perform: kms:{action} on "
            f"resource: {arn} because no resource-based policy allows the kms:{action} action",
        )


def context(bucket: Bucket, key: str, header: str | None, *, bucket_key: bool) -> dict[str, str]:
    """The encryption context: what the header has, and the ARN that S3 adds.

    Raises S3Error InvalidArgument for a header that is none.
    """
    given: dict[str, str] = {}
    if header is not None:
        try:
            decoded = base64.b64decode(header, validate=True)
            given = msgspec.json.decode(decoded, type=dict[str, str])
        except (ValueError, msgspec.DecodeError) as error:
            raise S3Error("InvalidArgument", _CONTEXT_FORM) from error
    arn = f"arn:aws:s3:::{bucket.name}" if bucket_key else f"arn:aws:s3:::{bucket.name}/{key}"
    return {"aws:s3:arn": arn, **given}
