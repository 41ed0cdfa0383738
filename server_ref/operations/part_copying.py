"""UploadPartCopy: a range of an object as a part of an upload.

No stored byte is rewritten, unless source or upload is encrypted at rest.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html
"""

from __future__ import annotations

from server_ref.context import Context, Members
from server_ref.operations import operation
from server_ref.operations.uploads import find_upload, no_such_upload
from server_ref.rules import checksums, copying, customer_keys, encryption, parts
from server_ref.rules.copying import Carried
from server_ref.rules.customer_keys import CustomerKey
from server_ref.rules.encryption import Encryption
from server_ref.rules.times import iso, seconds
from server_ref.storage import uploads
from server_ref.storage.commit import Transaction
from server_ref.storage.reading import GoneError, clip
from server_ref.storage.records import Part, Upload, Version, pack
from server_ref.storage.trouble import look_again


@operation("UploadPartCopy")
def upload_part_copy(ctx: Context, members: Members) -> Members:
    """A part from bytes that are stored already."""
    store = ctx.store
    bucket = store.bucket(members["Bucket"])
    parts.check_number(members["PartNumber"])
    copying.refuse_body(ctx)
    upload = find_upload(ctx, bucket, members)
    customer = customer_keys.of_object(ctx, members)
    source_customer = customer_keys.of_source(ctx, members)
    encrypted = encryption.of_upload(ctx, upload.read_sealed(), customer)
    source = copying.parse_source(ctx, members["CopySource"])
    lost: Version | None = None
    while True:
        found = copying.find_source(ctx, members, source)
        try:
            part = _copy_part(ctx, members, upload, found, encrypted, source_customer)
        except GoneError as error:  # replaced or removed in this moment: look again
            lost = look_again(found.key, found, lost, error)
            continue
        break
    result: Members = {"LastModified": iso(part.modified), "ETag": f'"{part.etag}"'}
    if upload.algorithm is not None:
        result[checksums.member(upload.algorithm)] = part.checksum
    return {
        "CopyPartResult": result,
        **encrypted.shown,
        **copying.version_shown(source, found),
    }


def _copy_part(
    ctx: Context,
    members: Members,
    upload: Upload,
    found: Version,
    encrypted: Encryption,
    source_customer: CustomerKey | None,
) -> Part:
    """Raises GoneError when the source's bytes went meanwhile."""
    store = ctx.store
    bucket = store.bucket(members["Bucket"])
    algorithm = upload.algorithm or checksums.DEFAULT
    opens = copying.source_cipher(ctx, found, source_customer)
    start, length = copying.source_range(members.get("CopySourceRange"), found.size)
    copying.check_size(length)
    segments = clip(found.read_segments(), start, length)
    if opens is None and encrypted.cipher is None:
        whole = length == found.size
        computed = copying.kept_digests(found, algorithm) if whole else None
        computed = computed or copying.digests(ctx, segments, algorithm)
        if computed is None:
            raise GoneError
        carried, (md5, checksum) = Carried(segments, None), computed
    else:
        taken = copying.rewrite(ctx, segments, algorithm, opens=opens, seals=encrypted.cipher)
        carried, md5, checksum = Carried([], taken), taken.md5, taken.checksums[algorithm]
    etag = encryption.etag(md5, encrypted.sealed)

    def work(tx: Transaction) -> Part:
        if uploads.find(tx, bucket, members["Key"], upload.id) is None:
            raise no_such_upload(members)
        blob, shared = carried.keep(tx)
        if len(shared) == 1 and length == found.size and found.blob is not None:
            blob, shared = found.blob, []
        part = Part(
            number=members["PartNumber"],
            size=length,
            etag=etag,
            modified=seconds(ctx.clock()),
            checksum=checksum,
            blob=blob,
            segments=pack(shared) if shared else None,
        )
        uploads.put_part(tx, store.pins, upload.id, part)
        return part

    try:
        return store.write(work)
    except BaseException:
        if carried.taken is not None:
            store.drop(carried.taken)
        raise
