"""The endpoint: the S3 under test, with everything a client needs to reach it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

Addressing = Literal["path", "virtual"]


@dataclass(frozen=True)
class Credentials:
    """An access key pair. Printing it shows no secret."""

    access_key: str
    secret_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Endpoint:
    """Where and how to talk to the S3 under test.

    ``url`` may have a path (``http://host:8080/s3``). ``credentials`` of None means anonymous.
    ``ca_bundle`` is a PEM file; ``insecure`` skips certificate verification.
    """

    url: str
    region: str = "us-east-1"
    addressing: Addressing = "path"
    credentials: Credentials | None = None
    profile: str = "aws"
    label: str = ""
    ca_bundle: str | None = None
    insecure: bool = False

    @property
    def host(self) -> str:
        """``host:port`` of the URL, as a Host header has it (no default port)."""
        return urlsplit(self.url).netloc

    @property
    def base_path(self) -> str:
        """The URL's path without a trailing slash: ``""`` or ``"/s3"``."""
        return urlsplit(self.url).path.rstrip("/")

    @property
    def secure(self) -> bool:
        """Whether the endpoint is spoken to over TLS."""
        return urlsplit(self.url).scheme == "https"

    @property
    def name(self) -> str:
        """The label if one was given, else the host."""
        return self.label or self.host
