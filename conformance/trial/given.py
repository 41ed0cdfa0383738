"""What a check starts from: setup through the raw client, where trouble is never the check's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from conformance.clients.base import Answer, MissingMemberError


class SetupError(Exception):
    """Setup was refused or failed; ``answer`` is the one that said so, if one came."""

    def __init__(self, message: str, answer: Answer | None = None) -> None:
        super().__init__(message)
        self.answer = answer


class NotTriedError(Exception):
    """The run has not what the check needs; the message says what, and how to give it."""


@dataclass(frozen=True)
class Stored:
    """An object setup has stored."""

    key: str  # the whole key, prefix included
    version_id: str | None
    bucket: str
    answer: Answer  # of the PutObject

    @property
    def etag(self) -> str:
        """With its quotes, as S3 writes it. Raises SetupError where the PutObject told none.

        Only a check that needs it ends there: servers exist that tell it of a read alone.
        """
        etag = self.answer.headers.get("ETag")
        if etag is None:
            raise SetupError(
                f"PutObject answered {self.answer.status} without an ETag", self.answer
            )
        return etag

    def need_version_id(self) -> str:
        """The version's id; raises MissingMemberError, a failure of the PutObject, without one."""
        if not self.version_id or self.version_id == "null":
            raise MissingMemberError(
                "PutObject answered without x-amz-version-id: it made no version of the object"
            )
        return self.version_id


class Ground(Protocol):
    """What setup needs of the trial it belongs to."""

    def setup_call(self, operation: str, members: Mapping[str, Any]) -> Answer:
        """Do ``operation`` by the raw client and record it as setup."""
        ...

    def bucket_name(self) -> str:
        """A fresh, journalled bucket name."""
        ...

    def located(self, members: Mapping[str, Any]) -> dict[str, Any]:
        """``members`` of CreateBucket with the region the endpoint is in."""
        ...

    def placed(self, operation: str, members: Mapping[str, Any]) -> dict[str, Any]:
        """``members`` with the shared bucket and this check's prefix, where Bucket is left out."""
        ...


