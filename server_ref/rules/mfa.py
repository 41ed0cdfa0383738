"""MFA delete: the second factor that removing versions may need, a virtual device's code.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiFactorAuthenticationDelete.html
https://www.rfc-editor.org/rfc/rfc6238
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Sequence

from server_ref.clock import utc_now
from server_ref.context import Context, Members
from server_ref.errors import S3Error
from server_ref.storage.records import Bucket

STEP = 30  # seconds a code is good for; the one before and the one after are good, too
NEEDED = "Mfa Authentication must be used for this request"
_SERIAL = re.compile(r"arn:aws:iam::(\d{12}):mfa/[\w+,.@/-]+", re.ASCII)


def parse_devices(texts: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """``SERIAL=SECRET`` (an ARN and base32) as pairs; raises ValueError, which shows no secret."""
    found = []
    for text in texts:
        serial, _, secret = text.partition("=")
        if not _SERIAL.fullmatch(serial):
            raise ValueError("an MFA device is named arn:aws:iam::ACCOUNT:mfa/NAME=BASE32SECRET")
        try:
            _key(secret)
        except binascii.Error as error:
            raise ValueError(f"the secret of {serial} is not base32") from error
        found.append((serial, secret))
    return tuple(found)


def enabled(ctx: Context, bucket: Bucket) -> bool:
    """Whether removing versions of this bucket needs the second factor."""
    return bool(ctx.store.get_config(bucket, "mfa_delete") == "Enabled")


def check(ctx: Context, bucket: Bucket, members: Members) -> None:
    """Raises S3Error unless the bucket's owner sent a code that is good now."""
    given = members.get("MFA")
    if given is None:
        raise S3Error("AccessDenied", NEEDED)
    if "x-amz-security-token" in ctx.request.headers:
        raise S3Error(
            "InvalidRequest", "DevPay and Mfa are mutually exclusive authorization methods."
        )
    if ctx.account is None or ctx.account.canonical_id != bucket.owner:
        raise S3Error("AccessDenied")
    serial, _, sent = given.strip().partition(" ")
    match = _SERIAL.fullmatch(serial)
    secret = dict(ctx.settings.mfa_devices).get(serial)
    if secret is None or match is None or match[1] != ctx.account.account_id:
        raise S3Error("AccessDenied")
    now = int(utc_now().timestamp()) // STEP
    good = [code(secret, step) for step in (now - 1, now, now + 1)]
    if not any(hmac.compare_digest(sent.encode(), one.encode()) for one in good):
        raise S3Error("AccessDenied")


def code(secret: str, step: int) -> str:
    """The six digits that a device shows in a step of 30 seconds since 1970."""
    digest = hmac.digest(_key(secret), step.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def _key(secret: str) -> bytes:
    text = secret.replace(" ", "").upper()
    return base64.b32decode(text + "=" * (-len(text) % 8))
