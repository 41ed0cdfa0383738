"""Multipart uploads: create, upload parts, list, complete, abort.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
"""

from __future__ import annotations

import secrets
from urllib.parse import quote

from server_ref.context import Context, Members
from server_ref.errors import S3Error
from server_ref.operations import operation
from server_ref.rules import (
    checksums,
    completion,
    conditions,
    customer_keys,
    directory_buckets,
    encryption,
    expiring,
    locks,
    parts,
)
from server_ref.rules.new_object import describe, receive
from server_ref.rules.times import seconds
from server_ref.storage import completions, uploads, versions
from server_ref.storage.commit import Transaction
from server_ref.storage.records import (
    NULL_VERSION,
    Bucket,
    Details,
    Part,
    PartInfo,
    Upload,
    Version,
    pack,
)


@operation("CreateMultipartUpload")
def create_multipart_upload(ctx: Context, members: Members) -> Members:
    """An upload id; what the object will carry is said now."""
    store = ctx.store
    bucket = store.bucket(members["Bucket"])
    key = members["Key"]
    algorithm, checksum_type = _checksum_mode(members)
    described = describe(ctx, bucket, members)
    details = Details.read(described.details)
    details.asked = encryption.asked(ctx.request.headers)
    upload = Upload(
        key=key,
        seq=store.sequence(),
        id=secrets.token_urlsafe(48).replace("-", ".") + secrets.token_hex(16),
        initiated=seconds(ctx.clock()),
        owner=described.owner,
        initiator=ctx.account.canonical_id if ctx.account else described.owner,
        storage_class=described.storage_class,
        algorithm=algorithm,
        checksum_type=checksum_type,
        details=pack(details),
        tags=described.tags,
        acl=described.acl,
        lock=described.lock,
    )
    store.write(lambda tx: uploads.create(tx, store.in_transaction(tx, bucket), upload))
    answer: Members = {
        "Bucket": bucket.name,
        "Key": key,
        "UploadId": upload.id,
        **described.encryption.shown,
    }
    if algorithm is not None:
        answer |= {"ChecksumAlgorithm": algorithm, "ChecksumType": checksum_type}
    answer.update(expiring.abort_shown(ctx, bucket, upload))
    return answer


def _checksum_mode(members: Members) -> tuple[str | None, str | None]:
    """Algorithm and type of an upload's checksum; raises S3Error InvalidRequest."""
    algorithm, checksum_type = checksums.algorithm_named(members), members.get("ChecksumType")
    if algorithm is None:
        if checksum_type is not None:
            raise S3Error(
                "InvalidRequest",
                "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm"
                " header.",
            )
        return None, None
    checksum_type = checksums.type_named(members)
    if checksum_type is None:
        return algorithm, "FULL_OBJECT" if algorithm == "CRC64NVME" else "COMPOSITE"
    impossible = ("CRC64NVME",) if checksum_type == "COMPOSITE" else checksums.COMPOSITE_ONLY
    if algorithm in impossible:
        raise S3Error(
            "InvalidRequest",
            f"The {checksum_type} checksum type cannot be used with the {algorithm.lower()} "
            "checksum algorithm.",
        )
    return algorithm, checksum_type


def find_upload(ctx: Context, bucket: Bucket, members: Members) -> Upload:
    """The upload of this key; raises S3Error NoSuchUpload."""
    with ctx.store.reader() as reader:
        found = uploads.find(reader, bucket, members["Key"], members["UploadId"])
    if found is None:
        raise no_such_upload(members)
    return found


def no_such_upload(members: Members) -> S3Error:
    """The upload never was, or is completed or aborted."""
    return S3Error("NoSuchUpload", UploadId=members["UploadId"])


