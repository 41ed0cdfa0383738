"""Deviations of what is kept beside the bytes: types, headers, user metadata, times."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.utils import formatdate
from urllib.parse import urlencode

from server_ref.context import Context, Handler, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.bodies import accept, before
from server_ref.deviations.steps import (
    do_nothing,
    drop_header,
    edit_body,
    edit_members,
    ignore_member,
    replace_error,
    set_header,
    swallow_error,
)
from server_ref.deviations.when import rewrite
from server_ref.errors import S3Error
from server_ref.request import Request
from server_ref.response import Response
from server_ref.seams import Exchange, Seams

READ = ("GetObject", "HeadObject")


def _require_tag_set(_ctx: Context, members: Members) -> None:
    if "TagSet" not in (members.get("Tagging") or {}):
        raise S3Error("MalformedXML")


declare(
    "tagging-set-required",
    "A tagging document without a TagSet is malformed.",
    before(("PutObjectTagging", "PutBucketTagging"), _require_tag_set),
)
EPOCH = "Thu, 01 Jan 1970 00:00:00 GMT"

declare(
    "content-type-lost",
    "PutObject ignores the content type.",
    ignore_member("PutObject", "ContentType"),
)
declare(
    "content-type-parameters-lost",
    "The parameters of a content type are cut off.",
    before(
        "PutObject",
        lambda _ctx, members: members.update(
            {"ContentType": (members.get("ContentType") or "").partition(";")[0] or None}
        ),
    ),
)
declare(
    "content-type-default-wrong",
    "An object without a type is application/octet-stream.",
    before(
        "PutObject",
        lambda _ctx, members: members.update(
            {"ContentType": members.get("ContentType") or "application/octet-stream"}
        ),
    ),
)
declare("metadata-lost", "PutObject ignores user metadata.", ignore_member("PutObject", "Metadata"))
declare(
    "system-headers-lost",
    "PutObject ignores Cache-Control, -Disposition and -Language.",
    ignore_member("PutObject", "CacheControl", "ContentDisposition", "ContentLanguage"),
)
declare(
    "content-encoding-lost",
    "PutObject ignores Content-Encoding.",
    ignore_member("PutObject", "ContentEncoding"),
)
declare(
    "expires-lost", "The Expires header of an object is not answered.", drop_header(READ, "Expires")
)
declare(
    "website-redirect-lost",
    "PutObject ignores the website redirect.",
    ignore_member("PutObject", "WebsiteRedirectLocation"),
)
declare(
    "metadata-size-unlimited",
    "User metadata may have any size.",
    accept("PutObject", "MetadataTooLarge"),
)
declare(
    "metadata-punctuation-lost",
    "Punctuation in metadata is dropped.",
    before(
        "PutObject",
        lambda _ctx, members: members.update(
            {
                "Metadata": {
                    name: re.sub(r"[^\w .=?-]", "", value)
                    for name, value in (members.get("Metadata") or {}).items()
                }
            }
        ),
    ),
)


@deviation("metadata-names-capitalised", "The names of user metadata come back in title case.")
def metadata_names_capitalised(server: Seams) -> None:
    @server.on_response(*READ)
    def capitalised(_exchange: Exchange, response: Response) -> None:
        for name in [n for n in response.headers if n.lower().startswith("x-amz-meta-")]:
            response.headers[name.title()] = response.headers.pop(name)


@deviation("metadata-always-encoded", "Metadata comes back as encoded words even when ASCII.")
def metadata_always_encoded(server: Seams) -> None:
    @server.on_response("GetObject")
    def encoded(_exchange: Exchange, response: Response) -> None:
        for name, value in response.headers.items():
            if name.lower().startswith("x-amz-meta-") and not value.startswith("=?"):
                response.headers[name] = f"=?UTF-8?Q?{value}?="


@deviation("metadata-decoded-on-read", "Metadata outside ASCII comes back as bare UTF-8.")
def metadata_decoded_on_read(server: Seams) -> None:
    @server.on_response("GetObject")
    def decoded(_exchange: Exchange, response: Response) -> None:
        for name, value in response.headers.items():
            if value.startswith("=?"):
                text = str(make_header(decode_header(value)))
                response.headers[name] = text.encode().decode("latin-1")


@deviation("metadata-merged", "PutObject keeps the metadata of the object it replaces.")
def metadata_merged(server: Seams) -> None:
    @server.around("PutObject")
    def merged(handler: Handler, ctx: Context, members: Members) -> Members:
        old = ctx.store.head(ctx.store.bucket(members["Bucket"]), members["Key"])
        if old is not None:
            known = old.read_details().metadata
            members["Metadata"] = {**known, **(members.get("Metadata") or {})}
        return handler(ctx, members)


# Times

declare(
    "last-modified-not-http-date",
    "Last-Modified is ISO 8601.",
    set_header("GetObject", "Last-Modified", "2025-01-01T00:00:00.000Z"),
)
declare(
    "last-modified-epoch",
    "GetObject says that everything is from 1970.",
    set_header("GetObject", "Last-Modified", EPOCH),
)
declare(
    "last-modified-frozen",
    "HeadObject says that everything is from 1970.",
    set_header("HeadObject", "Last-Modified", EPOCH),
)
declare(
    "last-modified-moves-on-read",
    "HeadObject says that everything is from just now.",
    set_header("HeadObject", "Last-Modified", lambda _old: formatdate(usegmt=True)),
)
declare(
    "listing-time-differs",
    "Listings are an age behind.",
    edit_body(
        "ListObjects*", lambda body: re.sub(rb"<LastModified>\d{4}", b"<LastModified>1999", body)
    ),
)
declare(
    "listing-time-is-now",
    "Listings say that everything is from just now.",
    edit_body(
        "ListObjects*",
        lambda body: re.sub(
            rb"<LastModified>[^<]*",
            b"<LastModified>" + datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z").encode(),
            body,
        ),
    ),
)
declare(
    "listing-time-without-zone",
    "Times in listings have no zone.",
    edit_body("ListObjects*", lambda body: body.replace(b"Z</Last", b"</Last")),
)

# Tags

declare(
    "tags-on-a-marker-are-404",
    "PutObjectTagging on a delete marker is NoSuchKey.",
    replace_error("PutObjectTagging", "MethodNotAllowed", "NoSuchKey"),
)
declare("tags-lost", "PutObjectTagging does nothing.", do_nothing("PutObjectTagging"))
declare(
    "tags-unlisted",
    "GetObjectTagging answers no tag.",
    edit_members("GetObjectTagging", lambda answer: answer.update({"TagSet": []})),
)
declare(
    "untagging-does-nothing",
    "DeleteObjectTagging leaves the tags.",
    do_nothing("DeleteObjectTagging"),
)
declare(
    "tagging-header-ignored",
    "PutObject ignores x-amz-tagging.",
    ignore_member("PutObject", "Tagging"),
)
declare(
    "tag-count-missing", "Answers do not count the tags.", drop_header(READ, "x-amz-tagging-count")
)
declare(
    "tagging-header-duplicates-accepted",
    "x-amz-tagging may name a tag twice.",
    accept("PutObject", "InvalidArgument"),
)
declare(
    "tag-duplicates-accepted",
    "PutObjectTagging takes a tag twice.",
    accept("PutObjectTagging", "InvalidTag", "multiple"),
)
declare(
    "tag-characters-unchecked",
    "PutObjectTagging takes any character.",
    accept("PutObjectTagging", "InvalidTag", "TagKey you have provided"),
)
declare(
    "tag-prefix-unchecked",
    "PutObjectTagging takes tags that begin with aws:.",
    accept("PutObjectTagging", "InvalidTag", "aws:"),
)
declare(
    "tag-count-unchecked",
    "PutObjectTagging takes any number of tags.",
    accept("PutObjectTagging", "BadRequest"),
)
declare(
    "tag-without-key-accepted",
    "PutObjectTagging takes a tag without a key.",
    accept("PutObjectTagging", "MalformedXML"),
)
declare(
    "tagging-missing-key-ok",
    "A missing object has an empty set of tags.",
    swallow_error("GetObjectTagging", "NoSuchKey", {"TagSet": []}),
)


@deviation("tags-merged", "PutObjectTagging adds to the tags that are there.")
def tags_merged(server: Seams) -> None:
    @server.around("PutObjectTagging")
    def added(handler: Handler, ctx: Context, members: Members) -> Members:
        old = ctx.store.head(ctx.store.bucket(members["Bucket"]), members["Key"])
        known = old.read_tags() if old is not None else []
        members["Tagging"]["TagSet"] += [{"Key": key, "Value": value} for key, value in known]
        return handler(ctx, members)


@deviation("tags-survive-overwrite", "PutObject keeps the tags of the object it replaces.")
def tags_survive_overwrite(server: Seams) -> None:
    @server.around("PutObject")
    def kept(handler: Handler, ctx: Context, members: Members) -> Members:
        old = ctx.store.head(ctx.store.bucket(members["Bucket"]), members["Key"])
        if old is not None and old.tags and not members.get("Tagging"):
            members["Tagging"] = urlencode(old.read_tags())
        return handler(ctx, members)


@deviation("tags-never-empty", "GetObjectTagging of an object without tags is an error.")
def tags_never_empty(server: Seams) -> None:
    @server.around("GetObjectTagging")
    def refused(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        if not answer.get("TagSet"):
            raise S3Error("NoSuchTagSet")
        return answer


@deviation("metadata-underscores-lost", "An underscore in a name of metadata becomes a hyphen.")
def metadata_underscores_lost(server: Seams) -> None:
    @server.around_parse
    def parse(plain: Callable[[Request, str], Members], request: Request, op: str) -> Members:
        for name in [n for n in request.headers if n.startswith("x-amz-meta-") and "_" in n]:
            request.headers[name.replace("_", "-")] = request.headers.pop(name)
        return plain(request, op)


def _first_of_two(members: Members) -> None:
    for name, value in (members.get("Metadata") or {}).items():
        if re.fullmatch(r"\w+,\w+", value):
            members["Metadata"][name] = value.partition(",")[0]


declare(
    "metadata-of-one-name-once",
    "Of two headers of one name the first is kept.",
    rewrite("PutObject", _first_of_two),
)
