"""Features of S3 that a server has or lacks as a whole, and how requests and answers show them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from conformance.model.misread import subresources_of_call
from conformance.model.records import Call, Message, Result

_EXACT = "raw"  # the client that sends what the check says and no more
_SEALED = "x-amz-server-side-encryption-customer-"


@dataclass(frozen=True)
class Feature:
    """One that is asked for by headers of a request, and shown by answers."""

    name: str  # in the key of a cause
    title: str  # of the cause where it is nowhere
    asked: tuple[str, ...]  # how the headers begin that ask for it
    shown: tuple[str, ...]  # how the headers of answers begin that show it
    member: re.Pattern[str]  # names of members that show it
    document: re.Pattern[str]  # what shows it in a document
    rows: frozenset[str]  # what is accepted in them though S3 refuses it is of this feature
    subresources: frozenset[str] = frozenset()  # in a query, that are of it alone
    operations: frozenset[str] = frozenset()  # that are of it alone
    says_none: frozenset[str] = frozenset()  # codes that say there is none, where S3 always has it
    told_by_writes: bool = False  # whether S3's answer to the write that asks for it shows it
    opens: bool = False  # whether it lets others in, who are refused where it is missing
    lasting: bool = True  # whether later requests are refused for what a write asked for

    def explains(
        self, result: Result, looked_at: str, call: Call | None, came: str, *, accepted: bool
    ) -> bool:
        """Whether a mismatch comes of it: what is missing would show it, or should be refused."""
        header = looked_at.removeprefix("header ")
        if header != looked_at:
            return self.told_in([header.lower()])
        if looked_at not in ("status", "error code"):
            return self.member.search(looked_at) is not None
        if came.partition(" ")[2] in self.says_none:
            return True
        if not accepted or call is None:
            return False
        if result.row in self.rows and self.lasting:
            return any(map(self.asked_by, result.calls))
        if result.row in self.rows:
            return self.asked_by(call)
        # In other rows only where a header asks. Most clients send checksums of their own accord.
        exact = result.client == _EXACT and result.row not in _ROWS
        return exact and any(self.in_headers(amazon_headers(one.request)) for one in call.exchanges)

    def refused(self, call: Call, header: str) -> bool:
        """Whether it is what asks for it that was refused as not implemented.

        ``header``: the family of headers that was (`Evidence.refused_header`).
        """
        return (header != "" and self.in_headers([header.rstrip("*")])) or self.is_of(call)

    def asked_by(self, call: Call) -> bool:
        """Whether a request of this call asks for it: a header, a sub-resource or its document."""
        return self.is_of(call) or any(
            self.in_headers(amazon_headers(one.request))
            or ((text := one.request.body.text or "")[:1] == "<" and self.document.search(text))
            for one in call.exchanges
        )

    def in_headers(self, names: Iterable[str]) -> bool:
        """Whether one of these (lower case) asks for it; a customer's key is another feature."""
        return any(name.startswith(self.asked) and self._own(name) for name in names)

    def told_in(self, names: Iterable[str]) -> bool:
        """Whether one of these headers of an answer (lower case) shows it."""
        return any(name.startswith(self.shown) and self._own(name) for name in names)

    def is_of(self, call: Call) -> bool:
        """Whether a call is of it alone: by its operation, or a sub-resource."""
        alone = call.operation in self.operations
        return alone or not self.subresources.isdisjoint(subresources_of_call(call))

    def _own(self, name: str) -> bool:
        return _SEALED in self.asked or not name.startswith(_SEALED)


def amazon_headers(message: Message) -> list[str]:
    """The names of Amazon's headers that say something; a version "null" is none.

    Nor is the class STANDARD: it is every object's that has no other.
    """
    return [
        name.lower()
        for name, value in message.headers
        if name[:6] in ("x-amz-", "X-Amz-") and value not in ("", "null", "STANDARD")
    ]


def _members(names: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|[^A-Za-z])(?:{names})")


