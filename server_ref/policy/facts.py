"""The condition keys of a request: what a policy may ask about it, found out when it does.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from server_ref.context import Context, Members
from server_ref.policy.evaluate import Caller
from server_ref.rules.copying import read_source

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
_ALGORITHM = "AWS4-HMAC-SHA256"
_TAGS_IN_BODY = frozenset({"PutBucketTagging", "PutObjectTagging"})


class BodyNeeded(Exception):  # noqa: N818 - internal: no error, the answer is not known yet
    """A policy asks for what is in the body, which nobody has read yet."""


class RequestFacts:
    """Facts of one action of a request. ``tags`` gives those of the object there is."""

    def __init__(
        self,
        ctx: Context,
        members: Members,
        caller: Caller,
        owner_account: str,
        version_id: str | None,
        tags: Callable[[], Sequence[tuple[str, str]]],
    ) -> None:
        self._ctx = ctx
        self._members = members
        self._caller = caller
        self._owner_account = owner_account
        self._version_id = version_id
        self._tags = tags

    def get(self, key: str, /) -> Sequence[str] | None:
        """The values of a condition key in lower case."""
        request = self._ctx.request
        if key in _HEADERS:
            return _one(request.headers.get(_HEADERS[key]))
        if key in _MEMBERS:
            found = self._members.get(_MEMBERS[key])
            return None if found is None else [str(found)]  # `?prefix=` has one, and it is empty
        if key == "s3:versionid":
            return _one(self._version_id)
        if key == "s3:x-amz-copy-source":
            source = request.headers.get("x-amz-copy-source")
            if source is None:
                return None
            bucket, name, _ = read_source(source)  # as the copy itself reads it
            return [f"{bucket}/{name}"]
        if key.startswith("s3:x-amz-"):
            return _one(request.headers.get(key.removeprefix("s3:")))
        if key.startswith(_TAGS):
            return _tag(self._request_tags(), key.removeprefix(_TAGS))
        if key.startswith(_EXISTING_TAGS):
            return _tag(self._tags(), key.removeprefix(_EXISTING_TAGS))
        if key == "s3:requestobjecttagkeys":
            return [name for name, _ in self._request_tags()] or None
        return self._global(key) if key.startswith("aws:") else self._signature(key)

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
            return _one(self._owner_account or None)
        if key in ("aws:principalisawsservice", "aws:viaawsservice"):
            return ["false"]
        return None

    def _signature(self, key: str) -> Sequence[str] | None:
        if key == "s3:resourceaccount":
            return _one(self._owner_account or None)
        if self._caller.anonymous:
            return None
        query = self._ctx.request.query
        if key == "s3:signatureversion":
            return [_ALGORITHM]
        if key == "s3:authtype":
            if self._ctx.operation == "PostObject":
                return ["POST"]
            return ["REST-QUERY-STRING" if "X-Amz-Signature" in query else "REST-HEADER"]
        if key == "s3:signatureage" and "X-Amz-Date" in query:
            signed = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            return [str(int((self._ctx.clock() - signed).total_seconds() * 1000))]
        return None

    def _request_tags(self) -> Sequence[tuple[str, str]]:
        tagging: Any = self._members.get("Tagging")
        if tagging is None and self._ctx.operation in _TAGS_IN_BODY:
            raise BodyNeeded
        if isinstance(tagging, str):
            return parse_qsl(tagging, keep_blank_values=True)
        return [(tag["Key"], tag["Value"]) for tag in (tagging or {}).get("TagSet", ())]


def _one(value: Any) -> Sequence[str] | None:
    return None if value is None else [str(value)]  # "" is a value: a prefix that is empty


def _tag(tags: Sequence[tuple[str, str]], name: str) -> Sequence[str] | None:
    # condition keys have no case, the names of tags do: the first that fits counts
    return next(([value] for found, value in tags if found.lower() == name), None)
