"""One decision whether a request may be done. What it is about comes from the store.

For now: whoever owns the bucket may do everything in it, nobody else may do anything. ACLs,
policies, public access block and ownership join here.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from server_ref.auth.credentials import Keyring
from server_ref.context import Context, Members
from server_ref.errors import S3Error
from server_ref.model.routes import PSEUDO

_account_id = re.compile(r"\d{12}").fullmatch

# No bucket is there yet, or none is meant: any account may.
_WITHOUT_BUCKET = frozenset({"ListBuckets", "ListDirectoryBuckets", "CreateBucket"})


class Access:
    """``decide(ctx, members)`` for one server's accounts."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def decide(self, ctx: Context, members: Members) -> None:
        """Return if the request may be done.

        Raises S3Error AccessDenied, InvalidBucketOwnerAWSAccountID. A bucket that is not there is
        the operation's own error.
        """
        operation = ctx.operation
        if operation in PSEUDO:
            return  # a form carries its own signature; a preflight asks for nobody
        account = ctx.account
        if account is None:
            raise S3Error("AccessDenied")
        if operation in _WITHOUT_BUCKET:
            return
        bucket = members.get("Bucket")
        if bucket:
            owner = ctx.store.bucket_owner(bucket)
            if owner is not None and owner != account.canonical_id:
                raise S3Error("AccessDenied")
            expected = members.get("ExpectedBucketOwner")
            if expected is not None:
                self._expect(expected, owner)
        source = members.get("CopySource")
        if source is not None:
            owner = ctx.store.bucket_owner(source_bucket(source))
            if owner is not None and owner != account.canonical_id:
                raise S3Error("AccessDenied")
            expected = members.get("ExpectedSourceBucketOwner")
            if expected is not None:
                self._expect(expected, owner)

    def _expect(self, expected: str, owner: str | None) -> None:
        if not _account_id(expected):
            raise S3Error(
                "InvalidBucketOwnerAWSAccountID",
                "The value of the expected bucket owner parameter must be an AWS Account ID..."
                f" [{expected}]",
            )
        if owner is None:
            return
        account = self._keyring.account(owner)
        if account is None or account.account_id != expected:
            raise S3Error("AccessDenied")


def source_bucket(source: str) -> str:
    """The bucket a CopySource names."""
    return unquote(source).lstrip("/").partition("/")[0]
