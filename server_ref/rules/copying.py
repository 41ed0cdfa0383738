"""What a copy copies: the source a header names, the version it means, and its bytes.

Bytes that nothing seals on either side are shared; all others are read, decrypted and encrypted.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
"""

from __future__ import annotations

import re
from typing import NamedTuple

from server_ref.context import Context, Members
from server_ref.errors import S3Error
from server_ref.rules import conditions, encryption, restoring, tiering
from server_ref.rules.customer_keys import CustomerKey
from server_ref.rules.names import check_escapes, decoded, may_be_bucket
from server_ref.rules.new_object import MAX_SINGLE_PUT
from server_ref.rules.ranges import number
from server_ref.storage import versions
from server_ref.storage.commit import Transaction
from server_ref.storage.hashing import ThreadedDigests
from server_ref.storage.intake import Taken
from server_ref.storage.reading import GoneError, blocks
from server_ref.storage.records import NULL_VERSION, Bucket, Segment, Version
from server_ref.storage.sealing import BodyCipher
from server_ref.storage.unsealing import unseal
from server_ref.storage.versions import is_version_id

_ORIGIN = re.compile(r"https?://[^/]*(?=/)", re.IGNORECASE)  # a source may be a whole URL
_RANGE = re.compile(r"bytes=(\d+)-(\d+)", re.ASCII)
_RANGE_FORM = (
    "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last "
    "are the zero-based offsets of the first and last bytes to copy"
)


class Carried(NamedTuple):
    """The bytes of a copy: ``segments`` of the source to share, or a body that was rewritten."""

    segments: list[Segment]
    taken: Taken | None

    def keep(self, tx: Transaction) -> tuple[int | None, list[Segment]]:
        """Give the copy its bytes: a blob of its own, or segments. Raises GoneError."""
        if self.taken is None:
            if not versions.share(tx, self.segments):
                raise GoneError
            return None, self.segments
        if not self.taken.size:
            return None, []
        taken = self.taken
        return versions.add_blob(tx, taken.size, file=taken.file, data=taken.data), []


class Source(NamedTuple):
    """Where a copy comes from."""

    bucket: Bucket
    key: str
    version_id: str | None


def read_source(header: str) -> tuple[str, str, str | None]:
    """Bucket, key and version id of an x-amz-copy-source: the one spelling judged and copied.

    ``+`` is a blank, as in a query; the scheme and host of a URL count for nothing (recorded).

    Raises S3Error InvalidArgument for what names none.
    """
    path, separator, version_id = header.partition("?versionId=")
    # the version is escaped, too: https://github.com/justincormack/argmin measured it
    version_id = _decoded(header, version_id, "x-amz-copy-source")
    source = _decoded(header, _ORIGIN.sub("", path).replace("+", "%20"), "x-amz-copy-source")
    name, _, key = source.removeprefix("/").partition("/")
    if not may_be_bucket(name):
        raise _bad_source("Invalid copy source bucket name", "x-amz-copy-source")
    if not key:
        raise _bad_source("Invalid copy source object key", "x-amz-copy-source")
    if separator and not version_id:  # recorded by jchristn/S3Server's tests of compatibility
        raise S3Error(
            "InvalidArgument",
            "Version id cannot be the empty string",
            ArgumentName="x-amz-copy-source",
            ArgumentValue="",
        )
    if separator and not is_version_id(version_id):
        raise S3Error(
            "InvalidArgument",
            "Invalid version id specified",
            ArgumentName="versionId",
            ArgumentValue=version_id,
        )
    return name, key, version_id if separator else None


def _decoded(header: str, path: str, name: str) -> str:
    """A path whose escapes are of two digits, all over the header, and make UTF-8."""
    try:
        check_escapes(header)
        return decoded(path)
    except ValueError:
        raise _bad_source("Invalid copy source encoding", name) from None


def _bad_source(message: str, name: str) -> S3Error:
    return S3Error("InvalidArgument", message, ArgumentName=name, ArgumentValue=name)


def refuse_body(ctx: Context) -> None:
    """A copy has no body; raises S3Error InvalidRequest.

    https://github.com/versity/versitygw/issues/1242
    """
    body = ctx.request.body
    if body.length or (body.length is None and body.read(1)):
        raise S3Error(
            "InvalidRequest",
            "The request included a body. Requests of this type must not include a non-empty body.",
        )


def rename_source(members: Members) -> str:
    """The key of an x-amz-rename-source: another one of the same bucket.

    Raises S3Error InvalidArgument.
    """
    header = members.get("RenameSource") or ""
    path = _decoded(header, header, "x-amz-rename-source")
    bucket, _, key = path.removeprefix("/").partition("/")
    if bucket != members["Bucket"] or not key or key == members["Key"]:
        raise S3Error(
            "InvalidArgument",
            "The source of a rename is another key of the same bucket",
            ArgumentName="x-amz-rename-source",
            ArgumentValue=header,
        )
    return key


