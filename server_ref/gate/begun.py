"""What there is before a request with a say in who may do it: its upload, its bucket's tags.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from server_ref.context import Context, Members
from server_ref.rules import tags
from server_ref.storage import uploads
from server_ref.storage.records import Bucket, Details, Upload

# They go on with an upload, and with the encryption that was asked for when it began.
_CONTINUING = frozenset({"UploadPart", "UploadPartCopy", "CompleteMultipartUpload"})


def bucket_tags(ctx: Context, bucket: Bucket) -> Sequence[tuple[str, str]]:
    """The bucket's tags where access follows them."""
    if not tags.decide_access(ctx, bucket):
        return ()
    found: list[tuple[str, str]] = ctx.store.get_config(bucket, "tagging") or []
    return found


def upload_headers(ctx: Context, bucket: Bucket, members: Members) -> Mapping[str, str]:
    """The headers of encryption that began the upload; none for what goes on with no upload."""
    upload = _upload(ctx, bucket, members) if ctx.operation in _CONTINUING else None
    return Details.read(upload.details).asked if upload else {}


def is_initiator(ctx: Context, bucket: Bucket, members: Members) -> bool:
    """Whether the account that asks began the upload."""
    upload = _upload(ctx, bucket, members)
    return (
        upload is not None
        and ctx.account is not None
        and ctx.account.canonical_id == upload.initiator
    )


def _upload(ctx: Context, bucket: Bucket, members: Members) -> Upload | None:
    with ctx.store.reader() as reader:
        return uploads.find(reader, bucket, members["Key"], members["UploadId"])
