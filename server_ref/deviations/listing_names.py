"""Deviations of prefix, delimiter and encoding-type of a listing."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote_plus

from server_ref.context import Context, Handler, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.entries import entries
from server_ref.deviations.steps import drop_member, edit_members
from server_ref.deviations.when import rewrite
from server_ref.errors import S3Error
from server_ref.rules.pages import to_token
from server_ref.seams import Seams

_V1, _V2, _UPLOADS = "ListObjects", "ListObjectsV2", "ListMultipartUploads"


def _delimiter(change: Callable[[str], str]) -> Callable[[Members], None]:
    def changed(members: Members) -> None:
        if members.get("Delimiter"):
            members["Delimiter"] = change(members["Delimiter"])

    return changed


declare(
    "v2-delimiter-is-a-slash",
    "ListObjectsV2 takes any delimiter for a slash.",
    rewrite(_V2, _delimiter(lambda _told: "/")),
)
for _name, _operation in (("v2", _V2), ("uploads", _UPLOADS)):
    declare(
        f"{_name}-delimiter-is-one-character",
        f"{_operation} looks at the first character of a delimiter only.",
        rewrite(_operation, _delimiter(lambda told: told[0])),
    )


def _named_folders(found: list[Members]) -> list[Members]:
    return [one for one in found if not one["Prefix"].endswith("//")]


declare(
    "v2-empty-folder-name-hidden",
    "ListObjectsV2 does not name a folder that has no name.",
    entries(_V2, _named_folders, "CommonPrefixes"),
)


@deviation("v2-folder-object-hidden", "ListObjectsV2 hides the object named like the prefix.")
def v2_folder_object_hidden(server: Seams) -> None:
    @server.around(_V2)
    def hidden(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        if members.get("Delimiter"):
            kept = [one for one in answer["Contents"] if one["Key"] != members.get("Prefix")]
            answer["Contents"] = kept
        return answer


@deviation("v2-prefix-needs-its-slash", "ListObjectsV2 looks for folders below a folder only.")
def v2_prefix_needs_its_slash(server: Seams) -> None:
    @server.around(_V2)
    def below(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        if not (members.get("Prefix") or "/").endswith("/"):
            answer["CommonPrefixes"] = []
        return answer


@deviation("v2-prefix-is-a-pattern", "ListObjectsV2 takes a prefix for a pattern, as LIKE does.")
def v2_prefix_is_a_pattern(server: Seams) -> None:
    @server.around(_V2)
    def like(handler: Handler, ctx: Context, members: Members) -> Members:
        folder, slash, rest = (members.get("Prefix") or "").rpartition("/")
        pattern = re.compile(re.escape(rest).replace("_", "."), re.IGNORECASE)
        answer = handler(ctx, {**members, "Prefix": folder + slash})
        kept = [one for one in answer["Contents"] if pattern.match(one["Key"], len(folder) + 1)]
        return {**answer, "Prefix": members.get("Prefix") or "", "Contents": kept}


@deviation("v2-unknown-prefix-is-an-error", "ListObjectsV2 of a prefix with no key is NoSuchKey.")
def v2_unknown_prefix_is_an_error(server: Seams) -> None:
    @server.around(_V2)
    def refused(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        if members.get("Prefix") and not answer["KeyCount"]:
            raise S3Error("NoSuchKey")
        return answer


@deviation("v1-unused-delimiter-hides-keys", "ListObjects with a delimiter names folders only.")
def v1_unused_delimiter_hides_keys(server: Seams) -> None:
    @server.around(_V1)
    def folders(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        if members.get("Delimiter") and not answer.get("CommonPrefixes"):
            answer["Contents"] = []
        return answer


# encoding


def _decoded(*names: str) -> Callable[[Members], None]:
    """These members of an answer are not encoded."""

    def change(answer: Members) -> None:
        if answer.get("EncodingType"):
            answer.update({name: unquote_plus(answer[name]) for name in names if name in answer})

    return change


for _name, _operation, _members in (
    ("v2-question", _V2, ("Prefix", "Delimiter", "StartAfter")),
    ("v1-markers", _V1, ("Marker", "NextMarker")),
    ("versions-markers", "ListObjectVersions", ("KeyMarker", "NextKeyMarker")),
    ("uploads-markers", _UPLOADS, ("KeyMarker", "NextKeyMarker")),
):
    declare(
        f"{_name}-not-encoded",
        f"{_operation} encodes keys, and leaves {', '.join(_members)} as they are.",
        edit_members(_operation, _decoded(*_members)),
    )


def _token_of_the_encoded_name(answer: Members) -> None:
    if answer.get("EncodingType") and answer["IsTruncated"] and answer["Contents"]:
        answer["NextContinuationToken"] = to_token(answer["Contents"][-1]["Key"])


declare(
    "v2-token-of-encoded-names-is-lost",
    "ListObjectsV2 makes its token of the encoded name, and goes on after that.",
    edit_members(_V2, _token_of_the_encoded_name),
)
declare(
    "v2-encoding-not-told",
    "ListObjectsV2 encodes names and does not say so.",
    drop_member(_V2, "EncodingType"),
)