def parse_source(ctx: Context, header: str) -> Source:
    """The source that x-amz-copy-source names; raises what `read_source` does, NoSuchBucket."""
    name, key, version_id = read_source(header)
    return Source(ctx.store.bucket(name), key, version_id)


def find_source(ctx: Context, members: Members, source: Source) -> Version:
    """The version to copy, when the conditions on it hold.

    Raises S3Error NoSuchKey, NoSuchVersion, InvalidRequest, PreconditionFailed or
    ObjectNotInActiveTierError.
    """
    found = ctx.store.head(source.bucket, source.key, source.version_id)
    if found is None and source.version_id is not None:
        raise S3Error("NoSuchVersion", Key=source.key, VersionId=source.version_id)
    if found is not None and found.marker and source.version_id is not None:
        raise S3Error(
            "InvalidRequest",
            "The source of a copy request may not specifically refer to a delete marker by "
            "version id.",
        )
    if found is None or found.marker:
        raise S3Error("NoSuchKey", Key=source.key)
    conditions.check_copy_source(members, found, ctx.clock())
    restoring.check_readable(found, ctx.clock(), "ObjectNotInActiveTierError")
    tiering.check_active(ctx, source.bucket, found, "ObjectNotInActiveTierError")
    return found


def check_size(size: int) -> None:
    """Raises S3Error InvalidRequest for more than one copy may have."""
    if size > MAX_SINGLE_PUT:
        raise S3Error(
            "InvalidRequest",
            "The specified copy source is larger than the maximum allowable size for a copy "
            f"source: {MAX_SINGLE_PUT}",
        )


def source_range(header: str | None, size: int) -> tuple[int, int]:
    """(start, length) of x-amz-copy-source-range.

    Raises S3Error InvalidArgument, InvalidRequest.
    """
    if header is None:
        return 0, size
    match = _RANGE.fullmatch(header)
    first, last = (number(text) for text in match.groups()) if match else (1, 0)
    if last < first:
        raise _bad_range(_RANGE_FORM, header)
    if first >= size:
        raise S3Error(
            "InvalidRequest", "The specified copy range is invalid for the source object size"
        )
    if last >= size:
        raise _bad_range(f"Range specified is not valid for source object of size: {size}", header)
    return first, last - first + 1


def _bad_range(message: str, header: str) -> S3Error:
    return S3Error(
        "InvalidArgument",
        message,
        ArgumentName="x-amz-copy-source-range",
        ArgumentValue=header,
    )


def source_cipher(ctx: Context, source: Version, customer: CustomerKey | None) -> BodyCipher | None:
    """What decrypts the source; None for one that is not sealed. Raises as `check_reading`."""
    encryption.check_reading(ctx, source, customer)
    sealed = source.read_sealed()
    key = customer.key if customer else None
    return None if sealed is None else unseal(ctx.store.keys, sealed, key)


def rewrite(
    ctx: Context,
    segments: list[Segment],
    algorithm: str,
    *,
    opens: BodyCipher | None,
    seals: BodyCipher | None,
) -> Taken:
    """These bytes once more, decrypted by one cipher and encrypted by the other.

    Raises GoneError when they were removed meanwhile.
    """
    payload = ctx.store.open_segments(segments, opens)
    source = blocks(payload)
    return ctx.store.take(lambda _size: next(source, b""), (algorithm,), payload.length, seals)


def digests(ctx: Context, segments: list[Segment], algorithm: str) -> tuple[bytes, str] | None:
    """MD5 and checksum of stored bytes; None when they were removed meanwhile."""
    try:
        payload = ctx.store.open_segments(segments)
    except GoneError:
        return None
    running = ThreadedDigests((algorithm,))
    try:
        for block in blocks(payload):
            running.update(block)
    finally:
        md5, computed = running.finish()
    return md5, computed[algorithm]


def kept_digests(source: Version, algorithm: str) -> tuple[bytes, str] | None:
    """What `digests` would give for all of an unsealed source, where it is known already.

    A multipart object's ETag is no MD5, and one that an emulated product gave need not be one.
    """
    if source.parts is not None or source.algorithm != algorithm or source.checksum is None:
        return None
    return None if source.read_details().facts else (bytes.fromhex(source.etag), source.checksum)


def version_shown(source: Source, found: Version) -> Members:
    """CopySourceVersionId: a version's own id, and "null" where that was asked for.

    https://github.com/justincormack/argmin measured the "null".
    """
    own = found.version_id != NULL_VERSION or source.version_id is not None
    return {"CopySourceVersionId": found.version_id} if own else {}
