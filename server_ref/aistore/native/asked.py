"""What a native request is about: path, provider, bucket, object, and the other parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

from server_ref.aistore import properties
from server_ref.aistore.native.messages import NativeError, from_s3
from server_ref.errors import S3Error
from server_ref.request import Request
from server_ref.storage.records import Bucket

PREFIX = "/v1"


@dataclass(frozen=True)
class Asked:
    """``items`` are the decoded pieces of the path after /v1."""

    request: Request
    items: tuple[str, ...]
    query: dict[str, str]

    @property
    def resource(self) -> str:
        """buckets, objects, daemon, cluster, health."""
        return self.items[0] if self.items else ""

    @property
    def provider(self) -> str:
        """ais unless the query names another. Raises NativeError."""
        provider = self.query.get("provider") or "ais"
        provider = "aws" if provider == "s3" else provider
        if provider not in properties.PROVIDERS:
            raise NativeError(400, f"invalid backend provider {provider!r}")
        return provider

    @property
    def bucket_name(self) -> str:
        """Raises NativeError where the path has none."""
        if len(self.items) < 2 or not self.items[1]:
            raise NativeError(400, "missing bucket name")
        return self.items[1]

    @property
    def key(self) -> str:
        """Raises NativeError where the path has none."""
        key = "/".join(piece for piece in self.items[2:] if piece)
        if not key:
            raise NativeError(400, "missing object name")
        return key

    @property
    def what(self) -> str:
        """As messages name it."""
        name = f"{self.provider}://{self.bucket_name}"
        return f"{name}/{self.key}" if self.resource == "objects" else name

    def bucket(self, store: Any) -> Bucket:
        """Raises NativeError where there is none."""
        try:
            found: Bucket = store.bucket(properties.stored_name(self.provider, self.bucket_name))
        except S3Error as error:
            raise from_s3(error, f"{self.provider}://{self.bucket_name}") from error
        return found


def read(request: Request) -> Asked:
    """What a request below /v1 asks for."""
    path, _, query = request.target.partition("?")
    items = path.removeprefix(PREFIX).strip("/").split("/")
    return Asked(
        request,
        tuple(unquote(item) for item in items),
        dict(parse_qsl(query, keep_blank_values=True)),
    )
