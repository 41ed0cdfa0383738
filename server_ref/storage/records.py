"""What the store keeps, as operations see it: buckets, versions, uploads, parts. No SQL here."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

NULL_VERSION = "null"


class Bucket(NamedTuple):
    """A bucket. ``created`` is in whole seconds; ``versioning`` is "", "Enabled" or "Suspended"."""

    id: int
    name: str
    owner: str  # canonical id
    region: str
    created: int
    versioning: str
    object_lock: bool


class Segment(NamedTuple):
    """A run of bytes of one stored blob."""

    blob: int
    offset: int
    length: int


class PartInfo(NamedTuple):
    """One part of a completed multipart object: its number, size and checksum (base64)."""

    number: int
    size: int
    checksum: str | None


class Lock(msgspec.Struct, frozen=True, omit_defaults=True):
    """Object Lock state of a version. ``until`` is in seconds."""

    mode: str | None = None  # GOVERNANCE | COMPLIANCE
    until: float | None = None
    hold: str | None = None  # ON | OFF


class Restore(msgspec.Struct, frozen=True):
    """A restore of an archived version. ``ready`` and ``until`` are in seconds."""

    ready: int  # when the copy can be read
    until: int  # when it is gone again
    days: int
    tier: str


class Sealed(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a body is encrypted at rest. A body without one lies there as it is.

    ``method`` is "SSE-C", "aws:kms" or "aws:kms:dsse"; ``keys`` are its data keys, wrapped by the
    customer's key or by ``kms_key`` (an ARN) with the encryption ``context``.
    """

    method: str
    keys: tuple[bytes, ...]
    kms_key: str | None = None
    context: dict[str, str] = {}
    bucket_key: bool = False


class Details(msgspec.Struct, omit_defaults=True):
    """What an object carries: headers by member name, and user metadata; these never change.

    ``facts`` are what an emulated product keeps of an object and S3 does not. ``restore`` and
    ``used`` are the version's own and no copy has them. ``sealed`` says how the body is encrypted;
    ``asked`` has the headers of encryption that began an upload.
    """

    headers: dict[str, str] = {}
    metadata: dict[str, str] = {}
    facts: dict[str, str] = {}
    restore: Restore | None = None
    used: int = 0  # seconds; when it was last read, noted for Intelligent-Tiering only
    sealed: Sealed | None = None
    asked: dict[str, str] = {}

    def of_a_copy(self) -> Details:
        """These details without what is the version's own."""
        self.restore, self.used = None, 0
        return self

    @staticmethod
    def read(packed: bytes | None) -> Details:
        """The details of a packed column."""
        return _DETAILS.decode(packed) if packed else Details()


class Version(NamedTuple):
    """One version of an object or one delete marker; the columns of a row, in their order.

    ``modified`` is in whole seconds. ``etag`` has no quotes. The packed columns (bytes) are JSON;
    the methods below read them.
    """

    key: str
    seq: int
    version_id: str
    marker: int
    size: int
    etag: str
    modified: int
    storage_class: str
    owner: str
    algorithm: str | None  # CRC32 | CRC32C | CRC64NVME | SHA1 | SHA256
    checksum_type: str | None  # FULL_OBJECT | COMPOSITE
    checksum: str | None
    blob: int | None  # the whole body, when it is one blob
    details: bytes | None = None
    tags: bytes | None = None
    acl: bytes | None = None
    lock: bytes | None = None
    parts: bytes | None = None
    segments: bytes | None = None
    replication: str | None = None  # PENDING | COMPLETED | FAILED | REPLICA

    def read_details(self) -> Details:
        """Headers and user metadata."""
        return Details.read(self.details)

    def read_sealed(self) -> Sealed | None:
        """How the body is encrypted at rest; None for one that is not."""
        return read_sealed(self.details)

    def read_tags(self) -> list[tuple[str, str]]:
        """Object tags in the order they were given."""
        return _TAGS.decode(self.tags) if self.tags else []

    def read_lock(self) -> Lock:
        """Retention and legal hold."""
        return _LOCK.decode(self.lock) if self.lock else Lock()

    def read_parts(self) -> list[PartInfo]:
        """Parts of a multipart object, in their order; empty for any other."""
        return _PARTS.decode(self.parts) if self.parts else []

    def read_segments(self) -> list[Segment]:
        """The body as runs of blobs, in their order."""
        if self.segments:
            return _SEGMENTS.decode(self.segments)
        return [] if self.blob is None else [Segment(self.blob, 0, self.size)]


class Annotation(NamedTuple):
    """A named payload beside a version; the columns of a row, in their order."""

    name: str
    size: int
    etag: str
    modified: int
    algorithm: str
    checksum: str
    blob: int
    sealed: bytes | None = None

    def read_sealed(self) -> Sealed | None:
        """How the payload is encrypted at rest."""
        return _SEALED.decode(self.sealed) if self.sealed else None


class Upload(NamedTuple):
    """A multipart upload in progress; the columns of a row, in their order."""

    key: str
    seq: int
    id: str
    initiated: int
    owner: str
    initiator: str
    storage_class: str
    algorithm: str | None
    checksum_type: str | None
    details: bytes | None = None
    tags: bytes | None = None
    acl: bytes | None = None
    lock: bytes | None = None
    raced: int = 0  # 1 once the key was deleted while this was in progress

    def read_sealed(self) -> Sealed | None:
        """How the parts are encrypted at rest; None for those that are not."""
        return read_sealed(self.details)


class Part(NamedTuple):
    """An uploaded part; the columns of a row, in their order."""

    number: int
    size: int
    etag: str
    modified: int
    checksum: str | None
    blob: int | None
    segments: bytes | None = None

    def read_segments(self) -> list[Segment]:
        """The part as runs of blobs, in their order."""
        if self.segments:
            return _SEGMENTS.decode(self.segments)
        return [] if self.blob is None else [Segment(self.blob, 0, self.size)]


def read_sealed(details: bytes | None) -> Sealed | None:
    """What a packed details column says of encryption at rest."""
    if details is None or b'"sealed"' not in details:  # most have none, and are not decoded for it
        return None
    return _DETAILS.decode(details).sealed


def pack(value: object) -> bytes:
    """A value as a packed column."""
    return _ENCODER.encode(value)


def pack_config(value: Any) -> bytes:
    """A configuration's members as stored; datetimes are kept as datetimes."""
    return _CONFIG_ENCODER.encode(value)


def unpack_config(value: bytes) -> Any:
    """The opposite of `pack_config`."""
    return _CONFIG_DECODER.decode(value)


_CONFIG_ENCODER = msgspec.msgpack.Encoder()  # msgpack has timestamps, JSON has not
_CONFIG_DECODER = msgspec.msgpack.Decoder()
_ENCODER = msgspec.json.Encoder()
_DETAILS = msgspec.json.Decoder(Details)
_SEALED = msgspec.json.Decoder(Sealed)
_TAGS = msgspec.json.Decoder(list[tuple[str, str]])
_LOCK = msgspec.json.Decoder(Lock)
_PARTS = msgspec.json.Decoder(list[PartInfo])
_SEGMENTS = msgspec.json.Decoder(list[Segment])