@operation("UploadPart")
def upload_part(ctx: Context, members: Members) -> Members:
    """One part; the last of a number counts."""
    store = ctx.store
    bucket = store.bucket(members["Bucket"])
    parts.check_number(members["PartNumber"])
    # the upload before its key: https://github.com/justincormack/argmin measured it
    upload = find_upload(ctx, bucket, members)
    customer = customer_keys.of_object(ctx, members)
    encrypted = encryption.of_upload(ctx, upload.read_sealed(), customer)
    wanted = upload.algorithm or checksums.DEFAULT
    claim = checksums.claim(members, ctx.request.headers)
    if not claim.named and upload.checksum_type == "COMPOSITE":
        raise S3Error(  # https://github.com/versity/versitygw/issues/1342
            "InvalidRequest",
            f"Checksum Type mismatch occurred, expected checksum Type: {wanted.lower()}, "
            "actual checksum Type: null",
        )
    if claim.named and upload.algorithm is not None and claim.algorithm != upload.algorithm:
        raise S3Error(
            "InvalidRequest",
            f"Checksum Type mismatch occurred, expected checksum Type: {wanted.lower()}, "
            f"actual checksum Type: {claim.algorithm.lower()}",
        )
    if upload.lock is not None:
        locks.check_writing(ctx, claim, members, "Part")
    if not claim.named:
        claim = claim._replace(algorithm=wanted)
    taken = receive(
        ctx, members, claim=claim, hexadecimal_md5=False, cipher=encrypted.cipher, also=wanted
    )
    etag = encryption.etag(taken.md5, encrypted.sealed)

    def work(tx: Transaction) -> None:
        if uploads.find(tx, bucket, members["Key"], upload.id) is None:
            raise no_such_upload(members)
        blob = None
        if taken.size:
            blob = versions.add_blob(tx, taken.size, file=taken.file, data=taken.data)
        part = Part(
            number=members["PartNumber"],
            size=taken.size,
            etag=etag,
            modified=seconds(ctx.clock()),
            checksum=taken.checksums[wanted],
            blob=blob,
        )
        uploads.put_part(tx, store.pins, upload.id, part)

    try:
        store.write(work)
    except BaseException:
        store.drop(taken)
        raise
    return {
        "ETag": f'"{etag}"',
        checksums.member(claim.algorithm): taken.checksums[claim.algorithm],
        **encrypted.shown,
    }


@operation("AbortMultipartUpload")
def abort_multipart_upload(ctx: Context, members: Members) -> Members:
    """Forget the upload and its parts; of one that has ended there is nothing to forget.

    https://github.com/minio/minio/issues/2250, https://github.com/beyondstorage/go-storage/issues/963
    and https://github.com/justincormack/argmin measured that S3 answers 204 again.
    """
    directory_buckets.refuse(members)
    bucket = ctx.store.bucket(members["Bucket"])
    key, upload_id = members["Key"], members["UploadId"]

    def work(tx: Transaction) -> None:
        if uploads.find(tx, bucket, key, upload_id) is not None:
            uploads.forget(tx, ctx.store.pins, upload_id)
            completions.remember_abort(tx, bucket, key, upload_id, seconds(ctx.clock()))
        elif not completions.ended(tx, bucket, key, upload_id):
            raise no_such_upload(members)

    ctx.store.write(work)
    return {}


