"""Removes a bucket of ours and all that is in it, by what the endpoint's answers show.

A claim decides what is tried first, never what is tried at all: where the bucket stays, versions
and uploads are looked for whatever a profile says, and what the run wrote there is deleted by the
names it was sent with. It goes on after a refusal, ends in bounded time, and reports what stayed
instead of raising. It never touches a bucket it was not given, nor a
key that could be taken for a way out of it.
"""

from __future__ import annotations

import contextlib
import logging
import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote_plus
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from conformance.clients.base import Answer, Client
from conformance.clients.raw import RawClient
from conformance.run.written import InBucket
from conformance.trial.patience import patiently

log = logging.getLogger(__name__)

ROUNDS = 2_000  # pages of a listing
LONGEST_IN_VAIN = 3  # rounds of deleting that left as much as there was
NOT_IMPLEMENTED = 501  # a listing that the endpoint does not have is no trouble
BATCH = 1000  # keys of one DeleteObjects, S3's own limit

Claimed = Callable[[str], bool]  # operation -> whether the endpoint claims it


class OutOfTimeError(Exception):
    """The time for removing a bucket is up; the message says what was next."""


def leads_out(key: str) -> bool:
    """Whether a server, or something before it, could take the key for a path out of its bucket.

    A listing that names one is not believed, unless the run wrote it.
    """
    return any(segment in (".", "..") for segment in key.replace("\\", "/").split("/"))


def folders_of(keys: Iterable[str]) -> list[str]:
    """What a server that keeps objects as files makes a folder of, for these keys; deepest first.

    Such a folder can stay when the object in it is gone or was never stored, and keep the bucket.
    """
    folders = {
        key[: at + 1] for key in keys for at, letter in enumerate(key) if letter == "/" and at > 0
    }
    return sorted(folders, key=lambda folder: (-folder.count("/"), folder))


@dataclass(frozen=True)
class Page:
    """The first page of a listing: keys, with version ids where there are; whether more follow."""

    entries: list[dict[str, str]]
    truncated: bool


