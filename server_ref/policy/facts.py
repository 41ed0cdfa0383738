"""The condition keys of a request: what a policy may ask about it, found out when it does.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from server_ref.auth import version2
from server_ref.context import Context, Members
from server_ref.policy.evaluate import Caller

_HEADERS = {
    "aws:referer": "referer",
    "aws:useragent": "user-agent",
    "s3:if-match": "if-match",
    "s3:if-none-match": "if-none-match",
    "s3:object-lock-legal-hold": "x-amz-object-lock-legal-hold",
    "s3:object-lock-mode": "x-amz-object-lock-mode",
    "s3:object-lock-retain-until-date": "x-amz-object-lock-retain-until-date",
}
_MEMBERS = {
    "s3:delimiter": "Delimiter",
    "s3:max-keys": "MaxKeys",
    "s3:prefix": "Prefix",
}
_TAGS = "s3:requestobjecttag/"
_EXISTING_TAGS = "s3:existingobjecttag/"
_BUCKET_TAGS = ("s3:buckettag/", "aws:resourcetag/")
_ALGORITHM, _ALGORITHM_2 = "AWS4-HMAC-SHA256", "AWS"
_TAGS_IN_BODY = frozenset({"PutBucketTagging", "PutObjectTagging"})
# key -> operation with it in the body, and where; a request to write an object has a header
_IN_BODY = {
    "s3:object-lock-legal-hold": ("PutObjectLegalHold", "LegalHold", "Status"),
    "s3:object-lock-mode": ("PutObjectRetention", "Retention", "Mode"),
    "s3:object-lock-retain-until-date": ("PutObjectRetention", "Retention", "RetainUntilDate"),
}
# What makes the object, and what only gets it ready: those take no condition of a write.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
_CREATING = frozenset({"CompleteMultipartUpload", "CopyObject", "PostObject", "PutObject"})
_PREPARING = frozenset({"CreateMultipartUpload", "UploadPart", "UploadPartCopy"})


class BodyNeeded(Exception):  # noqa: N818 - internal: no error, the answer is not known yet
    """A policy asks for what is in the body, which nobody has read yet."""


class Surroundings(NamedTuple):
    """What is there before the request. What few policies ask for is looked up when one does.

    ``tags`` are the object's, ``bucket_tags`` the bucket's where access follows them; ``upload``
    has the headers of encryption that began the upload which a request goes on with.
    """

    owner_account: str = ""
    version_id: str | None = None
    tags: Callable[[], Sequence[tuple[str, str]]] = tuple
    bucket_tags: Callable[[], Sequence[tuple[str, str]]] = tuple
    upload: Callable[[], Mapping[str, str]] = dict


class RequestFacts:
    """Facts of one action of a request."""

    def __init__(
        self,
        ctx: Context,
        members: Members,
        caller: Caller,
        around: Surroundings,
    ) -> None:
        self._ctx = ctx
        self._members = members
        self._caller = caller
        self._around = around

    def get(self, key: str, /) -> Sequence[str] | None:
        """The values of a condition key in lower case."""
        request = self._ctx.request
        if key in _IN_BODY and self._ctx.operation == _IN_BODY[key][0]:
            return _one(self._in_body(*_IN_BODY[key][1:]))
        if key == "s3:object-lock-remaining-retention-days":
            return _one(self._days_locked())
        if key == "s3:objectcreationoperation":
            return self._creates()
        if key in _HEADERS:
            return _one(request.headers.get(_HEADERS[key]))
        if key in _MEMBERS:
            found = self._members.get(_MEMBERS[key])
            return None if found is None else [str(found)]  # `?prefix=` has one, and it is empty
        if key == "s3:versionid":
            return _one(self._around.version_id)
        if key.startswith("s3:x-amz-"):
            return _one(self._header(key.removeprefix("s3:")))
        if key.startswith(_TAGS):
            return _tag(self._request_tags(), key.removeprefix(_TAGS))
        if key.startswith(_EXISTING_TAGS):
            return _tag(self._around.tags(), key.removeprefix(_EXISTING_TAGS))
        if key.startswith(_BUCKET_TAGS):
            return _tag(self._around.bucket_tags(), key.partition("/")[2])
        if key == "s3:requestobjecttagkeys":
            return [name for name, _ in self._request_tags()] or None
        return self._global(key) if key.startswith("aws:") else self._signature(key)

    def _in_body(self, document: str, member: str) -> Any:
        """A member of the request's document; a time is written as S3 writes times."""
        if document not in self._members and not self._ctx.body_read:
            raise BodyNeeded
        value = (self._members.get(document) or {}).get(member)
        return value.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, datetime) else value

    def _days_locked(self) -> int | None:
        """How long what is written would be locked, in days begun; None where it says nothing."""
        if self._ctx.operation == "PutObjectRetention":
            self._in_body("Retention", "Mode")
            until = (self._members.get("Retention") or {}).get("RetainUntilDate")
        else:
            until = self._members.get("ObjectLockRetainUntilDate")
        return until and ceil((until - self._ctx.clock()) / timedelta(days=1))

    def _creates(self) -> Sequence[str] | None:
        operation = self._ctx.operation
        if operation in _CREATING:
            return ["true"]
        return ["false"] if operation in _PREPARING else None

    def _header(self, name: str) -> str | None:
        """A header of the request, as it came; parts and completions have those of their upload."""
        found: str | None = self._ctx.request.headers.get(name)
        if found is None:
            return self._around.upload().get(name)
        if name == "x-amz-copy-source":  # https://github.com/justincormack/argmin: not decoded
            return found.removeprefix("/")
        return found

    def _global(self, key: str) -> Sequence[str] | None:
        request, caller = self._ctx.request, self._caller
        if key == "aws:sourceip":
            return _one(request.client_address or None)
        if key == "aws:securetransport":
            return ["true" if request.secure else "false"]
        if key == "aws:currenttime":
            return [self._ctx.clock().strftime("%Y-%m-%dT%H:%M:%SZ")]
        if key == "aws:epochtime":
            return [str(int(self._ctx.clock().timestamp()))]
        if key == "aws:principaltype":
            return ["Anonymous" if caller.anonymous else "Account"]
        if key == "aws:userid":
            return ["anonymous" if caller.anonymous else caller.account_id]
        if key == "aws:principalarn":
            return _one(caller.arn or None)
        if key == "aws:principalaccount":
            return _one(caller.account_id or None)
        if key == "aws:requestedregion":
            return [self._ctx.region]
        if key == "aws:resourceaccount":
            return _one(self._around.owner_account or None)
        if key in ("aws:principalisawsservice", "aws:viaawsservice"):
            return ["false"]
        return None

    def _signature(self, key: str) -> Sequence[str] | None:
        if key == "s3:resourceaccount":
            return _one(self._around.owner_account or None)
        if key == "s3:tlsversion":
            return _one(self._ctx.request.tls or None)
        if self._caller.anonymous:
            return None
        query = self._ctx.request.query
        if key == "s3:signatureversion":
            return [_ALGORITHM_2 if version2.is_signed(self._ctx.request) else _ALGORITHM]
        if key == "s3:authtype":
            if self._ctx.operation == "PostObject":
                return ["POST"]
            by_url = "X-Amz-Signature" in query or version2.is_query(query)
            return ["REST-QUERY-STRING" if by_url else "REST-HEADER"]
        if key == "s3:signatureage" and "X-Amz-Date" in query:
            signed = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            return [str(int((self._ctx.clock() - signed).total_seconds() * 1000))]
        return None

    def _request_tags(self) -> Sequence[tuple[str, str]]:
        tagging: Any = self._members.get("Tagging")
        if tagging is None and not self._ctx.body_read and self._ctx.operation in _TAGS_IN_BODY:
            raise BodyNeeded
        if isinstance(tagging, str):
            return parse_qsl(tagging, keep_blank_values=True)
        return [(tag["Key"], tag["Value"]) for tag in (tagging or {}).get("TagSet", ())]


def _one(value: Any) -> Sequence[str] | None:
    return None if value is None else [str(value)]  # "" is a value: a prefix that is empty


def _tag(tags: Sequence[tuple[str, str]], name: str) -> Sequence[str] | None:
    # condition keys have no case, the names of tags do: the first that fits counts
    return next(([value] for found, value in tags if found.lower() == name), None)
