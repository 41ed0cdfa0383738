"""How checks set up multipart uploads. No check is here."""

from __future__ import annotations

from typing import Any

from conformance.trial import Trial

FIVE_MIB = 5 * 1024 * 1024  # the least a part that is not the last may have
LIMITS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html"
API = ("aws-s3api", "boto3", "raw")  # the clients that take one step at a time


def named_parts(*numbered: tuple[int, str]) -> dict[str, Any]:
    """The MultipartUpload member of a completion, of part numbers and ETags."""
    return {"Parts": [{"PartNumber": number, "ETag": etag} for number, etag in numbered]}


def given_upload(t: Trial, name: str, **members: Any) -> str:
    """An upload in progress; its id."""
    upload: str = t.given.call("CreateMultipartUpload", Key=name, **members).need("UploadId")
    return upload


def given_part(t: Trial, name: str, upload: str, number: int, body: bytes, **members: Any) -> str:
    """A part of an upload; its ETag."""
    part = t.given.call(
        "UploadPart", Key=name, UploadId=upload, PartNumber=number, Body=body, **members
    )
    etag: str = part.need("ETag")
    return etag