@dataclass(frozen=True)
class Remover:
    """Removes buckets through ``raw``; ``claimed`` says what the endpoint claims to have.

    It ends at ``until`` (a time of ``time.monotonic``). ``stopped`` says what kept the last bucket.
    """

    raw: Client
    claimed: Claimed
    until: float = math.inf
    written: Callable[[str], InBucket] = lambda _bucket: InBucket()  # by the run's own requests
    _refusals: list[str] = field(default_factory=list)
    _locks: list[datetime] = field(default_factory=list)
    _listings: dict[str, str] = field(default_factory=dict)  # operation -> how it was refused
    _stuck: list[str] = field(default_factory=list)  # keys of the last bucket that stayed
    _by_name: list[str] = field(default_factory=list)  # what was deleted there by its name alone

    @property
    def locked_until(self) -> datetime | None:
        """When the retention of all that stayed ends (UTC); None where no version told of one."""
        return max(self._locks, default=None)

    @property
    def stopped(self) -> str:
        """The answer that kept the last bucket from being removed, or the lock that did."""
        if self.locked_until is not None:
            return f"locked until {self.locked_until:%Y-%m-%d %H:%M:%S} UTC"
        if not self._refusals:
            return "no answer says why"
        listed = list(self._listings.values()) or ["its listings name nothing that stays"]
        said = [self._refusals[-1], *(() if self._stuck else listed)]
        if self._by_name:
            said.append("it stays when all that the run wrote there is deleted by name")
        return "; ".join(said)

    @property
    def refused_as_a_stranger(self) -> bool:
        """Whether the last bucket was closed to this account: 403 to whoever would delete it."""
        return bool(self._refusals) and self._refusals[-1].startswith("DeleteBucket answered 403")

    def remove(self, bucket: str) -> list[str]:
        """Remove ``bucket``; what could not be removed, as ``s3://bucket`` or ``s3://bucket/key``.

        Empty: it is gone, or was never there.
        """
        try:
            return self._remove(bucket)
        except OutOfTimeError as problem:
            self._refusals.append(str(problem))
            return [f"s3://{bucket}"]
        except Exception as problem:  # an endpoint may answer anything; a leftover is reported
            log.exception("removing %s", bucket)
            self._refusals.append(f"{type(problem).__name__} in the suite")
            return [f"s3://{bucket}"]

    def _remove(self, bucket: str) -> list[str]:
        if self._bucket_gone(bucket):
            return []
        self._abort_uploads(bucket)
        self._listings.clear()
        self._stuck.clear()
        self._by_name.clear()
        first = self.claimed("ListObjectVersions")
        stuck = self._delete_versions(bucket) if first else []
        stuck = self._delete_objects(bucket) or stuck
        if self._bucket_gone(bucket):
            return []
        if not first:
            stuck = self._delete_versions(bucket) or stuck
            if self._bucket_gone(bucket):
                return []
        # Its policy may deny the deleting, or the server stumble over it.
        self._call("DeleteBucketPolicy", Bucket=bucket)
        if self.locked_until is None:
            self._delete_written(bucket)
        stuck = self._delete_versions(bucket)
        stuck = self._delete_objects(bucket) or stuck
        if self._bucket_gone(bucket):
            return []
        self._stuck.extend(stuck)
        return [f"s3://{bucket}", *dict.fromkeys(f"s3://{bucket}/{key}" for key in stuck)]

    def _may_send(self, bucket: str, key: str) -> bool:
        return not leads_out(key) or key in self.written(bucket).keys

    def _call(self, operation: str, **members: Any) -> Answer:
        self._in_time(operation)
        return patiently(lambda: self.raw.call(operation, members))

    def _in_time(self, operation: str) -> None:
        if time.monotonic() > self.until:
            raise OutOfTimeError(f"time was up before {operation}")

    def _bucket_gone(self, bucket: str) -> bool:
        answer = self._call("DeleteBucket", Bucket=bucket)
        gone = 200 <= answer.status < 300 or answer.status == 404
        if gone or answer.code == "InvalidBucketName":  # a name that no bucket can have
            return True
        self._refusals.append(f"DeleteBucket answered {answer.status} {answer.code or ''}".rstrip())
        return False

    def _abort_uploads(self, bucket: str) -> None:
        seen: set[str] = set()
        for _ in range(ROUNDS):
            page = self._call("ListMultipartUploads", Bucket=bucket)
            uploads = [
                upload
                for upload in page.members.get("Uploads") or []
                if upload["UploadId"] not in seen and self._may_send(bucket, upload["Key"])
            ]
            if page.status != 200 or not uploads:
                return
            for upload in uploads:
                seen.add(upload["UploadId"])
                self._call(
                    "AbortMultipartUpload",
                    Bucket=bucket,
                    Key=upload["Key"],
                    UploadId=upload["UploadId"],
                )

    def _delete_versions(self, bucket: str) -> list[str]:
        """Delete every version and delete marker; the keys that stayed."""

        def page() -> Page:
            answer, key = self._listed("ListObjectVersions", bucket)
            listed = [
                *(answer.members.get("Versions") or []),
                *(answer.members.get("DeleteMarkers") or []),
            ] or entries_of_any_document(answer)
            entries = [
                {"Key": key(entry["Key"]), "VersionId": entry["VersionId"]}
                for entry in listed
                if entry.get("VersionId")
            ]
            return Page(entries, bool(answer.members.get("IsTruncated")))

        return self._delete_pages(bucket, page)

    def _delete_objects(self, bucket: str) -> list[str]:
        """Delete every object there is; the keys that stayed."""
        listing = "ListObjectsV2" if self.claimed("ListObjectsV2") else "ListObjects"

        def page() -> Page:
            answer, key = self._listed(listing, bucket)
            if answer.status != 200 and listing != "ListObjects":
                answer, key = self._listed("ListObjects", bucket)
            listed = answer.members.get("Contents") or []
            entries = [{"Key": key(entry["Key"])} for entry in listed if entry.get("Key")]
            return Page(entries, bool(answer.members.get("IsTruncated")))

        return self._delete_pages(bucket, page)

    def _listed(self, operation: str, bucket: str) -> tuple[Answer, Callable[[str], str]]:
        """The first page, and what makes a key of a listed name: XML cannot hold every key."""
        answer = self._call(operation, Bucket=bucket)
        stumbles = answer.status >= 500 and answer.status != NOT_IMPLEMENTED
        if answer.status == 0 or stumbles:
            said = answer.status or "nothing"
            self._listings[operation] = f"{operation} answered {said} {answer.code or ''}".rstrip()
        if not (answer.good and answer.unreadable) or entries_of_any_document(answer):
            return answer, str
        answer = self._call(operation, Bucket=bucket, EncodingType="url")
        encoded = answer.members.get("EncodingType") == "url"
        return answer, unquote_plus if encoded else str

    def _delete_pages(self, bucket: str, first_page: Callable[[], Page]) -> list[str]:
        """Delete the first page until it is empty, or deleting is seen not to help.

        A delete that leaves its entry there, or makes a new marker, would go on for ever. One
        request for many entries is not trusted any more once a round was in vain.
        """
        tried: set[tuple[str, ...]] = set()
        in_vain = 0
        fewest = 0
        for number in range(ROUNDS):
            page = first_page()
            safe = [entry for entry in page.entries if self._may_send(bucket, entry["Key"])]
            fresh = [entry for entry in safe if tuple(entry.values()) not in tried]
            grew = number > 0 and not page.truncated and len(page.entries) >= fewest
            in_vain += grew or len(fresh) < len(page.entries)
            if not fresh or in_vain > LONGEST_IN_VAIN:
                return [entry["Key"] for entry in page.entries]
            fewest = len(page.entries)
            tried.update(tuple(entry.values()) for entry in fresh)
            together = len(fresh) > 1 and not in_vain and self.claimed("DeleteObjects")
            left = self._delete_together(bucket, fresh[:BATCH]) if together else fresh[:BATCH]
            for entry in left + fresh[BATCH:]:
                self._delete_one(bucket, entry)
        return [entry["Key"] for entry in first_page().entries]

    def _delete_together(self, bucket: str, entries: list[dict[str, str]]) -> list[dict[str, str]]:
        """Delete up to BATCH entries by one request; those it did not delete."""
        answer = self._call("DeleteObjects", Bucket=bucket, Delete={"Objects": entries})
        if answer.status != 200:
            return entries
        deleted = {
            (entry.get("Key"), entry.get("VersionId"))
            for entry in answer.members.get("Deleted") or []
        }
        return [entry for entry in entries if (entry["Key"], entry.get("VersionId")) not in deleted]

    def _delete_one(self, bucket: str, entry: dict[str, str]) -> None:
        """Delete one entry; a version that stays is taken for locked, whatever the error was."""
        answer = self._call("DeleteObject", Bucket=bucket, **entry)
        if answer.status < 400 or "VersionId" not in entry:
            return
        self._call("PutObjectLegalHold", Bucket=bucket, **entry, LegalHold={"Status": "OFF"})
        answer = self._call("DeleteObject", Bucket=bucket, **entry, BypassGovernanceRetention=True)
        if answer.status >= 400:
            self._note_lock(self._call("HeadObject", Bucket=bucket, **entry))

    def _delete_written(self, bucket: str) -> None:
        """Delete what the run wrote by the names it was sent with, whatever the listings say.

        Not a key with a segment `.` or `..`: an endpoint may read it as a way to another bucket, so
        it is deleted only where a listing of this bucket names it.
        """
        there = self.written(bucket)
        for key, upload in there.uploads:
            if not leads_out(key):
                self._by_name.append(key)
                self._call("AbortMultipartUpload", Bucket=bucket, Key=key, UploadId=upload)
        for key in there.keys:
            if not leads_out(key):
                self._by_name.append(key)
                self._delete_key(bucket, key)
        for key, version in there.versions:
            if not leads_out(key):
                self._delete_one(bucket, {"Key": key, "VersionId": version})
        for folder in folders_of(key for key in there.keys if not leads_out(key)):
            self._delete_key(bucket, folder)

    def _delete_key(self, bucket: str, key: str) -> None:
        """Delete a key, and the marker that this made; bytes that are no UTF-8 are surrogates."""
        if isinstance(self.raw, RawClient) and not key.isprintable():
            self._in_time("DeleteObject")
            raw, path = self.raw, f"/{bucket}/{quote(key, errors='surrogateescape')}"
            patiently(lambda: raw.request("DELETE", path))
            return
        answer = self._call("DeleteObject", Bucket=bucket, Key=key)
        marker = answer.headers.get("x-amz-version-id")
        if answer.good and marker:
            self._call("DeleteObject", Bucket=bucket, Key=key, VersionId=marker)

    def _note_lock(self, head: Answer) -> None:
        """COMPLIANCE is taken away by nobody: it ends by itself."""
        until = head.members.get("ObjectLockRetainUntilDate")
        if isinstance(until, datetime) and until.tzinfo is not None:
            with contextlib.suppress(OverflowError):  # an endpoint may say any date
                self._locks.append(until.astimezone(UTC))


def entries_of_any_document(answer: Answer) -> list[dict[str, str]]:
    """The versions and delete markers of a listing under another root element than S3's.

    A check reads nothing from such an answer. What is to be removed is there all the same.
    """
    if not (answer.good and answer.strange):
        return []
    try:
        root = fromstring(answer.wire_body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return []
    listed = (child for child in root if _local(child.tag) in ("Version", "DeleteMarker"))
    found = [{_local(part.tag): part.text or "" for part in entry} for entry in listed]
    return [entry for entry in found if entry.get("Key")]


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
