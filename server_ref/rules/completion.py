"""Completing a multipart upload: which parts, whether they are right, and what the object is then.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from server_ref.errors import S3Error
from server_ref.rules import checksums, conditions
from server_ref.storage.hashing import ALGORITHMS, composite, full_object
from server_ref.storage.records import Part, Upload, Version, pack

Members = Mapping[str, Any]


def choose(members: Members, upload: Upload, uploaded: list[Part], *, smallest: int) -> list[Part]:
    """The parts the request names, in its order; all but the last have ``smallest`` bytes.

    Raises S3Error MalformedXML, InvalidRequest, InvalidArgument, InvalidPartOrder, InvalidPart,
    EntityTooSmall or BadDigest.
    """
    if "MultipartUpload" not in members:  # no body: recorded
        raise S3Error("InvalidRequest", "You must specify at least one part")
    listed = members["MultipartUpload"].get("Parts") or []
    if not listed:  # https://github.com/versity/versitygw/issues/1328
        raise S3Error("MalformedXML")
    if any(one.get("PartNumber") is None or one.get("ETag") is None for one in listed):
        raise S3Error("MalformedXML")
    for one in listed:
        if one["PartNumber"] < 1:
            raise S3Error(
                "InvalidArgument",
                "PartNumber must be >= 1",
                ArgumentName="PartNumber",
                ArgumentValue=one["PartNumber"],
            )
        _check_value(one)
    checksums.only_one(_named(members))
    _check_mode(members, upload)
    numbers = [one["PartNumber"] for one in listed]
    if any(after <= before for before, after in pairwise(numbers)):
        raise S3Error("InvalidPartOrder", UploadId=upload.id)
    by_number = {part.number: part for part in uploaded}
    chosen = [_find(one, upload, by_number) for one in listed]
    for part in chosen[:-1]:
        if part.size < smallest:
            raise S3Error(
                "EntityTooSmall",
                ProposedSize=part.size,
                MinSizeAllowed=smallest,
                PartNumber=part.number,
                ETag=part.etag,
            )
    _check_size(members, sum(part.size for part in chosen))
    return chosen


def _check_value(one: Members) -> None:
    """A part has one checksum at most, in base64.

    https://github.com/versity/versitygw has S3's answer in tests/integration.
    """
    named = _named(one)
    if len(named) > 1 or any(not checksums.is_base64(one[checksums.member(n)]) for n in named):
        values = [f"{name}:{one[checksums.member(name)]};" for name in named]
        raise S3Error(
            "InvalidArgument",
            "Invalid Base64 or multiple checksums present in request",
            ArgumentName="Checksum",
            ArgumentValue="".join(values) if len(values) > 1 else one[checksums.member(named[0])],
        )


def _check_mode(members: Members, upload: Upload) -> None:
    given = checksums.type_named(members)
    if given is not None and given != upload.checksum_type:
        mode = upload.checksum_type or "null"
        raise S3Error(
            "InvalidRequest",
            f"The upload was created using the {mode} checksum mode. "
            "The complete request must use the same checksum mode.",
        )


def _find(one: Members, upload: Upload, by_number: dict[int, Part]) -> Part:
    number = one["PartNumber"]
    etag = one["ETag"].strip('"')
    part = by_number.get(number)
    claimed = {name: one[checksums.member(name)] for name in _named(one)}
    if part is None or part.etag != etag:
        raise _wrong_part(upload, number, etag)
    if upload.checksum_type == "COMPOSITE" and not claimed:
        raise S3Error(
            "InvalidRequest",
            f"The upload was created using a {(upload.algorithm or '').lower()} checksum. The "
            "complete request must include the checksum for each part. It was missing for part "
            f"{number} in the request.",
        )
    for name, value in claimed.items():
        if upload.algorithm is not None and name != upload.algorithm:
            raise S3Error(
                "BadDigest",
                f"The {name.lower()} you specified for part {number} did not match what we "
                "received.",
            )
        if name != (upload.algorithm or checksums.DEFAULT) or value != part.checksum:
            raise _wrong_part(upload, number, etag)
    return part


def _wrong_part(upload: Upload, number: int, etag: str) -> S3Error:
    return S3Error("InvalidPart", UploadId=upload.id, PartNumber=number, ETag=etag)


def _named(one: Members) -> list[str]:
    """The algorithms that a part, or a completion, has values of."""
    return [name for name in ALGORITHMS if one.get(checksums.member(name)) is not None]


def _check_size(members: Members, size: int) -> None:
    given = members.get("MpuObjectSize")
    if given is not None and int(given) < 0:
        raise S3Error(
            "InvalidRequest",
            f"Value for x-amz-mp-object-size header is less than zero: '{given}'",
        )
    if given is not None and int(given) != size:
        raise S3Error(
            "InvalidRequest",
            f"The provided 'x-amz-mp-object-size' header value {given} does not match what was "
            f"computed: {size}",
        )


def check_conditions(members: Members, key: str, upload: Upload, current: Version | None) -> None:
    """As for PUT, and a conflict when the key was written or deleted since the upload began."""
    conditions.check_write(members, key, current)
    match, none_match = members.get("IfMatch"), members.get("IfNoneMatch")
    written = current is not None and current.seq > upload.seq
    if (match is not None and written) or (none_match is not None and upload.raced):
        raise S3Error(
            "ConditionalRequestConflict",
            Condition="If-None-Match" if match is None else "If-Match",
            Key=key,
        )


def checksum(members: Members, upload: Upload, chosen: list[Part]) -> str:
    """The object's checksum from its parts'.

    Raises S3Error BadDigest for another one claimed, InvalidRequest for what can be no digest.
    """
    algorithm = upload.algorithm or checksums.DEFAULT
    digests = [part.checksum or "" for part in chosen]
    if upload.checksum_type == "COMPOSITE":
        computed = composite(algorithm, digests)
    else:
        computed = full_object(
            algorithm, list(zip(digests, (part.size for part in chosen), strict=True))
        )
    for name in _named(members):
        claimed = members[checksums.member(name)]
        value, separator, count = claimed.partition("-")
        checksums.check_form(name, value if count.isdecimal() or not separator else claimed)
        if upload.algorithm is None and name in checksums.LATER:
            # https://github.com/justincormack/argmin measured it
            raise S3Error(
                "InvalidRequest",
                "Checksum Type mismatch occurred, expected checksum Type: null, "
                f"actual checksum Type: {name.lower()}",
            )
        if upload.algorithm is None:
            continue  # of an upload without an algorithm S3 looks at no other value (recorded)
        # without x-amz-checksum-type a value is that of a composite checksum (recorded)
        composed = upload.checksum_type == "FULL_OBJECT" and members.get("ChecksumType") is None
        if composed or name != algorithm or claimed not in (computed, computed.partition("-")[0]):
            raise S3Error(
                "BadDigest",
                f"The {algorithm.lower()} you specified did not match the calculated checksum.",
            )
    return computed


def etag(chosen: list[Part]) -> str:
    """The MD5 of the parts' MD5s, and how many they are."""
    joined = b"".join(bytes.fromhex(part.etag) for part in chosen)
    return f"{hashlib.md5(joined, usedforsecurity=False).hexdigest()}-{len(chosen)}"


def asked(members: Members) -> bytes:
    """What a completion asks for, as it is compared with one that comes again: parts and ETags."""
    listed = (members.get("MultipartUpload") or {}).get("Parts") or []
    return pack([(one.get("PartNumber"), str(one.get("ETag") or "").strip('"')) for one in listed])