@operation("CompleteMultipartUpload")
def complete_multipart_upload(ctx: Context, members: Members) -> Members:
    """The object is the list of its parts: no byte is copied.

    Asked again, because the answer was lost, it answers the same once more and changes nothing.
    """
    store = ctx.store
    bucket = store.bucket(members["Bucket"])
    key = members["Key"]
    conditions.validate_write(members)
    customer = customer_keys.of_object(ctx, members)
    asked = completion.asked(members)
    try:
        found = find_upload(ctx, bucket, members)
    except S3Error:  # looked for first: what is completed in between is known as completed
        with store.reader() as reader:
            again = completions.answered(reader, bucket, key, members["UploadId"], asked)
        if again is None:
            raise
        return _answer_again(ctx, bucket, key, again)
    if customer is not None:
        encryption.of_upload(ctx, found.read_sealed(), customer)

    def work(tx: Transaction) -> Version | dict[str, str]:
        now = store.in_transaction(tx, bucket)
        upload = uploads.find(tx, bucket, key, members["UploadId"])
        if upload is None:  # completed by another request in this moment, or not there
            before = completions.answered(tx, now, key, members["UploadId"], asked)
            if before is None:
                raise no_such_upload(members)
            return before
        uploaded = uploads.parts(tx, upload.id)
        chosen = completion.choose(members, upload, uploaded, smallest=ctx.settings.min_part)
        completion.check_conditions(members, key, upload, versions.live(tx, now, key))
        checksum = completion.checksum(members, upload, chosen)
        algorithm, checksum_type = upload.algorithm or checksums.DEFAULT, upload.checksum_type
        kept = upload.algorithm is not None or not encryption.is_customers(upload.read_sealed())
        segments = [segment for part in chosen for segment in part.read_segments()]
        named = upload.checksum_type == "COMPOSITE"
        infos = [
            PartInfo(part.number, part.size, part.checksum if named else None) for part in chosen
        ]
        uploads.forget(tx, store.pins, upload.id, frozenset(part.number for part in chosen))
        made = store.put(
            tx,
            now,
            Version(
                key=key,
                seq=store.sequence(),
                version_id="",
                marker=0,
                size=sum(part.size for part in chosen),
                etag=completion.etag(chosen),
                modified=seconds(ctx.clock()),
                storage_class=upload.storage_class,
                owner=upload.owner,
                # of one encrypted with a customer's key S3 keeps no checksum unasked (recorded)
                algorithm=algorithm if kept else None,
                checksum_type=checksum_type or "FULL_OBJECT" if kept else None,
                checksum=checksum if kept else None,
                blob=_only_blob(chosen),
                details=upload.details,
                tags=upload.tags,
                acl=upload.acl,
                lock=upload.lock,
                parts=pack(infos),
                segments=None if _only_blob(chosen) is not None else pack(segments),
            ),
        )
        told = {"ETag": made.etag, "VersionId": made.version_id}
        completions.remember(tx, now, key, upload.id, asked, told, made.seq, seconds(ctx.clock()))
        return made

    version = store.write(work)
    if isinstance(version, dict):
        return _answer_again(ctx, bucket, key, version)
    answer: Members = {
        "Location": _location(ctx, bucket, key),
        "Bucket": bucket.name,
        "Key": key,
        "ETag": f'"{version.etag}"',
        **encryption.shown(version.read_sealed(), None),
    }
    if version.algorithm is not None and (found.algorithm or version.read_sealed() is None):
        answer[checksums.member(version.algorithm)] = version.checksum
        answer["ChecksumType"] = version.checksum_type
    if version.version_id != NULL_VERSION:
        answer["VersionId"] = version.version_id
    answer.update(expiring.shown(ctx, bucket, version))
    return answer


def _answer_again(ctx: Context, bucket: Bucket, key: str, before: dict[str, str]) -> Members:
    """The answer to a completion that comes again: the same result, without its checksum."""
    answer: Members = {
        "Location": _location(ctx, bucket, key),
        "Bucket": bucket.name,
        "Key": key,
        "ETag": f'"{before["ETag"]}"',
    }
    if before["VersionId"] != NULL_VERSION:
        answer["VersionId"] = before["VersionId"]
    return answer


def _only_blob(chosen: list[Part]) -> int | None:
    """The blob of an object that is exactly one blob."""
    return chosen[0].blob if len(chosen) == 1 and chosen[0].segments is None else None


def _location(ctx: Context, bucket: Bucket, key: str) -> str:
    request = ctx.request
    scheme = "https" if request.secure else "http"
    path = "" if request.host.startswith(f"{bucket.name}.") else f"/{bucket.name}"
    return f"{scheme}://{request.host}{ctx.settings.base_path}{path}/{quote(key, safe='')}"
