"""Configurations a bucket keeps: put, get, delete and list, each declared in one line.

What differs between two of them is data here: the member that carries the configuration, the
error when there is none, what else is validated. What S3 does the same for all is done once.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from functools import partial
from typing import Any

from server_ref.context import Context, Members
from server_ref.errors import S3Error
from server_ref.model import vocabulary
from server_ref.operations import operation
from server_ref.rules.order import judge
from server_ref.storage.commit import Transaction
from server_ref.storage.records import Bucket

Validate = Callable[[Context, Bucket, Any], Any]  # may return another value to keep
State = Callable[[Context, Bucket, Any], None]
Also = Callable[[Context, Bucket, Any, Transaction], None]

PAGE = 100  # configurations in one answer of a listing
MAX_LISTED = 1000


def keep_one(
    name: str,
    *,
    put: str,
    get: str,
    member: str,
    wrapped: bool = False,
    delete: str | None = None,
    missing: str | None = None,
    default: Any = None,
    state: State | None = None,
    validate: Validate | None = None,
    put_status: int | None = None,
    also: Also | None = None,
) -> None:
    """Declare the operations of a configuration that a bucket has at most one of.

    ``member`` carries it in the request, and in the answer if ``wrapped``; otherwise its members
    are the answer's. Without one, ``default`` is answered, or the error ``missing``. ``state``
    judges the bucket, ``validate`` what the document says; rules/order.py has which is first.
    ``also`` is done in the transaction that keeps it.
    """

    @operation(put)
    def put_it(ctx: Context, members: Members) -> Members:
        bucket = ctx.store.bucket(members["Bucket"])
        value = members[member]

        def values() -> None:
            nonlocal value
            vocabulary.check(put, member, value)
            if validate is not None:
                value = validate(ctx, bucket, value)

        judge(put, values, lambda: state(ctx, bucket, value) if state is not None else None)
        if also is None:
            ctx.store.put_config(bucket, name, value)
        else:
            ctx.store.put_config(bucket, name, value, partial(also, ctx, bucket, value))
        if put_status is not None:
            ctx.status = put_status
        return {}

    @operation(get)
    def get_it(ctx: Context, members: Members) -> Members:
        bucket = ctx.store.bucket(members["Bucket"])
        value = ctx.store.get_config(bucket, name)
        if value is None:
            if missing is not None:
                raise S3Error(missing, BucketName=bucket.name)
            value = default
        return {member: value} if wrapped else dict(value)

    if delete is not None:

        @operation(delete)
        def delete_it(ctx: Context, members: Members) -> Members:
            ctx.store.delete_config(ctx.store.bucket(members["Bucket"]), name)
            return {}


def keep_many(
    name: str,
    *,
    put: str,
    get: str,
    delete: str,
    listing: str,
    member: str,
    validate: Validate | None = None,
    mismatch: str = "IdMismatch",
) -> None:
    """Declare the operations of a configuration that a bucket has several of, by their Id.

    ``mismatch`` is the code of another Id in the document than in the query.
    """

    @operation(put)
    def put_it(ctx: Context, members: Members) -> Members:
        bucket = ctx.store.bucket(members["Bucket"])
        value, identifier = members[member], members["Id"]
        if not identifier:
            raise S3Error("InvalidConfigurationId")
        vocabulary.check(put, member, value)
        if value["Id"] != identifier:
            raise S3Error(mismatch)
        if validate is not None:
            value = validate(ctx, bucket, value)

        def change(kept: Any) -> Any:
            found = dict(kept or {})
            found[identifier] = value
            if len(found) > MAX_LISTED:
                raise S3Error("TooManyConfigurations")
            return found

        ctx.store.change_config(bucket, name, change)
        ctx.status = 204
        return {}

    @operation(get)
    def get_it(ctx: Context, members: Members) -> Members:
        bucket = ctx.store.bucket(members["Bucket"])
        kept = ctx.store.get_config(bucket, name) or {}
        if members["Id"] not in kept:
            raise S3Error("NoSuchConfiguration")
        return {member: kept[members["Id"]]}

    @operation(delete)
    def delete_it(ctx: Context, members: Members) -> Members:
        bucket = ctx.store.bucket(members["Bucket"])

        def change(kept: Any) -> Any:
            found = dict(kept or {})
            if found.pop(members["Id"], None) is None:
                raise S3Error("NoSuchConfiguration")
            return found or None

        ctx.store.change_config(bucket, name, change)
        ctx.status = 204
        return {}

    @operation(listing)
    def list_them(ctx: Context, members: Members) -> Members:
        bucket = ctx.store.bucket(members["Bucket"])
        kept = ctx.store.get_config(bucket, name) or {}
        token = members.get("ContinuationToken")
        after = _decode(token) if token else ""
        rest = sorted(identifier for identifier in kept if identifier > after)
        page = rest[:PAGE]
        answer: Members = {"IsTruncated": len(rest) > len(page)}
        if page:
            answer[f"{member}List"] = [kept[identifier] for identifier in page]
        if token is not None:
            answer["ContinuationToken"] = token
        if len(rest) > len(page):
            answer["NextContinuationToken"] = base64.urlsafe_b64encode(page[-1].encode()).decode()
        return answer


def _decode(token: str) -> str:
    try:
        return base64.urlsafe_b64decode(token.encode()).decode()
    except (binascii.Error, UnicodeError) as error:
        raise S3Error("MalformedContinuationToken") from error
