"""Copies: a whole object, or a range of one as a part of an upload. No stored byte is rewritten.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html
"""

from __future__ import annotations

from server_ref.context import Context, Members
from server_ref.errors import S3Error
from server_ref.operations import operation
from server_ref.operations.uploads import find_upload, no_such_upload
from server_ref.rules import attributes, checksums, conditions, copying, expiring, names, parts
from server_ref.rules.new_object import Described, describe
from server_ref.rules.times import iso, seconds
from server_ref.storage import uploads, versions
from server_ref.storage.commit import Transaction
from server_ref.storage.hashing import ALGORITHMS
from server_ref.storage.reading import GoneError, clip
from server_ref.storage.records import Bucket, Part, Version, pack

_ILLEGAL = (
    "This copy request is illegal because it is trying to copy an object to itself without changing"
    " the object's metadata, storage class, website redirect location or encryption attributes."
)
_CHANGES = ("StorageClass", "WebsiteRedirectLocation", "ServerSideEncryption")


@operation("CopyObject")
def copy_object(ctx: Context, members: Members) -> Members:
    """An object like the source; what it carries is copied or given anew."""
    bucket = ctx.store.bucket(members["Bucket"])
    names.check_key(members["Key"])
    conditions.validate_write(members)
    _check_directives(members)
    source = copying.parse_source(ctx, members["CopySource"])
    while True:
        found = copying.find_source(ctx, members, source)
        _check_self_copy(ctx, bucket, members, source)
        copying.check_size(found.size)
        described = _describe(ctx, bucket, members, found)
        try:
            made = _copy(ctx, bucket, members, found, described)
        except GoneError:  # replaced or removed in this moment: look again
            continue
        break
    answer: Members = {
        "CopyObjectResult": {
            "LastModified": iso(made.modified),
            "ETag": f'"{made.etag}"',
            checksums.member(made.algorithm or checksums.DEFAULT): made.checksum,
            "ChecksumType": "FULL_OBJECT",
        },
        "ServerSideEncryption": "AES256",
        **copying.version_shown(found),
    }
    if bucket.versioning:
        answer["VersionId"] = made.version_id
    answer.update(expiring.shown(ctx, bucket, made))
    return answer


def _copy(
    ctx: Context, bucket: Bucket, members: Members, found: Version, described: Described
) -> Version:
    """Raises GoneError when the source's bytes went meanwhile."""
    store, key = ctx.store, members["Key"]
    algorithm = members.get("ChecksumAlgorithm") or found.algorithm or checksums.DEFAULT
    segments = found.read_segments()
    etag, checksum = found.etag, found.checksum
    if found.parts is not None or algorithm != found.algorithm:
        computed = copying.digests(ctx, segments, algorithm)
        if computed is None:
            raise GoneError
        etag, checksum = computed[0].hex(), computed[1]

    def work(tx: Transaction) -> Version:
        now = store.in_transaction(tx, bucket)
        if members.get("IfMatch") is not None or members.get("IfNoneMatch") is not None:
            conditions.check_write(members, key, versions.live(tx, now, key))
        if not versions.share(tx, segments):
            raise GoneError
        version = found._replace(
            key=key,
            seq=store.sequence(),
            etag=etag,
            modified=seconds(ctx.clock()),
            storage_class=described.storage_class,
            owner=described.owner,
            algorithm=algorithm,
            checksum_type="FULL_OBJECT",
            checksum=checksum,
            details=described.details,
            tags=described.tags,
            acl=described.acl,
            lock=described.lock,
            parts=None,
            replication=None,
        )
        return store.put(tx, now, version)

    return store.write(work)


def _describe(ctx: Context, bucket: Bucket, members: Members, found: Version) -> Described:
    """What the copy carries: the request's for REPLACE, the source's otherwise."""
    described = describe(ctx, bucket, members)
    if members.get("MetadataDirective") != "REPLACE":
        details = found.read_details()
        headers = {**details.headers}
        headers.pop("WebsiteRedirectLocation", None)  # never copied
        location = members.get("WebsiteRedirectLocation")
        if location is not None:
            attributes.check_redirect(location)
            headers["WebsiteRedirectLocation"] = location
        details.headers = headers
        details.restore = None
        described = described._replace(details=pack(details))
    if members.get("TaggingDirective") != "REPLACE":
        described = described._replace(tags=found.tags)
    return described


def _check_directives(members: Members) -> None:
    for member, header in (
        ("MetadataDirective", "metadata"),
        ("TaggingDirective", "tagging"),
    ):
        value = members.get(member)
        if value not in (None, "COPY", "REPLACE"):
            raise S3Error(
                "InvalidArgument",
                f"Unknown {header} directive.",
                ArgumentName=f"x-amz-{header}-directive",
                ArgumentValue=value,
            )
    algorithm = members.get("ChecksumAlgorithm")
    if algorithm is not None and algorithm not in ALGORITHMS:
        raise S3Error(
            "InvalidRequest",
            "Checksum algorithm provided is unsupported. Please try again with any of the valid "
            "types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]",
        )


def _check_self_copy(
    ctx: Context, bucket: Bucket, members: Members, source: copying.Source
) -> None:
    """A copy onto itself must change something S3 counts as a change; bringing back does."""
    onto_itself = source.bucket.id == bucket.id and source.key == members["Key"]
    if not onto_itself or source.version_id is not None:
        return
    changed = (
        members.get("MetadataDirective") == "REPLACE"
        or any(members.get(name) is not None for name in _CHANGES)
        or bool(ctx.store.get_config(bucket, "encryption"))
    )
    if not changed:
        raise S3Error("InvalidRequest", _ILLEGAL)


@operation("UploadPartCopy")
def upload_part_copy(ctx: Context, members: Members) -> Members:
    """A part from bytes that are stored already."""
    store = ctx.store
    bucket = store.bucket(members["Bucket"])
    parts.check_number(members["PartNumber"])
    upload = find_upload(ctx, bucket, members)
    source = copying.parse_source(ctx, members["CopySource"])
    algorithm = upload.algorithm or checksums.DEFAULT
    while True:
        found = copying.find_source(ctx, members, source)
        start, length = copying.source_range(members.get("CopySourceRange"), found.size)
        copying.check_size(length)
        segments = clip(found.read_segments(), start, length)
        computed = copying.digests(ctx, segments, algorithm)
        if computed is None:
            continue
        whole = found.blob if len(segments) == 1 and length == found.size else None
        part = Part(
            number=members["PartNumber"],
            size=length,
            etag=computed[0].hex(),
            modified=seconds(ctx.clock()),
            checksum=computed[1],
            blob=whole,
            segments=None if whole is not None else pack(segments),
        )

        def work(tx: Transaction, part: Part = part) -> bool:
            if uploads.find(tx, bucket, members["Key"], upload.id) is None:
                raise no_such_upload(members)
            if not versions.share(tx, part.read_segments()):
                raise GoneError
            uploads.put_part(tx, store.pins, upload.id, part)
            return True

        try:
            store.write(work)
        except GoneError:
            continue
        break
    result: Members = {"LastModified": iso(part.modified), "ETag": f'"{part.etag}"'}
    if upload.algorithm is not None:
        result[checksums.member(upload.algorithm)] = part.checksum
    return {
        "CopyPartResult": result,
        "ServerSideEncryption": "AES256",
        **copying.version_shown(found),
    }
