"""Deviations of server-side encryption: S3's keys, those of KMS, and defaults. SSE-C: sse_c.py."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from urllib.parse import quote

from server_ref.context import Context, Handler, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.bodies import accept
from server_ref.deviations.steps import (
    do_nothing,
    drop_header,
    ignore_member,
    set_header,
    swallow_error,
)
from server_ref.deviations.when import refuse_when, rewrite
from server_ref.operations.copying import copy_object
from server_ref.request import BodyReader
from server_ref.rules import copying
from server_ref.rules.encryption import DSSE, KMS, S3_KEYS, rule
from server_ref.seams import Seams

SSE = "x-amz-server-side-encryption"
READ = ("GetObject", "HeadObject")


class _Digested:
    """A body whose MD5 is taken as it is read."""

    def __init__(self, source: BodyReader) -> None:
        self._source = source
        self.length = source.length
        self.trailers = source.trailers
        self.md5 = hashlib.md5(usedforsecurity=False)

    def read(self, size: int = 1 << 18, /) -> bytes:
        """As BodyReader."""
        data = self._source.read(size)
        self.md5.update(data)
        return data


def md5_as_etag(server: Seams, member: str) -> None:
    """PUT answers the MD5 as ETag where the request has this member."""

    @server.around("PutObject")
    def put(handler: Handler, ctx: Context, members: Members) -> Members:
        if members.get(member) is None:
            return handler(ctx, members)
        ctx.request.body = digested = _Digested(ctx.request.body)
        answer = handler(ctx, members)
        answer["ETag"] = f'"{digested.md5.hexdigest()}"'
        return answer


# S3's keys

declare("sse-s3-not-said", "PUT does not say how it encrypts.", drop_header("PutObject", SSE))
declare("sse-s3-not-said-by-reads", "Reads do not say how it is encrypted.", drop_header(READ, SSE))
declare(
    "sse-s3-etag-opaque",
    "The ETag of every object is something else than its MD5.",
    set_header(
        ("PutObject", *READ),
        "ETag",
        lambda etag: f'"{hashlib.md5(etag.encode(), usedforsecurity=False).hexdigest()}"',
    ),
)


@deviation("sse-s3-not-by-default", "Objects are encrypted only when that is asked for.")
def sse_s3_not_by_default(server: Seams) -> None:
    """The header is missing where the request had none."""

    @server.around("PutObject")
    def put(handler: Handler, ctx: Context, members: Members) -> Members:
        asked = members.get("ServerSideEncryption") is not None
        answer = handler(ctx, members)
        if not asked:
            answer.pop("ServerSideEncryption", None)
        return answer


def _known_method(members: Members) -> None:
    if members.get("ServerSideEncryption") not in (None, S3_KEYS, KMS, DSSE):
        members["ServerSideEncryption"] = S3_KEYS


declare(
    "sse-unknown-method-taken",
    "An encryption method that does not exist is SSE-S3.",
    rewrite("PutObject", _known_method),
)

# a bucket's configuration

declare(
    "bucket-encryption-not-from-the-start",
    "A bucket has no encryption before it is configured, as until 2023.",
    refuse_when(
        "GetBucketEncryption",
        "ServerSideEncryptionConfigurationNotFoundError",
        lambda ctx, members: _config(ctx, members) is None,
    ),
)
declare(
    "bucket-encryption-forgotten",
    "PutBucketEncryption answers success and keeps nothing.",
    do_nothing("PutBucketEncryption"),
)
declare(
    "bucket-encryption-deleted-once",
    "Deleting the encryption of a bucket that has none is an error.",
    refuse_when(
        "DeleteBucketEncryption",
        "ServerSideEncryptionConfigurationNotFoundError",
        lambda ctx, members: _config(ctx, members) == {},
    ),
)
declare(
    "bucket-encryption-two-rules-taken",
    "PutBucketEncryption takes more than one rule.",
    swallow_error("PutBucketEncryption", "MalformedXML"),
)
declare(
    "bucket-encryption-useless-key-taken",
    "PutBucketEncryption takes a KMS key beside AES256.",
    swallow_error("PutBucketEncryption", "InvalidArgument"),
)


def _config(ctx: Context, members: Members) -> Mapping[str, object] | None:
    found: Mapping[str, object] | None = ctx.store.get_config(
        ctx.store.bucket(members["Bucket"]), "encryption"
    )
    return found


@deviation("bucket-default-not-applied", "Objects do not have the bucket's default encryption.")
def bucket_default_not_applied(server: Seams) -> None:
    """Nothing asked for is SSE-S3."""

    @server.around("PutObject")
    def put(handler: Handler, ctx: Context, members: Members) -> Members:
        if members.get("SSECustomerKey") is None:
            members.setdefault("ServerSideEncryption", S3_KEYS)
        return handler(ctx, members)


@deviation("bucket-default-wins", "The bucket's default wins over what the request asks for.")
def bucket_default_wins(server: Seams) -> None:
    """The request's method is forgotten where the bucket has one."""

    @server.around("PutObject")
    def put(handler: Handler, ctx: Context, members: Members) -> Members:
        if rule(_config(ctx, members)):
            members.pop("ServerSideEncryption", None)
        return handler(ctx, members)


