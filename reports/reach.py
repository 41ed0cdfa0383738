"""Which members and errors of Amazon's model no check can reach, each with its reason.

They belong to other kinds of buckets or to other services, so that an endpoint of general purpose
buckets has no way to show them. What a run reaches all the same is counted as any other.
"""

from __future__ import annotations

REQUEST, RESPONSE, ERROR = "request", "response", "error"
_DIRECTORY = "of directory buckets, which have endpoints of their own"
_LAMBDA = "of Object Lambda, another service with endpoints of its own"

# (operation, part, member) -> why; "*" is any
BEYOND: dict[tuple[str, str, str], str] = {
    ("CreateSession", "*", "*"): _DIRECTORY,
    ("ListDirectoryBuckets", "*", "*"): _DIRECTORY,
    ("WriteGetObjectResponse", "*", "*"): _LAMBDA,
    ("AbortMultipartUpload", REQUEST, "IfMatchInitiatedTime"): _DIRECTORY,
    ("PutObject", REQUEST, "WriteOffsetBytes"): _DIRECTORY,
    ("PutObject", RESPONSE, "Size"): _DIRECTORY,
    ("PutObject", ERROR, "EncryptionTypeMismatch"): _DIRECTORY,
    ("PutObject", ERROR, "InvalidWriteOffset"): _DIRECTORY,
    ("PutObject", ERROR, "TooManyParts"): _DIRECTORY,
    ("HeadBucket", RESPONSE, "BucketLocationName"): _DIRECTORY,
    ("HeadBucket", RESPONSE, "BucketLocationType"): _DIRECTORY,
    ("RestoreObject", RESPONSE, "RestoreOutputPath"): "of restores that run SQL; S3 has ended them",
    ("GetObjectTorrent", RESPONSE, "*"): "of torrents, which S3 has ended",
    ("HeadBucket", ERROR, "*"): "an answer to HEAD has no document, so no code",
    ("HeadObject", ERROR, "*"): "an answer to HEAD has no document, so no code",
}


def out_of_reach(operation: str, part: str, member: str) -> str:
    """Why no check reaches this member or code; "" where one can."""
    for key in ((operation, part, member), (operation, part, "*"), (operation, "*", "*")):
        if key in BEYOND:
            return BEYOND[key]
    return ""
