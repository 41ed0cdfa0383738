"""Deviations of DELETE object."""

from __future__ import annotations

from server_ref.context import Context, Handler, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.steps import do_nothing, set_status
from server_ref.errors import S3Error
from server_ref.seams import Seams
from server_ref.storage import listing

declare(
    "delete-does-nothing",
    "DeleteObject answers success and leaves the object.",
    do_nothing("DeleteObject"),
)
declare("delete-answers-200", "DeleteObject answers 200.", set_status("DeleteObject", 204, 200))


@deviation("delete-missing-is-404", "DeleteObject of a missing key is refused.")
def delete_missing_is_404(server: Seams) -> None:
    @server.around("DeleteObject")
    def refused(handler: Handler, ctx: Context, members: Members) -> Members:
        bucket = ctx.store.bucket(members["Bucket"])
        if ctx.store.head(bucket, members["Key"], members.get("VersionId")) is None:
            raise S3Error("NoSuchKey", Key=members["Key"])
        return handler(ctx, members)


@deviation("delete-takes-prefix", "DeleteObject deletes every key that begins with the one named.")
def delete_takes_prefix(server: Seams) -> None:
    @server.around("DeleteObject")
    def all_of_them(handler: Handler, ctx: Context, members: Members) -> Members:
        bucket = ctx.store.bucket(members["Bucket"])
        with ctx.store.reader() as reader:
            found = listing.page(
                listing.current(reader, bucket.id, members["Key"]),
                prefix=members["Key"],
                delimiter="",
                limit=1000,
                start="",
                inclusive=False,
            )
        for row in found.rows:
            handler(ctx, {**members, "Key": row[0]})
        return handler(ctx, members)


@deviation("delete-tombstone-blocks-put", "A key that was deleted cannot be written again.")
def delete_tombstone_blocks_put(server: Seams) -> None:
    deleted: set[tuple[str, str]] = set()

    @server.around("DeleteObject")
    def noted(handler: Handler, ctx: Context, members: Members) -> Members:
        deleted.add((members["Bucket"], members["Key"]))
        return handler(ctx, members)

    @server.around("PutObject")
    def blocked(handler: Handler, ctx: Context, members: Members) -> Members:
        if (members["Bucket"], members["Key"]) in deleted:
            raise S3Error("OperationAborted")
        return handler(ctx, members)
