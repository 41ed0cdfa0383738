"""MinIO's SDK for Python: what each operation is there.

https://min.io/docs/minio/linux/developers/python/API.html
"""

from __future__ import annotations

import importlib.metadata
import io
from datetime import timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

import minio
import urllib3
from minio.commonconfig import CopySource, Tags
from minio.deleteobjects import DeleteObject
from minio.versioningconfig import VersioningConfig

VERSION = f"minio/{importlib.metadata.version('minio')}"
_HEADERS = {
    "CacheControl": "Cache-Control",
    "ContentDisposition": "Content-Disposition",
    "ContentEncoding": "Content-Encoding",
    "ContentLanguage": "Content-Language",
    "StorageClass": "x-amz-storage-class",
}
_METHODS = {"GetObject": "GET", "PutObject": "PUT", "HeadObject": "HEAD", "DeleteObject": "DELETE"}
_BLOCK = 64 * 1024


class Library:
    """One client of the endpoint."""

    def __init__(self, settings: dict[str, Any]) -> None:
        parts = urlsplit(settings["endpoint"])
        keys = settings["credentials"] or {}
        self._base = parts.path.strip("/")
        self.s3 = minio.Minio(
            endpoint=parts.netloc,
            access_key=keys.get("access_key"),
            secret_key=keys.get("secret_key"),
            session_token=keys.get("session_token"),
            secure=parts.scheme == "https",
            region=settings["region"],
            http_client=urllib3.ProxyManager(
                settings["proxy"],
                timeout=urllib3.Timeout(60),
                retries=urllib3.Retry(0),
                ca_certs=settings["ca"],
            ),
        )
        if settings["addressing"] == "virtual":
            self.s3.enable_virtual_style_endpoint()

    def _where(self, members: Any) -> tuple[str, ...]:
        if self._base:
            raise NotImplementedError("an endpoint has no path in minio-py")
        place = [members.take("Bucket")]
        if "Key" in members:
            place.append(members.take("Key"))
        return tuple(place)

    def ListBuckets(self, members: Any) -> None:  # noqa: N802 -- S3's name
        members.done()
        if self._base:
            raise NotImplementedError("an endpoint has no path in minio-py")
        self.s3.list_buckets()

    def CreateBucket(self, members: Any) -> None:  # noqa: N802 -- S3's name
        (bucket,) = self._where(members)
        location = dict(members.take("CreateBucketConfiguration", {}))
        where = location.pop("LocationConstraint", None)
        locked = members.take("ObjectLockEnabledForBucket", False)
        members.done()
        if location:
            raise NotImplementedError("make_bucket takes a location and nothing else")
        self.s3.make_bucket(bucket, location=where, object_lock=locked)

    def HeadBucket(self, members: Any) -> None:  # noqa: N802 -- S3's name
        (bucket,) = self._where(members)
        members.done()
        if not self.s3.bucket_exists(bucket):
            raise LookupError("bucket_exists says no")

    def DeleteBucket(self, members: Any) -> None:  # noqa: N802 -- S3's name
        (bucket,) = self._where(members)
        members.done()
        self.s3.remove_bucket(bucket)

    def PutObject(self, members: Any) -> None:  # noqa: N802 -- S3's name
        bucket, key = self._where(members)
        body = members.take("Body", b"")
        metadata = dict(members.take("Metadata", {}))
        metadata |= {word: members.take(name) for name, word in _HEADERS.items() if name in members}
        kind = {"content_type": members.take("ContentType")} if "ContentType" in members else {}
        members.done()
        self.s3.put_object(
            bucket, key, io.BytesIO(body), len(body), metadata=metadata or None, **kind
        )

    def GetObject(self, members: Any) -> bytes:  # noqa: N802 -- S3's name
        bucket, key = self._where(members)
        version = members.take("VersionId")
        headers = {
            word: members.take(name)
            for name, word in (("IfMatch", "If-Match"), ("IfNoneMatch", "If-None-Match"),
                               ("Range", "Range"))
            if name in members
        }  # fmt: skip
        members.done()
        answer = self.s3.get_object(
            bucket, key, request_headers=headers or None, version_id=version
        )
        try:
            return b"".join(answer.stream(_BLOCK))
        finally:
            answer.close()
            answer.release_conn()

    def HeadObject(self, members: Any) -> None:  # noqa: N802 -- S3's name
        bucket, key = self._where(members)
        version = members.take("VersionId")
        members.done()
        self.s3.stat_object(bucket, key, version_id=version)

    def DeleteObject(self, members: Any) -> None:  # noqa: N802 -- S3's name
        bucket, key = self._where(members)
        version = members.take("VersionId")
        members.done()
        self.s3.remove_object(bucket, key, version_id=version)

    def DeleteObjects(self, members: Any) -> None:  # noqa: N802 -- S3's name
        (bucket,) = self._where(members)
        wanted = dict(members.take("Delete"))
        bypass = members.take("BypassGovernanceRetention", False)
        members.done()
        quiet, objects = wanted.pop("Quiet", None), wanted.pop("Objects", [])
        if wanted or not quiet or any(set(one) - {"Key", "VersionId"} for one in objects):
            raise NotImplementedError("remove_objects is always quiet, and takes keys and versions")
        named = [DeleteObject(one["Key"], one.get("VersionId")) for one in objects]
        for problem in self.s3.remove_objects(bucket, named, bypass_governance_mode=bypass):
            raise RuntimeError(f"{problem.code}: {problem.message}")

    def CopyObject(self, members: Any) -> None:  # noqa: N802 -- S3's name
        bucket, key = self._where(members)
        source = str(members.take("CopySource")).lstrip("/")
        directive = members.take("MetadataDirective")
        metadata = members.take("Metadata")
        members.done()
        path, _, version = source.partition("?versionId=")
        came_from, _, name = path.partition("/")
        if not name:
            raise NotImplementedError("CopySource is a bucket and an object")
        self.s3.copy_object(
            bucket,
            key,
            CopySource(came_from, unquote(name), version_id=version or None),
            metadata=metadata,
            metadata_directive=directive,
        )

    def ListObjectsV2(self, members: Any) -> None:  # noqa: N802 -- S3's name
        self._listed(members, use_api_v1=False)

    def ListObjects(self, members: Any) -> None:  # noqa: N802 -- S3's name
        self._listed(members, use_api_v1=True)

    def _listed(self, members: Any, *, use_api_v1: bool) -> None:
        (bucket,) = self._where(members)
        prefix, delimiter = members.take("Prefix"), members.take("Delimiter")
        after = members.take("Marker" if use_api_v1 else "StartAfter")
        owner = members.take("FetchOwner", False)
        encoded = members.take("EncodingType")
        members.done()
        if encoded not in (None, "url"):
            raise NotImplementedError("list_objects asks for the encoding url, or for none")
        if delimiter not in (None, "/"):
            raise NotImplementedError("list_objects has one delimiter: /")
        for _entry in self.s3.list_objects(
            bucket,
            prefix=prefix,
            recursive=delimiter is None,
            start_after=after,
            fetch_owner=owner,
            use_url_encoding_type=encoded == "url",
            use_api_v1=use_api_v1,
        ):
            continue

    def PutObjectTagging(self, members: Any) -> None:  # noqa: N802 -- S3's name
        bucket, key = self._where(members)
        tags, version = members.take("Tagging")["TagSet"], members.take("VersionId")
        members.done()
        made = Tags.new_object_tags()
        try:
            made.update({one["Key"]: one["Value"] for one in tags})
        except ValueError as refusal:
            raise NotImplementedError(f"minio-py refuses it itself: {refusal}") from refusal
        if len(made) != len(tags):
            raise NotImplementedError("tags are a mapping there: no key twice")
        self.s3.set_object_tags(bucket, key, made, version_id=version)

    def GetObjectTagging(self, members: Any) -> None:  # noqa: N802 -- S3's name
        bucket, key = self._where(members)
        version = members.take("VersionId")
        members.done()
        self.s3.get_object_tags(bucket, key, version_id=version)

    def DeleteObjectTagging(self, members: Any) -> None:  # noqa: N802 -- S3's name
        bucket, key = self._where(members)
        version = members.take("VersionId")
        members.done()
        self.s3.delete_object_tags(bucket, key, version_id=version)

    def PutBucketVersioning(self, members: Any) -> None:  # noqa: N802 -- S3's name
        (bucket,) = self._where(members)
        wanted = members.take("VersioningConfiguration")
        members.done()
        if set(wanted) != {"Status"} or wanted["Status"] not in ("Enabled", "Suspended"):
            raise NotImplementedError("VersioningConfig is Enabled or Suspended")
        self.s3.set_bucket_versioning(bucket, VersioningConfig(wanted["Status"]))

    def GetBucketVersioning(self, members: Any) -> None:  # noqa: N802 -- S3's name
        (bucket,) = self._where(members)
        members.done()
        self.s3.get_bucket_versioning(bucket)

    def PutBucketPolicy(self, members: Any) -> None:  # noqa: N802 -- S3's name
        (bucket,) = self._where(members)
        policy = members.take("Policy")
        members.done()
        self.s3.set_bucket_policy(bucket, policy)

    def GetBucketPolicy(self, members: Any) -> None:  # noqa: N802 -- S3's name
        (bucket,) = self._where(members)
        members.done()
        self.s3.get_bucket_policy(bucket)

    def DeleteBucketPolicy(self, members: Any) -> None:  # noqa: N802 -- S3's name
        (bucket,) = self._where(members)
        members.done()
        self.s3.delete_bucket_policy(bucket)

    def presign(self, operation: str, members: Any, expires: int) -> str:
        """A URL by `get_presigned_url`."""
        if operation not in _METHODS:
            raise NotImplementedError(f"there is no URL for {operation}")
        bucket, key = self._where(members)
        members.done()
        return str(
            self.s3.get_presigned_url(
                _METHODS[operation], bucket, key, expires=timedelta(seconds=expires)
            )
        )
