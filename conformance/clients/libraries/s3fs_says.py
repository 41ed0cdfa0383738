"""`s3fs`, the file system of pandas and Dask, on aiobotocore: what each operation is there.

https://s3fs.readthedocs.io/en/latest/api.html
"""

from __future__ import annotations

import importlib.metadata
from typing import Any

import s3fs

VERSION = f"s3fs/{importlib.metadata.version('s3fs')}"


class Library:
    """One file system, which keeps no listings."""

    def __init__(self, settings: dict[str, Any]) -> None:
        keys = settings["credentials"] or {}
        self.files = s3fs.S3FileSystem(
            anon=not keys,
            key=keys.get("access_key"),
            secret=keys.get("secret_key"),
            token=keys.get("session_token"),
            endpoint_url=settings["endpoint"],
            client_kwargs={"verify": settings["ca"]},
            config_kwargs={
                "region_name": settings["region"],
                "s3": {"addressing_style": settings["addressing"]},
                "proxies": {"http": settings["proxy"], "https": settings["proxy"]},
                "retries": {"total_max_attempts": 1, "mode": "standard"},
                "connect_timeout": 60,
                "read_timeout": 60,
            },
            use_listings_cache=False,
            skip_instance_cache=True,
        )
        self.files.retries = 1  # its own, beside botocore's

    def _path(self, members: Any) -> str:
        return f"{members.take('Bucket')}/{members.path()}"

    def PutObject(self, members: Any) -> None:  # noqa: N802 -- S3's name
        path, body = self._path(members), members.take("Body", b"")
        options = {
            name: members.take(name)
            for name in ("ContentType", "CacheControl", "ContentEncoding", "Metadata", "ACL",
                         "StorageClass", "ContentDisposition", "Tagging", "ServerSideEncryption")
            if name in members
        }  # fmt: skip
        if (star := members.take("IfNoneMatch")) is not None:
            if star != "*":
                raise NotImplementedError("the mode is create (If-None-Match: *) or overwrite")
            options["mode"] = "create"
        members.done()
        self.files.pipe_file(path, body, **options)

    def GetObject(self, members: Any) -> bytes:  # noqa: N802 -- S3's name
        path = self._path(members)
        start = end = None
        if "Range" in members:
            start, end = _range(members.take("Range"))
        members.done()
        return bytes(self.files.cat_file(path, start=start, end=end))

    def HeadObject(self, members: Any) -> None:  # noqa: N802 -- S3's name
        path = self._path(members)
        members.done()
        self.files.info(path, refresh=True)

    def DeleteObject(self, members: Any) -> None:  # noqa: N802 -- S3's name
        path = self._path(members)
        members.done()
        self.files.rm_file(path)

    def CopyObject(self, members: Any) -> None:  # noqa: N802 -- S3's name
        path = self._path(members)
        source = "/".join(members.source())
        members.done()
        self.files.cp_file(source, path)

    def CreateBucket(self, members: Any) -> None:  # noqa: N802 -- S3's name
        bucket = members.take("Bucket")
        location = dict(members.take("CreateBucketConfiguration", {}))
        where = location.pop("LocationConstraint", None)
        members.done()
        if location:
            raise NotImplementedError("mkdir takes a region and nothing else")
        self.files.mkdir(bucket, **({"region_name": where} if where else {}))

    def DeleteBucket(self, members: Any) -> None:  # noqa: N802 -- S3's name
        bucket = members.take("Bucket")
        members.done()
        self.files.rmdir(bucket)

    def ListBuckets(self, members: Any) -> None:  # noqa: N802 -- S3's name
        members.done()
        self.files.ls("", refresh=True)

    def ListObjectsV2(self, members: Any) -> None:  # noqa: N802 -- S3's name
        bucket, prefix = members.take("Bucket"), members.take("Prefix", "")
        delimiter = members.take("Delimiter")
        members.done()
        if delimiter not in (None, "/") or (prefix and not prefix.endswith("/")):
            raise NotImplementedError("a listing is of a folder there")
        path = f"{bucket}/{prefix}".rstrip("/")
        if delimiter:
            self.files.ls(path, refresh=True)
        else:
            self.files.find(path)

    def presign(self, operation: str, members: Any, expires: int) -> str:
        """A URL by `sign`, or by `url` of another method."""
        words = {"GetObject": "get_object", "PutObject": "put_object"}
        if operation not in words:
            raise NotImplementedError(f"there is no URL for {operation}")
        path = self._path(members)
        members.done()
        return str(self.files.url(path, expires=expires, client_method=words[operation]))


def _range(text: str) -> tuple[int | None, int | None]:
    unit, _, spec = text.partition("=")
    first, dash, last = spec.partition("-")
    if unit != "bytes" or not dash or not (first + last).isdigit():
        raise NotImplementedError(f"a range is two numbers there, not {text!r}")
    if not first:
        return -int(last), None
    return int(first), int(last) + 1 if last else None
