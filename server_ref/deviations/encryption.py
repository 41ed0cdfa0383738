"""Deviations of server-side encryption: S3's keys, the customer's, those of KMS, and defaults."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from urllib.parse import quote

from server_ref.context import Context, Handler, Members, Payload
from server_ref.deviations import declare, deviation
from server_ref.deviations.steps import (
    do_nothing,
    drop_header,
    ignore_member,
    replace_error,
    set_header,
    swallow_error,
)
from server_ref.deviations.when import refuse_when, rewrite
from server_ref.errors import S3Error
from server_ref.http.send import close_payload
from server_ref.operations.copying import copy_object
from server_ref.operations.uploads import find_upload
from server_ref.request import BodyReader
from server_ref.rules import copying
from server_ref.rules.encryption import DSSE, KMS, S3_KEYS, rule
from server_ref.seams import Seams

SSE = "x-amz-server-side-encryption"
READ = ("GetObject", "HeadObject")
_CUSTOMER = ("SSECustomerAlgorithm", "SSECustomerKey", "SSECustomerKeyMD5")
_WITH_KEYS = (*READ, "PutObject", "CopyObject", "CreateMultipartUpload", "UploadPart")

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


# the customer's keys

declare(
    "sse-c-ignored",
    "The customer's key is not looked at: the object lies and is read in the open.",
    ignore_member(_WITH_KEYS, *_CUSTOMER),
)
declare(
    "sse-c-key-md5-not-answered",
    "Answers do not name the customer's key.",
    drop_header(("PutObject", *READ), f"{SSE}-customer-key-MD5"),
)
declare(
    "sse-c-wrong-key-is-bad-request",
    "Another key is 400, as if none had been sent.",
    replace_error("GetObject", "AccessDenied", "InvalidRequest"),
)


def _any_algorithm(members: Members) -> None:
    if members.get("SSECustomerAlgorithm") is not None:
        members["SSECustomerAlgorithm"] = "AES256"


declare(
    "sse-c-any-algorithm",
    "Any algorithm is taken for AES256.",
    rewrite("PutObject", _any_algorithm),
)


def _right_md5(members: Members) -> None:
    if members.get("SSECustomerKey") is not None:
        key = base64.b64decode(members["SSECustomerKey"])
        digest = hashlib.md5(key, usedforsecurity=False).digest()
        members["SSECustomerKeyMD5"] = base64.b64encode(digest).decode()


declare(
    "sse-c-key-md5-unchecked",
    "The MD5 of the customer's key is not compared.",
    rewrite("PutObject", _right_md5),
)


@deviation("sse-c-on-plain-objects-ignored", "A key is ignored where the object needs none.")
def sse_c_on_plain_objects_ignored(server: Seams) -> None:
    """Refused for its key, the object is read without."""

    @server.around("GetObject")
    def get(handler: Handler, ctx: Context, members: Members) -> Members:
        try:
            return handler(ctx, members)
        except S3Error as error:
            if error.code != "InvalidRequest" or members.get("SSECustomerKey") is None:
                raise
            open_members = {name: value for name, value in members.items() if name not in _CUSTOMER}
            return handler(ctx, open_members)


def _garble(server: Seams, *, ranges: bool) -> None:
    """Bodies read with a key are zeros, of the right length: of ranges, or of whole objects."""

    @server.around("GetObject")
    def get(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        meant = (members.get("Range") is not None) == ranges
        if meant and members.get("SSECustomerKey") is not None:
            payload = answer["Body"]
            close_payload(payload)
            answer["Body"] = Payload(payload.length, (bytes(payload.length),))
        return answer


@deviation("sse-c-bytes-lost", "An object with a customer's key comes back as zeros.")
def sse_c_bytes_lost(server: Seams) -> None:
    """Whole objects only."""
    _garble(server, ranges=False)


@deviation("sse-c-range-not-decrypted", "A range of an encrypted object is not its bytes.")
def sse_c_range_not_decrypted(server: Seams) -> None:
    """Ranges only."""
    _garble(server, ranges=True)


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


def _md5_as_etag(server: Seams, member: str) -> None:
    """PUT answers the MD5 as ETag where the request has this member."""

    @server.around("PutObject")
    def put(handler: Handler, ctx: Context, members: Members) -> Members:
        if members.get(member) is None:
            return handler(ctx, members)
        ctx.request.body = digested = _Digested(ctx.request.body)
        answer = handler(ctx, members)
        answer["ETag"] = f'"{digested.md5.hexdigest()}"'
        return answer


@deviation("sse-c-etag-is-md5", "The ETag of an object with a customer's key is its MD5.")
def sse_c_etag_is_md5(server: Seams) -> None:
    """It tells of the content what the key is to hide."""
    _md5_as_etag(server, "SSECustomerKey")


def _key_of_source(members: Members) -> None:
    if members.get("SSECustomerKey") is not None:
        members.update({name: members.get(f"CopySource{name}") for name in _CUSTOMER})


declare(
    "sse-c-copy-keeps-the-key",
    "A copy has the key of its source, whatever key it is given.",
    rewrite("CopyObject", _key_of_source),
)
declare(
    "sse-c-copied-without-the-key",
    "CopyObject answers success without the key of its source.",
    swallow_error("CopyObject", "InvalidRequest", {"CopyObjectResult": {"ETag": '"0"'}}),
)


def _sealed_as_source(members: Members) -> None:
    if members.get("SSECustomerKey") is None:
        members.update({name: members.get(f"CopySource{name}") for name in _CUSTOMER})


declare(
    "sse-c-copy-stays-sealed",
    "A copy that names no key has the key of its source.",
    rewrite("CopyObject", _sealed_as_source),
)


def _part_taken(server: Seams, *, with_a_key: bool) -> None:
    """A part that is refused for its key is answered as if it were there."""

    @server.around("UploadPart")
    def put(handler: Handler, ctx: Context, members: Members) -> Members:
        try:
            return handler(ctx, members)
        except S3Error as error:
            meant = (members.get("SSECustomerKey") is not None) == with_a_key
            if error.code != "InvalidRequest" or not meant:
                raise
            return {"ETag": '"0"'}


@deviation("sse-c-part-without-the-key-taken", "A part without its upload's key is taken.")
def sse_c_part_without_the_key_taken(server: Seams) -> None:
    """It is answered with success."""
    _part_taken(server, with_a_key=False)


@deviation("sse-c-part-with-another-key-taken", "A part with another key is taken.")
def sse_c_part_with_another_key_taken(server: Seams) -> None:
    """It is answered with success."""
    _part_taken(server, with_a_key=True)


def _sealed_upload(ctx: Context, members: Members) -> bool:
    upload = find_upload(ctx, ctx.store.bucket(members["Bucket"]), members)
    return upload.read_sealed() is not None


declare(
    "sse-c-parts-lost",
    "Completing an upload forgets that it was encrypted, and fails.",
    refuse_when(
        "CompleteMultipartUpload",
        "NotImplemented",
        _sealed_upload,
    ),
)


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
    _md5_as_etag(server, "ServerSideEncryption")


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