class Given:
    """Setup steps. Each raises SetupError where the endpoint does not go along."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._made: set[str | None] = set()  # ids of versions that setup was told of

    def call(self, operation: str, **members: Any) -> Answer:
        """Any operation as setup; bucket and key are placed as ``Trial.call`` places them."""
        answer = self._ground.setup_call(operation, self._ground.placed(operation, members))
        if not 200 <= answer.status < 300:
            raise SetupError(_refusal(operation, answer), answer)
        if operation in _RISKY:
            self._still_there(answer, members["Bucket"])
        self._note_versions(operation, answer, members)
        return answer

    def _note_versions(self, operation: str, answer: Answer, members: Mapping[str, Any]) -> None:
        """Whether a delete marker is told with the id of a version that was there before."""
        told = answer.headers.get("x-amz-version-id")
        if operation == "DeleteObject" and "VersionId" not in members:
            answer.repeats_a_version = told in self._made
        elif operation in _MAKES_A_VERSION and told not in (None, "null"):
            self._made.add(told)

    def relaxed(self, operation: str, **members: Any) -> Answer:
        """A step that only relaxes a default: where the endpoint refuses it there is none.

        No refusal is a 5xx other than 501, or no answer at all: it raises SetupError, as the
        same from any other step does.
        """
        answer = self._ground.setup_call(operation, self._ground.placed(operation, members))
        if not answer.status or (answer.status >= 500 and answer.status != 501):
            raise SetupError(_refusal(operation, answer), answer)
        if operation in _RISKY and answer.good:
            self._still_there(answer, members["Bucket"])
        return answer

    def opened(self, bucket: str) -> None:
        """No public access block keeps ``bucket`` from being public.

        It is asked for first, and taken away only where there is one: many servers ignore the
        sub-resource of a request, and to them the request that removes it removes the bucket.
        Where it cannot be taken away, what it blocks is for the check to see.
        """
        block = self.relaxed("GetPublicAccessBlock", Bucket=bucket)
        if not block.good or block.strange:
            return
        flags = block.parsed.get("PublicAccessBlockConfiguration")
        if flags is None or any(flags.values()):
            self.relaxed("DeletePublicAccessBlock", Bucket=bucket)

    def bucket_owned(self, ownership: str) -> str:
        """A bucket of this check's own with this ObjectOwnership.

        Where CreateBucket refuses to hear of ownership the bucket has what the endpoint has
        instead, and what comes of that is for the check to see.
        """
        name = self._ground.bucket_name()
        located = self._ground.located({"ObjectOwnership": ownership})
        if not self.relaxed("CreateBucket", Bucket=name, **located).good:
            self.call("CreateBucket", Bucket=name, **self._ground.located({}))
        return name

    def locked_bucket(self) -> str:
        """A bucket of this check's own with object lock.

        Where CreateBucket refuses it, by PutObjectLockConfiguration on a bucket with versions:
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-configure.html
        """
        name = self._ground.bucket_name()
        located = self._ground.located({"ObjectLockEnabledForBucket": True})
        if self.relaxed("CreateBucket", Bucket=name, **located).good:
            return name
        self.call("CreateBucket", Bucket=name, **self._ground.located({}))
        versions = {"VersioningConfiguration": {"Status": "Enabled"}}
        self.relaxed("PutBucketVersioning", Bucket=name, **versions)
        enabled = {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}}
        self.call("PutObjectLockConfiguration", Bucket=name, **enabled)
        return name

    def bucket_with_acls(self) -> str:
        """A bucket of this check's own where ACLs have an effect, public ones too."""
        name = self.bucket_owned("ObjectWriter")
        self.opened(name)
        return name

    def _still_there(self, answer: Answer, bucket: str) -> None:
        if self.relaxed("HeadBucket", Bucket=bucket).status == 404:
            raise SetupError(f"setup: {answer.operation} removed the whole bucket", answer)

    def object(self, name: str, body: bytes = b"x", **members: Any) -> Stored:
        """An object under the check's prefix; with ``Bucket``, ``name`` is the whole key.

        It has one byte: who fails at an empty object is blamed by the checks of one alone.
        """
        placed = self._ground.placed("PutObject", {**members, "Key": name, "Body": body})
        answer = self.call("PutObject", **placed)
        if answer.headers.get("ETag") is None and not self._is_there(placed):
            raise SetupError(f"PutObject answered {answer.status} without an ETag", answer)
        return Stored(
            key=placed["Key"],
            version_id=answer.headers.get("x-amz-version-id"),
            bucket=placed["Bucket"],
            answer=answer,
        )

    def _is_there(self, placed: Mapping[str, Any]) -> bool:
        """Whether a read tells the ETag that the write did not: an empty answer is no object."""
        asked = {name: said for name, said in placed.items() if name.startswith("SSECustomer")}
        try:
            head = self.call("HeadObject", Bucket=placed["Bucket"], Key=placed["Key"], **asked)
        except SetupError:
            return False
        return head.headers.get("ETag") is not None

    def bucket(self, **members: Any) -> str:
        """A bucket of this check's own, removed afterwards; ``members`` are CreateBucket's."""
        name = self._ground.bucket_name()
        self.call("CreateBucket", Bucket=name, **self._ground.located(members))
        return name

    def versioned_bucket(self) -> str:
        """A bucket of this check's own, versioning enabled."""
        name = self.bucket()
        self.call("PutBucketVersioning", Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        return name


_MAKES_A_VERSION = frozenset({"PutObject", "CopyObject", "CompleteMultipartUpload"})
# What servers that ignore sub-resources take for DELETE of the bucket itself.
_RISKY = frozenset(
    {
        "DeletePublicAccessBlock",
        "DeleteBucketAnalyticsConfiguration",
        "DeleteBucketCors",
        "DeleteBucketEncryption",
        "DeleteBucketIntelligentTieringConfiguration",
        "DeleteBucketInventoryConfiguration",
        "DeleteBucketLifecycle",
        "DeleteBucketMetricsConfiguration",
        "DeleteBucketOwnershipControls",
        "DeleteBucketPolicy",
        "DeleteBucketReplication",
        "DeleteBucketTagging",
        "DeleteBucketWebsite",
    }
)


def _refusal(operation: str, answer: Answer) -> str:
    if not answer.status:
        said = answer.call.stderr.strip().splitlines()
        return f"setup: {operation} got no answer" + (f": {said[-1][:200]}" if said else "")
    code = f" {answer.code}" if answer.code else ""
    message = f" ({answer.message})" if answer.message else ""
    return f"setup: {operation} answered {answer.status}{code}{message}"
