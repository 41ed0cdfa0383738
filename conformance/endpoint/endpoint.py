"""The endpoint: the S3 under test, with everything a client needs to reach it."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

Addressing = Literal["path", "virtual"]
HOME_REGION = "us-east-1"  # the region a bucket is in that names none


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

    def tls(self) -> ssl.SSLContext | None:
        """How to speak TLS to it; None where it is spoken to in plain HTTP."""
        if not self.secure:
            return None
        context = ssl.create_default_context(cafile=self.ca_bundle)
        if self.insecure:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    @property
    def name(self) -> str:
        """The label if one was given, else the host."""
        return self.label or self.host
