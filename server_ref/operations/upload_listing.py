"""Listings of multipart uploads in progress and of their parts.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html
https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html
"""

from __future__ import annotations

from collections.abc import Callable

from server_ref.context import Context, Members
from server_ref.errors import S3Error
from server_ref.operations import operation
from server_ref.operations.uploads import find_upload
from server_ref.rules import checksums, expiring, pages
from server_ref.rules.times import iso
from server_ref.storage import listing, uploads
from server_ref.storage.records import Upload


@operation("ListMultipartUploads")
def list_multipart_uploads(ctx: Context, members: Members) -> Members:
    """By key, and within a key by when they began."""
    bucket = ctx.store.bucket(members["Bucket"])
    size = pages.limit(members, "MaxUploads", "max-uploads")
    encode = pages.encoder(members)
    prefix, delimiter = members.get("Prefix") or "", members.get("Delimiter") or ""
    key_marker = members.get("KeyMarker") or ""
    id_marker = (members.get("UploadIdMarker") or "") if key_marker else ""
    start, inclusive = pages.past_common_prefix(key_marker, prefix, delimiter)
    with ctx.store.snapshot() as reader:
        after = None
        if id_marker:
            marked = uploads.find(reader, bucket, key_marker, id_marker)
            if marked is None:
                raise S3Error(
                    "InvalidArgument",
                    "Invalid uploadId marker",
                    ArgumentName="upload-id-marker",
                    ArgumentValue=id_marker,
                )
            after, start, inclusive = (marked.key, marked.seq), key_marker, True
        scan = listing.uploads(reader, bucket.id, prefix, after)
        page = listing.page(scan, prefix, delimiter, size, start, inclusive=inclusive)
    last = page.last_row
    answer: Members = {
        "Bucket": bucket.name,
        "KeyMarker": encode(key_marker),
        "UploadIdMarker": id_marker,
        "NextKeyMarker": encode(last.key) if last else "",
        "NextUploadIdMarker": last.id if last else "",
        "MaxUploads": size,
        "IsTruncated": page.truncated,
        "Uploads": [_upload(ctx, row, encode) for row in page.rows],
    }
    if members.get("Prefix"):
        answer["Prefix"] = encode(prefix)
    pages.add_prefixes(answer, members, page.prefixes, delimiter, encode)
    return answer


def _upload(ctx: Context, upload: Upload, encode: Callable[[str], str]) -> Members:
    shown: Members = {
        "UploadId": upload.id,
        "Key": encode(upload.key),
        "Initiated": iso(upload.initiated),
        "StorageClass": upload.storage_class,
        "Owner": {"ID": upload.owner},
        "Initiator": _initiator(ctx, upload),
    }
    if upload.algorithm is not None:
        shown |= {"ChecksumAlgorithm": upload.algorithm, "ChecksumType": upload.checksum_type}
    return shown


@operation("ListParts")
def list_parts(ctx: Context, members: Members) -> Members:
    """Parts by number; a limit or a marker that is none is told before an upload that is none.

    https://github.com/justincormack/argmin measured this, and its like of ListMultipartUploads.
    """
    bucket = ctx.store.bucket(members["Bucket"])
    size = pages.limit(members, "MaxParts", "max-parts")
    marker = pages.part_marker(members.get("PartNumberMarker"))
    upload = find_upload(ctx, bucket, members)
    with ctx.store.reader() as reader:
        found = uploads.parts(reader, upload.id, marker, size + 1)
    page = found[:size]
    answer: Members = {
        "Bucket": bucket.name,
        "Key": upload.key,
        "UploadId": upload.id,
        "Initiator": _initiator(ctx, upload),
        "Owner": {"ID": upload.owner},
        "StorageClass": upload.storage_class,
        "PartNumberMarker": marker,
        "NextPartNumberMarker": page[-1].number if page else 0,
        "MaxParts": size,
        "IsTruncated": bool(page) and len(found) > len(page),
        "Parts": [],
    }
    for part in page:
        shown: Members = {
            "PartNumber": part.number,
            "LastModified": iso(part.modified),
            "ETag": f'"{part.etag}"',
            "Size": part.size,
        }
        if upload.algorithm is not None:
            shown[checksums.member(upload.algorithm)] = part.checksum
        answer["Parts"].append(shown)
    if upload.algorithm is not None:
        answer |= {"ChecksumAlgorithm": upload.algorithm, "ChecksumType": upload.checksum_type}
    answer.update(expiring.abort_shown(ctx, bucket, upload))
    return answer


def _initiator(ctx: Context, upload: Upload) -> Members:
    """The one person S3 still answers a display name for, in these two listings (recorded)."""
    initiator: Members = {"ID": upload.initiator}
    if ctx.account is not None and ctx.account.canonical_id == upload.initiator:
        initiator["DisplayName"] = ctx.account.display_name
    return initiator
