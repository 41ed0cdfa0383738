"""Deviations of names, headers and callers that S3 refuses, or counts, in a way of its own."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

from server_ref.context import Context, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.steps import drop_header
from server_ref.deviations.when import rewrite
from server_ref.errors import S3Error
from server_ref.request import Request
from server_ref.seams import Seams


@deviation("climbing-keys-taken", "A key that leads out of its bucket is a key like any other.")
def climbing_keys(server: Seams) -> None:
    @server.around_locate
    def locate(plain: Callable[[Request], None], request: Request) -> None:
        try:
            plain(request)
        except S3Error:
            path = unquote(request.target.partition("?")[0])
            if "/../" not in path:
                raise
            _, request.bucket, request.key = path.split("/", 2)


declare(
    "nameless-metadata-forgotten",
    "Metadata without a name is not counted.",
    drop_header("HeadObject", "x-amz-missing-meta"),
)


def _without_names(members: Members) -> None:
    if members.get("Tagging") == "=":
        del members["Tagging"]


declare(
    "nameless-tags-taken",
    "A tag without a name in a header is not looked at.",
    rewrite("PutObject", _without_names),
)
declare(
    "listings-do-not-tell-the-region",
    "Listings of objects have no x-amz-bucket-region.",
    drop_header("ListObjects*", "x-amz-bucket-region"),
)


@deviation(
    "anonymous-uploads-begun", "Nobody may copy and begin uploads where a policy lets them write."
)
def anonymous_uploads(server: Seams) -> None:
    @server.around_decide
    def decide(plain: Callable[[Context, Members], None], ctx: Context, members: Members) -> None:
        try:
            plain(ctx, members)
        except S3Error as error:
            if not error.message.startswith("Anonymous users cannot"):
                raise


@deviation(
    "empty-values-are-absent", "An empty parameter counts as none in the conditions of a policy."
)
def empty_values(server: Seams) -> None:
    @server.around_decide
    def decide(plain: Callable[[Context, Members], None], ctx: Context, members: Members) -> None:
        plain(ctx, {name: value for name, value in members.items() if value != ""})