# keys of KMS


def _never_kms(members: Members) -> None:
    if members.get("ServerSideEncryption") == KMS:
        members["ServerSideEncryption"] = S3_KEYS
        members.pop("SSEKMSKeyId", None)


declare("sse-kms-is-sse-s3", "SSE-KMS is taken for SSE-S3.", rewrite("PutObject", _never_kms))
declare(
    "sse-kms-key-not-named",
    "Answers do not name the KMS key.",
    drop_header(("PutObject", *READ), f"{SSE}-aws-kms-key-id"),
)
declare(
    "sse-kms-unknown-key-taken",
    "A KMS key that is not there is taken for the account's own.",
    ignore_member("PutObject", "SSEKMSKeyId"),
)


@deviation("sse-kms-etag-is-md5", "The ETag of an object with a KMS key is its MD5.")
def sse_kms_etag_is_md5(server: Seams) -> None:
    """It tells of the content what the key is to hide."""
    md5_as_etag(server, "ServerSideEncryption")


@deviation("sse-kms-copied-with-the-object", "A copy is encrypted as its source is.")
def sse_kms_copied_with_the_object(server: Seams) -> None:
    """Whatever its own bucket's default is."""

    @server.around("CopyObject")
    def copy(handler: Handler, ctx: Context, members: Members) -> Members:
        source = copying.parse_source(ctx, members["CopySource"])
        found = ctx.store.head(source.bucket, source.key, source.version_id)
        sealed = found.read_sealed() if found is not None else None
        if sealed is not None and sealed.method in (KMS, DSSE):
            members.setdefault("ServerSideEncryption", sealed.method)
        return handler(ctx, members)


# UpdateObjectEncryption

declare(
    "update-encryption-forgotten",
    "UpdateObjectEncryption answers success and changes nothing.",
    do_nothing("UpdateObjectEncryption"),
)
declare(
    "update-encryption-takes-ids",
    "UpdateObjectEncryption answers success to what is no ARN.",
    swallow_error("UpdateObjectEncryption", "InvalidRequest"),
)
declare(
    "update-encryption-of-nothing",
    "UpdateObjectEncryption answers success where there is no object.",
    swallow_error("UpdateObjectEncryption", "NoSuchKey"),
)


@deviation("update-encryption-copies", "UpdateObjectEncryption copies the object onto itself.")
def update_encryption_copies(server: Seams) -> None:
    """So it has another ETag, and another time."""

    @server.around("UpdateObjectEncryption")
    def update(_handler: Handler, ctx: Context, members: Members) -> Members:
        bucket, key = members["Bucket"], members["Key"]
        wanted = members["ObjectEncryption"]["SSEKMS"]
        copy_object(
            ctx,
            {
                "Bucket": bucket,
                "Key": key,
                "CopySource": f"{bucket}/{quote(key)}",
                "ServerSideEncryption": KMS,
                "SSEKMSKeyId": wanted["KMSKeyArn"],
            },
        )
        return {}


declare(
    "bucket-encryption-by-any-word",
    "A bucket's default may be an algorithm that does not exist, and nothing comes of it.",
    accept("PutBucketEncryption", "MalformedXML"),
)