_NEWER = ("x-amz-checksum-sha512", "x-amz-checksum-xxhash", "x-amz-checksum-md5")
VERSIONS = Feature(
    "versions",
    "Versions are not kept: no answer has a version id, although versioning is enabled",
    asked=("x-amz-version-id",),
    shown=("x-amz-version-id", "x-amz-delete-marker", "x-amz-copy-source-version-id"),
    member=_members("(?:Delete[Mm]arker)?VersionId|DeleteMarker"),
    document=re.compile(r"<VersionId>(?!null<)[^<]"),
    rows=frozenset({"versioning", "object-versions", "list-object-versions"}),
    subresources=frozenset({"versioning", "versions"}),
)
FEATURES = (
    Feature(
        "checksums",
        "Checksums are not implemented: no answer has a checksum, although requests ask for one",
        asked=("x-amz-checksum-",),
        shown=("x-amz-checksum-",),
        member=_members("Checksum"),
        document=re.compile("<Checksum"),
        rows=frozenset({"checksums"}),
        told_by_writes=True,
        lasting=False,
    ),
    Feature(
        "newer-checksums",
        "The newer checksums (SHA-512, XXHash, MD5) are not implemented: no answer has one",
        asked=_NEWER,
        shown=_NEWER,
        member=_members("Checksum(?:SHA512|XXHASH|MD5)"),
        document=re.compile("<Checksum(?:SHA512|XXHASH|MD5)"),
        rows=frozenset({"checksums"}),
        told_by_writes=True,
        lasting=False,
    ),
    Feature(
        "sse-c",
        "Encryption with the customer's key (SSE-C) is not implemented: its headers are ignored",
        asked=(_SEALED,),
        shown=(_SEALED,),
        member=_members("SSECustomer"),
        document=re.compile("<SSECustomer"),
        rows=frozenset({"sse-c"}),
        told_by_writes=True,
    ),
    Feature(
        "sse",
        "Encryption with S3's keys (SSE-S3, SSE-KMS) is not implemented: no answer mentions it",
        asked=("x-amz-server-side-encryption",),
        shown=("x-amz-server-side-encryption",),
        member=_members("ServerSideEncryption|SSEKMS|BucketKeyEnabled"),
        document=re.compile("<(?:ServerSideEncryption|SSEKMS|BucketKeyEnabled)"),
        rows=frozenset({"sse-s3", "sse-kms"}),
        subresources=frozenset({"encryption"}),
        says_none=frozenset({"ServerSideEncryptionConfigurationNotFoundError"}),
        told_by_writes=True,
    ),
    Feature(
        "storage-class",
        "Storage classes are not kept: no answer names the class that a request asked for",
        asked=("x-amz-storage-class",),
        shown=("x-amz-storage-class",),
        member=_members("StorageClass"),
        document=re.compile(r"<StorageClass>(?!STANDARD<)[^<]"),
        rows=frozenset({"storage-class"}),
    ),
    Feature(
        "object-lock",
        "Object lock is not implemented: no answer shows a retention or a legal hold",
        asked=("x-amz-object-lock-", "x-amz-bucket-object-lock-"),
        shown=("x-amz-object-lock-",),
        member=_members("ObjectLock|Retention|LegalHold"),
        document=re.compile("<(?:ObjectLock|Retention|LegalHold)"),
        rows=frozenset({"retention"}),
        subresources=frozenset({"object-lock", "retention", "legal-hold"}),
    ),
    Feature(
        "acl",
        "Access control lists are not kept: answers show no grant but FULL_CONTROL",
        asked=("x-amz-acl", "x-amz-grant-"),
        shown=("x-amz-grant-",),
        member=_members("[Gg]rants|Grantee|Permission"),
        document=re.compile(r"<Permission>(?!FULL_CONTROL<)[^<]"),
        rows=frozenset({"bucket-acl", "object-acl"}),
        subresources=frozenset({"acl"}),
        opens=True,
        lasting=False,  # whom a list lets in, and who is let in, are two things
    ),
    Feature(
        "object-tags",
        "Tags of objects are not kept: no answer shows a tag, although requests set tags",
        asked=("x-amz-tagging",),
        shown=("x-amz-tagging-count",),
        member=_members("TagSet|TagCount"),
        document=re.compile(r"<Tag>"),
        rows=frozenset({"object-tagging"}),
        operations=frozenset({"PutObjectTagging", "GetObjectTagging", "DeleteObjectTagging"}),
    ),
)
_ROWS = frozenset().union(*(one.rows for one in (VERSIONS, *FEATURES)))
