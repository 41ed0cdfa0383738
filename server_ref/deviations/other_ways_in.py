"""Deviations in which copies, uploads in parts and forms are not what a PUT would be."""

from __future__ import annotations

from typing import Any

from server_ref.context import Context, Handler, Members
from server_ref.deviations import Change, declare, deviation
from server_ref.deviations.bodies import accept
from server_ref.deviations.steps import StoreProxy, drop_header
from server_ref.deviations.when import rewrite
from server_ref.errors import S3Error
from server_ref.model.routes import POST_OBJECT
from server_ref.seams import Seams
from server_ref.storage.records import NULL_VERSION


class _Without(StoreProxy):
    """A store in which no bucket has this configuration."""

    def __init__(self, store: Any, name: str) -> None:
        super().__init__(store)
        self._name = name

    def get_config(self, bucket: Any, name: str) -> Any:
        """None for the one that is not looked at."""
        return None if name == self._name else self._store.get_config(bucket, name)


def _not_looked_at(name: str, *operations: str) -> Change:
    """These operations do not look at this configuration of their bucket."""

    def step(server: Seams) -> None:
        @server.around(*operations)
        def blind(handler: Handler, ctx: Context, members: Members) -> Members:
            plain, ctx.store = ctx.store, _Without(ctx.store, name)  # type: ignore[assignment]  # as StoreProxy is meant
            try:
                return handler(ctx, members)
            finally:
                ctx.store = plain

    return step


declare(
    "default-retention-of-puts-alone",
    "A bucket's default retention falls on no copy and on no upload in parts.",
    _not_looked_at("object_lock", "CopyObject", "CreateMultipartUpload"),
)
declare(
    "bucket-default-of-puts-alone",
    "Uploads in parts and forms do not have the bucket's default encryption.",
    _not_looked_at("encryption", "CreateMultipartUpload", POST_OBJECT),
)
declare(
    "completion-tells-no-expiration",
    "CompleteMultipartUpload answers no x-amz-expiration.",
    drop_header("CompleteMultipartUpload", "x-amz-expiration"),
)
declare(
    "forms-name-no-version",
    "The answer to a form has no x-amz-version-id.",
    drop_header(POST_OBJECT, "x-amz-version-id"),
)


def _ten_of_them(members: Members) -> None:
    pairs = [pair for pair in str(members.get("Tagging") or "").split("&") if pair]
    unlike = {pair.partition("=")[0]: pair for pair in pairs}
    if len(unlike) < len(pairs) or len(pairs) > 10:
        members["Tagging"] = "&".join(list(unlike.values())[:10])


declare(
    "tags-of-copies-unchecked",
    "Of the tags of a copy or an upload ten are taken, whatever came.",
    rewrite(("CopyObject", "CreateMultipartUpload"), _ten_of_them),
)


@deviation("null-marker-outlives-a-put", "A key deleted while suspended stays deleted.")
def null_marker_outlives_a_put(server: Seams) -> None:
    buried: set[tuple[str, str]] = set()

    @server.around("PutObject")
    def put(handler: Handler, ctx: Context, members: Members) -> Members:
        found = ctx.store.head(ctx.store.bucket(members["Bucket"]), members["Key"])
        if found is not None and found.marker and found.version_id == NULL_VERSION:
            buried.add((members["Bucket"], members["Key"]))
        return handler(ctx, members)

    @server.around("GetObject", "HeadObject")
    def read(handler: Handler, ctx: Context, members: Members) -> Members:
        if not members.get("VersionId") and (members["Bucket"], members["Key"]) in buried:
            raise S3Error("NoSuchKey", Key=members["Key"])
        return handler(ctx, members)


def _usual(members: Members) -> None:
    if members.get("StorageClass") == "OUTPOSTS":
        members.pop("StorageClass")


declare(
    "classes-of-copies-unchecked",
    "A copy or an upload with a class that no bucket has is STANDARD.",
    rewrite(("CopyObject", "CreateMultipartUpload"), _usual),
)
declare(
    "copied-parts-of-any-number",
    "UploadPartCopy takes any part number, and nothing comes of it.",
    accept("UploadPartCopy", "InvalidArgument", "art number"),
)
