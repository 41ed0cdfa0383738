"""The server's settings: what a behaviour file or the command line may change."""

from __future__ import annotations

from dataclasses import dataclass, field

from server_ref.identity import Credential


@dataclass(frozen=True)
class Settings:
    """``durability`` is "full" (fsync before an answer) or "relaxed" (the system's own pace)."""

    region: str = "us-east-1"  # the home region: buckets that name no region are made here
    further_regions: tuple[str, ...] = ()  # other regions that buckets can be made in
    anonymous: bool = False  # answer unsigned requests as the first account
    durability: str = "full"  # on disk before an answer; or relaxed, at the system's own pace
    base_path: str = ""  # the path below which the S3 API is, such as "/s3"
    domain: str = ""  # <bucket>.<domain> too, beside *.amazonaws.com and *.localhost
    event_targets: tuple[tuple[str, str], ...] = ()  # ARN (or pattern) and URL of each
    access_log_seconds: float = 10.0  # how long access log records are gathered into one object
    restore_seconds: float = 10.0  # for a Standard restore; Expedited takes a tenth, Bulk twice
    customer_keys: bool = True  # buckets take SSE-C until they block it; since 2026 S3's do not
    keys_over_http: bool = True  # SSE-C and SSE-KMS without TLS, which S3 refuses
    mfa_devices: tuple[tuple[str, str], ...] = field(default=(), repr=False)  # serial, secret
    inline_limit: int = 16 * 1024  # bytes; bodies up to this size live in the database
    max_key: int = 1024  # bytes of UTF-8
    min_part: int = 5 * 1024**2  # bytes, of every part of an upload but the last
    targets: int = 0  # how many further ports (an imitated product answers on several)
    features: tuple[str, ...] = ()  # features of the imitated product that are on from the start
    upstream: str = ""  # URL of the S3 server to which the imitated product passes requests
    upstream_credential: Credential | None = field(default=None, repr=False)  # for that S3
