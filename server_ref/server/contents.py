"""What a server begins with: buckets, and the files of folders, put there as any client would.

It is given a boto3 client; nothing is imported for it.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_HOME_OF_NO_NAME = "us-east-1"  # the region that a LocationConstraint must not name


def make_buckets(client: Any, names: Iterable[str], region: str) -> None:
    """Make these buckets where they are not there yet; raises botocore's ClientError."""
    where = {"CreateBucketConfiguration": {"LocationConstraint": region}}
    for name in names:
        try:
            client.create_bucket(Bucket=name, **(where if region != _HOME_OF_NO_NAME else {}))
        except client.exceptions.BucketAlreadyOwnedByYou:
            continue


def upload_folder(client: Any, folder: Path, bucket: str) -> int:
    """Put every file below ``folder`` into the bucket, under its path from there; how many.

    Content-Type is guessed from the name. Raises OSError, and boto3's errors.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in files:
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        key = path.relative_to(folder).as_posix()
        client.upload_file(str(path), bucket, key, ExtraArgs={"ContentType": kind})
    return len(files)


def parse_seed(text: str) -> tuple[str, Path]:
    """``BUCKET=DIR``, or ``DIR`` for a bucket with the folder's own name. Raises ValueError."""
    bucket, equals, rest = text.partition("=")
    folder = Path(rest if equals and not Path(text).is_dir() else text)
    if not folder.is_dir():
        raise ValueError(f"{folder} is no folder; write BUCKET=DIR, or DIR")
    return (bucket if folder == Path(rest) and equals else folder.resolve().name), folder
