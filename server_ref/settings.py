"""The server's settings: what a profile or the command line may change. No behaviour is here."""

from __future__ import annotations

from dataclasses import dataclass, field

from server_ref.identity import Credential


@dataclass(frozen=True)
class Settings:
    """``durability`` is "full" (fsync before an answer) or "relaxed" (the system's own pace)."""

    region: str = "us-east-1"  # the home: where a bucket goes that names no region
    further_regions: tuple[str, ...] = ()  # beside it: gate/regions.py
    anonymous: bool = False  # answer unsigned requests as the first account
    durability: str = "full"  # on disk before an answer; or relaxed, at the system's own pace
    base_path: str = ""  # a path S3 lives under, "/s3"
    domain: str = ""  # <bucket>.<domain> too, beside *.amazonaws.com and *.localhost
    event_targets: tuple[tuple[str, str], ...] = ()  # ARN or pattern, URL: effects/targets.py
    access_log_seconds: float = 10.0  # how long access log records are gathered into one object
    restore_seconds: float = 10.0  # a Standard restore; Expedited takes a tenth, Bulk twice that
    customer_keys: bool = True  # buckets take SSE-C until they block it; since 2026 S3's do not
    keys_over_http: bool = True  # SSE-C and SSE-KMS without TLS, which S3 refuses
    mfa_devices: tuple[tuple[str, str], ...] = field(default=(), repr=False)  # serial, secret
    inline_limit: int = 16 * 1024  # bytes; bodies up to this size live in the database
    max_key: int = 1024  # bytes of UTF-8
    min_part: int = 5 * 1024**2  # bytes, of every part of an upload but the last
    targets: int = 0  # further ports, of a product that answers on several
    features: tuple[str, ...] = ()  # switches of that product, on from the start
    upstream: str = ""  # URL of the S3 that such a product passes requests on to
    upstream_credential: Credential | None = field(default=None, repr=False)  # for that S3
