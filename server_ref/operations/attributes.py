"""GetObjectAttributes: chosen facts of an object, its parts among them.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html
"""

from __future__ import annotations

from server_ref.context import Context, Members
from server_ref.errors import S3Error
from server_ref.operations import operation
from server_ref.rules import checksums, customer_keys, encryption, pages
from server_ref.rules.finding import check_found, shown_version, wanted_version
from server_ref.rules.times import moment
from server_ref.storage.records import Version


@operation("GetObjectAttributes")
def get_object_attributes(ctx: Context, members: Members) -> Members:
    """Only what was asked for."""
    wanted = members.get("ObjectAttributes") or []
    bucket = ctx.store.bucket(members["Bucket"])
    customer = customer_keys.of_object(ctx, members, reading=True)
    if not wanted:
        raise S3Error(  # https://github.com/versity/versitygw/issues/915
            "InvalidRequest",
            "The x-amz-object-attributes header specifying the attributes to be retrieved is either"
            " missing or empty",
        )
    found = ctx.store.head(bucket, members["Key"], wanted_version(members))
    version = check_found(ctx, members, found)
    encryption.check_reading(ctx, version, customer)
    answer: Members = {
        "LastModified": moment(version.modified),
        **shown_version(bucket, version),
    }
    if "ETag" in wanted:
        answer["ETag"] = version.etag
    if "Checksum" in wanted and version.algorithm and version.checksum:
        answer["Checksum"] = {
            checksums.member(version.algorithm): version.checksum.partition("-")[0],
            "ChecksumType": version.checksum_type,
        }
    if "ObjectParts" in wanted and version.parts is not None:
        answer["ObjectParts"] = _parts(members, version)
    if "StorageClass" in wanted:
        answer["StorageClass"] = version.storage_class
    if "ObjectSize" in wanted:
        answer["ObjectSize"] = version.size
    return answer


def _parts(members: Members, version: Version) -> Members:
    """The parts themselves only where each has a checksum of its own (recorded)."""
    parts = version.read_parts()
    answer: Members = {"TotalPartsCount": len(parts)}
    if version.checksum_type != "COMPOSITE" or version.algorithm is None:
        return answer
    asked = members.get("PartNumberMarker")
    # x-amz-max-parts counts only beside x-amz-part-number-marker (recorded)
    size = pages.limit(members if asked is not None else {}, "MaxParts", "max-parts")
    marker = pages.part_marker(asked)
    after = [part for part in parts if part.number > marker]
    page = after[:size]
    answer |= {
        "PartNumberMarker": marker,
        "NextPartNumberMarker": page[-1].number if page else 0,
        "MaxParts": size,
        "IsTruncated": bool(page) and len(after) > len(page),
        "Parts": [
            {
                "PartNumber": part.number,
                "Size": part.size,
                checksums.member(version.algorithm): part.checksum,
            }
            for part in page
        ],
    }
    return answer
