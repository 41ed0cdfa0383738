"""One part of an object as GET and HEAD show it with partNumber.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
"""

from __future__ import annotations

from server_ref.errors import S3Error
from server_ref.storage.records import Version

MAX_PARTS = 10_000


def check_number(number: int, argument: str = "partNumber") -> None:
    """Raises S3Error InvalidArgument unless it is 1 to 10000."""
    if not 1 <= number <= MAX_PARTS:
        raise S3Error(
            "InvalidArgument",
            f"Part number must be an integer between 1 and {MAX_PARTS}, inclusive",
            ArgumentName=argument,
            ArgumentValue=number,
        )


def locate(version: Version, number: int) -> tuple[int, int] | None:
    """(start, length) of a part; None for the whole of an empty object.

    ``number`` is one of `check_number`. Raises S3Error InvalidPartNumber when the object has no
    such part. An object that was not uploaded in parts is one part.
    """
    sizes = [part.size for part in version.read_parts()] or [version.size]
    if number > len(sizes):
        raise S3Error("InvalidPartNumber", ActualPartCount=len(sizes), PartNumberRequested=number)
    start, length = sum(sizes[: number - 1]), sizes[number - 1]
    return (start, length) if length else None


def checksum(version: Version, number: int | None, *, whole: bool) -> str | None:
    """The checksum that belongs to what is shown: a part's own, or the object's."""
    if number is not None and version.checksum_type == "COMPOSITE":
        return version.read_parts()[number - 1].checksum
    return version.checksum if whole else None
