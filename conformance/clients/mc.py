"""The `mc` client: MinIO's program, with an alias of its own.

https://min.io/docs/minio/linux/reference/minio-mc.html
"""

from __future__ import annotations

import json

from conformance.clients.base import ClientCannotError
from conformance.clients.command_line import secret_file
from conformance.clients.fetching import Fetch
from conformance.clients.in_pieces import PiecesAnswer
from conformance.clients.programs import Program
from conformance.clients.tool_fetching import by_go, installed
from conformance.clients.typed import TypedClient, Words, options

_ATTRIBUTES = {
    "ContentType": "Content-Type",
    "CacheControl": "Cache-Control",
    "ContentDisposition": "Content-Disposition",
    "ContentEncoding": "Content-Encoding",
    "ContentLanguage": "Content-Language",
}
_VERSION = {"VersionId": "--version-id"}


class _Answer(PiecesAnswer):
    who = "mc"


class McClient(TypedClient):
    """`mc cp`, `get`, `stat`, `rm`, `ls`, `mb`, `rb`, `tag`, `version`, `share`."""

    name = "mc"
    family = "tools"
    program_name = "mc"
    variable = "S3COMPAT_MC"
    comes_from = "the Go module proxy: github.com/minio/mc, built by `go`"
    answers = _Answer

    @classmethod
    def _program(cls) -> Program:
        return installed(cls.name, cls.variable, "bin/mc")

    @classmethod
    def fetch(cls, version: str | None = None) -> Fetch:
        return by_go(cls.name, "github.com/minio/mc", cls.comes_from, version)

    def endpoint_options(self) -> list[str]:
        keys = self.endpoint.credentials
        if self.endpoint.base_path:
            raise ClientCannotError("an endpoint of mc has no path")
        alias = {
            "url": self.reached,
            "accessKey": keys.access_key if keys else "",
            "secretKey": keys.secret_key if keys else "",
            "sessionToken": (keys.session_token or "") if keys else "",
            "api": "s3v4",
            "path": "on" if self.endpoint.addressing == "path" else "off",
        }
        (self.home / "mc").mkdir(exist_ok=True)
        document = {"version": "10", "aliases": {"s3": alias}}
        secret_file(self.home / "mc" / "config.json", json.dumps(document))
        return ["--config-dir", str(self.home / "mc"), "--quiet", "--no-color"]

    def PutObject(self, asked: Words) -> list[str]:  # noqa: N802 -- S3's name
        to = _path(self, asked)
        attributes = {
            word: str(asked.take(name))
            for name, word in _ATTRIBUTES.items()
            if name in asked.members
        }
        attributes |= dict(asked.take("Metadata", {}))
        if any(set(value) & set(";=") for value in attributes.values()):
            raise ClientCannotError("--attr has no way to say a value with ; or =")
        words = options(asked, {"StorageClass": "--storage-class", "Tagging": "--tags"})
        if attributes:
            words += ["--attr", ";".join(f"{name}={value}" for name, value in attributes.items())]
        return ["cp", *words, self.body_file(asked), to]

    def GetObject(self, asked: Words) -> list[str]:  # noqa: N802 -- S3's name
        return ["cp", *options(asked, _VERSION), _path(self, asked), str(self.home / "out")]

    def HeadObject(self, asked: Words) -> list[str]:  # noqa: N802 -- S3's name
        return ["stat", "--no-list", *options(asked, _VERSION), _path(self, asked)]

    def DeleteObject(self, asked: Words) -> list[str]:  # noqa: N802 -- S3's name
        return ["rm", *options(asked, _VERSION), _path(self, asked)]

    def CopyObject(self, asked: Words) -> list[str]:  # noqa: N802 -- S3's name
        source = self.source_of(asked.take("CopySource"))
        return ["cp", f"s3/{source}", _path(self, asked)]

    def ListBuckets(self, asked: Words) -> list[str]:  # noqa: N802, ARG002 -- S3's name
        return ["ls", "s3/"]

    def CreateBucket(self, asked: Words) -> list[str]:  # noqa: N802 -- S3's name
        locked = ["--with-lock"] if asked.take("ObjectLockEnabledForBucket") else []
        return ["mb", *locked, f"s3/{asked.take('Bucket')}"]

    def DeleteBucket(self, asked: Words) -> list[str]:  # noqa: N802 -- S3's name
        return ["rb", f"s3/{asked.take('Bucket')}"]

    def ListObjectsV2(self, asked: Words) -> list[str]:  # noqa: N802 -- S3's name
        return ["ls", "--recursive", f"s3/{asked.take('Bucket')}/"]

    def PutBucketVersioning(self, asked: Words) -> list[str]:  # noqa: N802 -- S3's name
        wanted = dict(asked.take("VersioningConfiguration"))
        word = {"Enabled": "enable", "Suspended": "suspend"}.get(str(wanted.pop("Status", "")))
        if word is None or wanted:
            raise ClientCannotError("mc version is enable or suspend")
        return ["version", word, f"s3/{asked.take('Bucket')}"]

    def GetBucketVersioning(self, asked: Words) -> list[str]:  # noqa: N802 -- S3's name
        return ["version", "info", f"s3/{asked.take('Bucket')}"]


def _path(client: McClient, asked: Words) -> str:
    where = {"Bucket": asked.take("Bucket"), "Key": asked.take("Key")}
    return f"s3/{client.place_of(where)}"
