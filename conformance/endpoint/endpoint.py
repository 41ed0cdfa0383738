"""The endpoint: the S3 under test, with everything a client needs to reach it."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import urlsplit

Addressing = Literal["path", "virtual"]
Who = Literal["own", "other", "anonymous"]  # who asks: an account of the run, or nobody
_AMAZON = "amazonaws.com"  # one S3 under a name for each region
HOME_REGION = "us-east-1"  # the region a bucket is in that names none


@dataclass(frozen=True)
class Credentials:
    """An access key pair. Printing it shows no secret.

    ``account_id`` is the twelve digits of the account it belongs to, where that was given.
    """

    access_key: str
    secret_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)
    account_id: str | None = None


@dataclass(frozen=True)
class Endpoint:
    """Where and how to talk to the S3 under test.

    ``url`` may have a path (``http://host:8080/s3``). ``credentials`` of None means anonymous.
    ``other_credentials`` are those of a second account, for checks between accounts.
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
    other_credentials: Credentials | None = None
    other_hosts: tuple[str, ...] = ()  # "host:port" that its profile declares as the endpoint's too
    who: Who = "own"  # whose ``credentials`` these are
    sources: Mapping[Who, str] = field(default_factory=dict)  # where each comes from, in words

    def seen_by(self, who: Who) -> Endpoint:
        """The same endpoint for somebody else: the other account, or nobody at all."""
        if who == self.who:
            return self
        theirs = {"own": self.credentials, "other": self.other_credentials, "anonymous": None}
        return replace(self, credentials=theirs[who], who=who)

    @property
    def all_credentials(self) -> tuple[Credentials | None, ...]:
        """Every account's, for whoever keeps secrets out of what is written."""
        return (self.credentials, self.other_credentials)

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every ``host:port`` that a client may reach: its own, and those that are declared."""
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        own = f"[{host}]" if ":" in host else host
        port = parts.port or (443 if self.secure else 80)
        declared = tuple(one.replace("{host}", own) for one in self.other_hosts)
        amazon = (f"*.{_AMAZON}:{port}",) if host.endswith(f".{_AMAZON}") else ()
        return (f"{own}:{port}", *amazon, *declared)

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


def is_of_this_machine(url: str) -> bool:
    """Whether the URL names this machine: `localhost`, or an address on loopback."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
