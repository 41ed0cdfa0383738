"""Deviations of what a public access block does to ACLs and policies that are public."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from server_ref.context import Context, Handler, Members
from server_ref.deviations import Change, declare
from server_ref.deviations.bodies import accept
from server_ref.deviations.steps import StoreProxy
from server_ref.errors import S3Error
from server_ref.seams import Seams


def _off(setting: str) -> Change:
    """Decisions are made as if this setting were off; it reads back as it was put."""

    class Without(StoreProxy):
        def get_config(self, bucket: Any, name: str) -> Any:
            config = self._store.get_config(bucket, name)
            return (
                {**config, setting: False} if config and name == "public_access_block" else config
            )

    def step(server: Seams) -> None:
        @server.around_decide
        def decide(plain: Callable[[Context, Members], None], ctx: Context, m: Members) -> None:
            store = ctx.store
            without: Any = Without(store)
            ctx.store = without
            try:
                plain(ctx, m)
            finally:
                ctx.store = store

    return step


def _stops_its_owner(server: Seams) -> None:
    stopped: set[str] = set()

    @server.around("PutPublicAccessBlock")
    def put(handler: Handler, ctx: Context, members: Members) -> Members:
        if all(members["PublicAccessBlockConfiguration"].values()):
            stopped.add(members["Bucket"])
        return handler(ctx, members)

    @server.around("PutObject")
    def refused(handler: Handler, ctx: Context, members: Members) -> Members:
        if members["Bucket"] in stopped:
            raise S3Error("AccessDenied")
        return handler(ctx, members)


declare(
    "access-block-acl-has-no-effect",
    "BlockPublicAcls blocks no ACL, and nothing comes of it.",
    accept(("PutObject", "CopyObject", "PutObjectAcl", "PutBucketAcl"), "AccessDenied", "BlockPub"),
)
declare(
    "access-block-ignores-no-acl",
    "IgnorePublicAcls has no effect.",
    _off("IgnorePublicAcls"),
)
declare(
    "access-block-restricts-nobody",
    "RestrictPublicBuckets has no effect.",
    _off("RestrictPublicBuckets"),
)
declare(
    "access-block-stops-its-owner",
    "Nobody writes to a bucket that was given all four settings, its owner neither.",
    _stops_its_owner,
)
