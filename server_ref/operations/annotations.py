"""Annotations of objects: put, get, list, delete.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAnnotation.html
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TypeVar

from server_ref.context import Context, Members
from server_ref.errors import S3Error
from server_ref.operations import operation
from server_ref.rules import annotations as rules
from server_ref.rules import checksums, encryption, kms, locks, pages
from server_ref.rules.finding import check_not_marker, found_in, wanted_version
from server_ref.rules.times import moment, seconds
from server_ref.storage import annotations as kept
from server_ref.storage import versions
from server_ref.storage.commit import Transaction
from server_ref.storage.reading import GoneError
from server_ref.storage.records import Annotation, Bucket, Segment, Version, pack
from server_ref.storage.trouble import look_again
from server_ref.storage.unsealing import unseal

T = TypeVar("T")
_BYPASS = "x-amz-bypass-governance-retention"


@operation("PutObjectAnnotation")
def put_object_annotation(ctx: Context, members: Members) -> Members:
    """Keep a payload under a name; what had the name is replaced."""
    store = ctx.store
    bucket = store.bucket(members["Bucket"])
    name = members["AnnotationName"]
    rules.check_name(name)
    claim = checksums.claim(members, ctx.request.headers)
    expected = checksums.content_md5(members.get("ContentMD5"))
    encrypted = encryption.beside(ctx, _find(ctx, bucket, members).read_sealed())
    data = rules.read_payload(ctx)
    taken = store.take(
        io.BytesIO(data).read, {claim.algorithm}, rules.MAX_PAYLOAD, encrypted.cipher
    )
    computed = taken.checksums[claim.algorithm]
    etag = encryption.etag(taken.md5, encrypted.sealed)

    def work(tx: Transaction, current: Bucket, version: Version) -> Version:
        rules.check_object(members, version)
        encryption.refuse_customers(version.read_sealed())  # it may be another one by now
        replaced = kept.find(tx, current, version, name) is not None
        if not replaced and kept.count(tx, current, version) >= rules.MAX_COUNT:
            raise S3Error("AnnotationLimitExceeded")
        annotation = Annotation(
            name=name,
            size=taken.size,
            etag=etag,
            modified=seconds(ctx.clock()),
            algorithm=claim.algorithm,
            checksum=computed,
            blob=versions.add_blob(tx, taken.size, file=taken.file, data=taken.data),
            sealed=pack(encrypted.sealed) if encrypted.sealed else None,
        )
        kept.put(tx, store.pins, current, version, annotation)
        return version

    try:
        checksums.verify(claim, computed, ctx.request.body.trailers)
        checksums.verify_md5(expected, taken.md5, hexadecimal=False)
        version = _change(ctx, bucket, members, work)
    except BaseException:
        store.drop(taken)
        raise
    return {
        "Key": version.key,
        "AnnotationName": name,
        "ETag": f'"{etag}"',
        "ServerSideEncryption": encrypted.shown.get("ServerSideEncryption"),
        **rules.checksum_shown(claim.algorithm, computed),
        **_object_version(bucket, version),
    }


@operation("GetObjectAnnotation")
def get_object_annotation(ctx: Context, members: Members) -> Members:
    """Raises S3Error NoSuchAnnotation or UserAnnotationNameMustBeSpecified."""
    bucket = ctx.store.bucket(members["Bucket"])
    if not members["AnnotationName"]:
        raise S3Error("UserAnnotationNameMustBeSpecified")
    lost: Annotation | None = None
    while True:
        version = _find(ctx, bucket, members)
        with ctx.store.reader() as reader:
            found = kept.find(reader, bucket, version, members["AnnotationName"])
        if found is None:
            raise S3Error("NoSuchAnnotation", AnnotationName=members["AnnotationName"])
        sealed = found.read_sealed()
        cipher = None
        if sealed is not None:
            kms.check_may_use(kms.check_request(ctx), sealed.kms_key or "", "Decrypt")
            cipher = unseal(ctx.store.keys, sealed, None)
        try:
            payload = ctx.store.open_segments([Segment(found.blob, 0, found.size)], cipher)
        except GoneError as error:  # replaced or removed in this moment
            lost = look_again(version.key, found, lost, error)
            continue
        break
    answer: Members = {
        "AnnotationPayload": payload,
        "LastModified": moment(found.modified),
        "ContentLength": found.size,
        "ETag": f'"{found.etag}"',
        "ServerSideEncryption": sealed.method if sealed else encryption.S3_KEYS,
        **_object_version(bucket, version),
    }
    if checksums.mode_enabled(members):
        answer |= rules.checksum_shown(found.algorithm, found.checksum)
    return answer


@operation("ListObjectAnnotations")
def list_object_annotations(ctx: Context, members: Members) -> Members:
    """By name; an opaque token continues."""
    bucket = ctx.store.bucket(members["Bucket"])
    prefix, token = members.get("AnnotationPrefix") or "", members.get("ContinuationToken")
    rules.check_prefix(prefix)
    size = members.get("MaxAnnotationResults")
    size = rules.MAX_COUNT if size is None else size
    if not 1 <= size <= rules.MAX_COUNT:
        raise S3Error(
            "InvalidArgument",
            f"Argument max-annotation-results must be an integer between 1 and {rules.MAX_COUNT}",
            ArgumentName="max-annotation-results",
            ArgumentValue=size,
        )
    after = pages.from_token(token) if token is not None else ""
    version = _find(ctx, bucket, members)
    with ctx.store.reader() as reader:
        found = kept.page(reader, bucket, version, prefix, after, size + 1)
    page = found[:size]
    answer: Members = {
        "Bucket": bucket.name,
        "Key": version.key,
        "MaxAnnotationResults": members.get("MaxAnnotationResults"),
        "AnnotationCount": len(page),
        "Annotations": [
            {
                "AnnotationName": one.name,
                "LastModified": moment(one.modified),
                "ETag": f'"{one.etag}"',
                "ChecksumAlgorithm": [one.algorithm],
                "Size": one.size,
            }
            for one in page
        ],
        **_object_version(bucket, version),
    }
    if "AnnotationPrefix" in members:
        answer["AnnotationPrefix"] = prefix
    if token is not None:
        answer["ContinuationToken"] = token
    if len(found) > size:
        answer["NextContinuationToken"] = pages.to_token(page[-1].name)
    return answer


@operation("DeleteObjectAnnotation")
def delete_object_annotation(ctx: Context, members: Members) -> Members:
    """Fine when there is none. What Object Lock protects keeps its annotations, too."""
    bucket = ctx.store.bucket(members["Bucket"])
    bypass = ctx.request.headers.get(_BYPASS, "").lower() == "true"
    if bypass:
        ctx.authorize(
            "BypassGovernanceRetention", bucket.name, members["Key"], members.get("VersionId")
        )

    def work(tx: Transaction, current: Bucket, version: Version) -> Version:
        rules.check_object(members, version)
        locks.check_removal(version, ctx.clock(), bypass=bypass)
        kept.remove(tx, ctx.store.pins, current, version, members["AnnotationName"])
        return version

    return _object_version(bucket, _change(ctx, bucket, members, work))


def _find(ctx: Context, bucket: Bucket, members: Members) -> Version:
    found = ctx.store.head(bucket, members["Key"], wanted_version(members))
    return check_not_marker(ctx, members, found)


def _change(
    ctx: Context,
    bucket: Bucket,
    members: Members,
    work: Callable[[Transaction, Bucket, Version], T],
) -> T:
    """Do ``work`` with the version a request means, in one transaction."""
    version_id = wanted_version(members)

    def change(tx: Transaction) -> T:
        current = ctx.store.in_transaction(tx, bucket)
        found = found_in(ctx, tx, current, members["Key"], version_id)
        return work(tx, current, check_not_marker(ctx, members, found))

    return ctx.store.write(change)


def _object_version(bucket: Bucket, version: Version) -> Members:
    return {"ObjectVersionId": version.version_id} if bucket.versioning else {}
