"""The checksum headers of a request that is made by hand: those required, or asked for.

A client of this project adds no other: what the SDKs add by default is theirs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.clients.base import ClientCannotError
from conformance.clients.checksums import checksum
from conformance.clients.serialise import Payload, Serialised

BLOCK = 64 * 1024


def integrity_headers(model: Any, members: Mapping[str, Any], made: Serialised) -> dict[str, str]:
    """The checksum header that Amazon's model requires, or that the members ask for.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
    """
    trait = model.http_checksum or {}
    given = any(
        name.lower() == "content-md5" or name.lower().startswith("x-amz-checksum-")
        for name in made.headers
    )
    if given or not trait:
        return {}
    algorithm = members.get(trait.get("requestAlgorithmMember", ""))
    try:
        if algorithm is not None:
            return {
                f"x-amz-checksum-{algorithm.lower()}": checksum(algorithm, blocks_of(made.body))
            }
        if trait.get("requestChecksumRequired"):
            return {"Content-MD5": checksum("MD5", blocks_of(made.body))}
    except KeyError as unknown:
        raise ClientCannotError(f"raw does not compute {algorithm} checksums") from unknown
    return {}


def blocks_of(body: Payload) -> Iterator[bytes]:
    """The body from its start, in blocks; a file is read again each time."""
    if isinstance(body, bytes):
        for start in range(0, len(body), BLOCK):
            yield body[start : start + BLOCK]
        return
    body.seek(0)
    while block := body.read(BLOCK):
        yield block
