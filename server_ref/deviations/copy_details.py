"""Deviations of what a copy takes along, of its conditions, and of a few answers beside."""

from __future__ import annotations

from urllib.parse import unquote

from server_ref.context import Context, Handler, Members
from server_ref.deviations import Change, declare, deviation
from server_ref.deviations.steps import edit_members, ignore_member, set_header, swallow_error
from server_ref.deviations.when import refuse_when, rewrite
from server_ref.errors import S3Error
from server_ref.seams import Seams
from server_ref.storage.records import Version

_COPY = "CopyObject"


def _source(ctx: Context, members: Members) -> Version | None:
    name, _, key = unquote(members["CopySource"].partition("?")[0]).lstrip("/").partition("/")
    return ctx.store.head(ctx.store.bucket(name), key)


@deviation("copy-replace-keeps-the-type", "A copy with REPLACE keeps the type of its source.")
def copy_replace_keeps_the_type(server: Seams) -> None:
    @server.around(_COPY)
    def kept(handler: Handler, ctx: Context, members: Members) -> Members:
        source = _source(ctx, members)
        if source is not None and members.get("MetadataDirective") == "REPLACE":
            headers = source.read_details().headers
            members.setdefault("ContentType", headers.get("ContentType"))
        return handler(ctx, members)


@deviation("copy-takes-the-redirect", "A copy has the redirect of its source.")
def copy_takes_the_redirect(server: Seams) -> None:
    @server.around(_COPY)
    def taken(handler: Handler, ctx: Context, members: Members) -> Members:
        source = _source(ctx, members)
        if source is not None:
            redirect = source.read_details().headers.get("WebsiteRedirectLocation")
            if redirect and not members.get("WebsiteRedirectLocation"):
                members["WebsiteRedirectLocation"] = redirect
        return handler(ctx, members)


def _empty(ctx: Context, members: Members) -> bool:
    source = _source(ctx, members)
    return source is not None and source.size == 0


declare(
    "copy-of-nothing-refused",
    "An empty object cannot be copied.",
    refuse_when(_COPY, "InvalidRequest", _empty),
)


def _without(condition: str, beside: str) -> Change:
    """The first condition is not looked at where the second is there, too."""

    def change(members: Members) -> None:
        if members.get(beside) is not None:
            members.pop(condition, None)

    return rewrite(_COPY, change)


declare(
    "copy-date-outweighs-the-etag",
    "Of two conditions of a copy the date decides, not the ETag that matches.",
    _without("CopySourceIfMatch", "CopySourceIfUnmodifiedSince"),
)
declare(
    "copy-date-outweighs-the-known-etag",
    "Of two conditions of a copy the date decides, not the ETag that is known.",
    _without("CopySourceIfNoneMatch", "CopySourceIfModifiedSince"),
)
declare(
    "copy-conditions-ignored-but-dates",
    "CopyObject does not look at ETags of its source.",
    ignore_member(_COPY, "CopySourceIfMatch", "CopySourceIfNoneMatch"),
)


@deviation("etag-needs-its-quotes", "An ETag without quotes in a condition is another one.")
def etag_needs_its_quotes(server: Seams) -> None:
    @server.around("PutObject", _COPY)
    def quoted(handler: Handler, ctx: Context, members: Members) -> Members:
        for name in ("IfMatch", "CopySourceIfMatch"):
            if '"' not in (members.get(name) or '"'):
                raise S3Error("PreconditionFailed")
        return handler(ctx, members)


def _known_directives(members: Members) -> None:
    for name in ("MetadataDirective", "TaggingDirective"):
        if members.get(name) not in ("COPY", "REPLACE"):
            members.pop(name, None)


declare(
    "copy-directive-unchecked",
    "A directive that CopyObject does not know is COPY.",
    rewrite(_COPY, _known_directives),
)


def _latest_source(members: Members) -> None:
    members["CopySource"] = members["CopySource"].partition("?versionId=")[0]


declare(
    "part-copy-reads-latest",
    "UploadPartCopy does not look at the source's versionId.",
    rewrite("UploadPartCopy", _latest_source),
)
declare(
    "put-answers-the-type",
    "PutObject answers Content-Encoding.",
    set_header("PutObject", "Content-Encoding", "gzip"),
)


@deviation("parts-are-counted-in-every-get", "GetObject always counts the parts.")
def parts_are_counted_in_every_get(server: Seams) -> None:
    @server.around("GetObject")
    def counted(handler: Handler, ctx: Context, members: Members) -> Members:
        return {**handler(ctx, members), "PartsCount": 1}


declare(
    "bucket-acl-of-creation-unchecked",
    "CreateBucket takes an ACL that it does not know.",
    swallow_error("CreateBucket", "InvalidArgument", {"Location": "/"}),
)


def _without_empty_values(answer: Members) -> None:
    found = answer.get("Metadata") or {}
    answer["Metadata"] = {name: value for name, value in found.items() if value}


declare(
    "metadata-empty-value-lost",
    "Metadata with an empty value is not answered.",
    edit_members("HeadObject", _without_empty_values),
)

declare(
    "copy-sources-have-no-slash",
    "A copy source that begins with a slash names no bucket.",
    refuse_when(
        "CopyObject", "NoSuchBucket", lambda _ctx, members: members["CopySource"].startswith("/")
    ),
)
