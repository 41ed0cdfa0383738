"""How AIStore copies: nothing but the source is looked at, and parts cannot be copied."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from urllib.parse import quote, unquote, unquote_plus

from server_ref.aistore import facts, folders
from server_ref.aistore.errors import AISError
from server_ref.context import Context, Handler, Members
from server_ref.deviations import Change
from server_ref.deviations.aistore import difference, differs
from server_ref.deviations.steps import force_member, ignore_member
from server_ref.errors import S3Error
from server_ref.request import Request
from server_ref.rules import names
from server_ref.seams import Parse, Seams


@differs(
    "ais-copy-answer",
    "CopyObject answers a time and an ETag without quotes, or an empty one.",
)
def ais_copy_answer(server: Seams) -> None:
    @server.around("CopyObject")
    def bare(handler: Handler, ctx: Context, members: Members) -> Members:
        result = handler(ctx, members)["CopyObjectResult"]
        return {
            "CopyObjectResult": {
                "LastModified": result["LastModified"],
                "ETag": facts.shown_etag(result["ETag"]),
            }
        }


@differs("ais-copy-missing-source-400", "A copy of what is not there is a bad request.")
def ais_copy_missing_source_400(server: Seams) -> None:
    @server.around("CopyObject")
    def refused(handler: Handler, ctx: Context, members: Members) -> Members:
        try:
            return handler(ctx, members)
        except S3Error as error:
            if error.code != "NoSuchKey":
                raise
            raise AISError(
                "ErrNotFound", f"{unquote(members['CopySource'])} does not exist", 400
            ) from error


@differs("ais-copy-escaped-source", "The proxy looks for a copy's source as it was sent, escaped.")
def ais_copy_escaped_source(server: Seams) -> None:
    targets = max(1, server.settings.targets)

    @server.around("CopyObject")
    def sent_to(handler: Handler, ctx: Context, members: Members) -> Members:
        """Where another target than the source's own is asked, it has no such object."""
        name, _, sent = ctx.request.headers.get("x-amz-copy-source", "").strip("/").partition("/")
        place = folders.placing(ctx.store.bucket(unquote_plus(name)), targets)
        sent = sent.partition("?")[0].strip("/")
        if place(sent) != place(unquote_plus(sent)):
            raise AISError("ErrNotFound", f"{unquote(members['CopySource'])} does not exist", 400)
        return handler(ctx, members)


def _read_source(change: Callable[[str], str]) -> Change:
    """The source of a copy passes through ``change`` before anything looks at it."""

    def step(server: Seams) -> None:
        @server.around_parse
        def changed(parse: Parse, request: Request, operation: str) -> Members:
            members = parse(request, operation)
            if operation == "CopyObject":
                members["CopySource"] = change(members["CopySource"])
            return members

    return step


def _as_read(source: str) -> str:
    """Bucket and key as a target reads them, without the slashes around both."""
    text = source.partition("?")[0]
    with suppress(ValueError):  # what has half an escape stays as it is
        names.check_escapes(text)
        text = unquote_plus(text)
    bucket, _, key = text.strip("/").partition("/")
    return f"{quote(bucket)}/{quote(key.strip('/'))}"


difference(
    "ais-copy-members-ignored",
    "A copy does not look at conditions, directives and the source's version.",
    ignore_member(
        "CopyObject",
        "CopySourceIfMatch",
        "CopySourceIfNoneMatch",
        "CopySourceIfModifiedSince",
        "CopySourceIfUnmodifiedSince",
        "MetadataDirective",
        "TaggingDirective",
    ),
    _read_source(_as_read),
)
difference(
    "ais-copy-in-place",
    "A copy onto itself is done like any other.",
    force_member("CopyObject", "MetadataDirective", "REPLACE"),
)


@differs("ais-upload-part-copy-501", "UploadPartCopy is not implemented.")
def ais_upload_part_copy_501(server: Seams) -> None:
    @server.around("UploadPartCopy")
    def refused(_handler: Handler, _ctx: Context, _members: Members) -> Members:
        raise AISError("", "UploadPartCopy is not supported", 501)
