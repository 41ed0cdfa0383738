"""Deviations of keys: changed on the way, refused, or taken for files and folders."""

from __future__ import annotations

import re
from collections.abc import Callable

from server_ref.context import Context, Handler, Members
from server_ref.deviations import Change, declare, deviation
from server_ref.deviations.when import refuse_when, rewrite, swallow_when
from server_ref.operations import discover
from server_ref.seams import Seams

_OBJECT = ("PutObject", "GetObject", "HeadObject", "DeleteObject")


def _key(change: Callable[[str], str]) -> Change:
    """The key of an object's operations passes through ``change``."""

    def changed(members: Members) -> None:
        members["Key"] = change(members["Key"]) or members["Key"]

    return rewrite(_OBJECT, changed)


def _refused(code: str, when: Callable[[str], bool]) -> Change:
    return refuse_when("PutObject", code, lambda _ctx, members: when(members["Key"]))


def _without_dots(key: str) -> str:
    return re.sub(r"(^|/)(\./)+", r"\1", re.sub(r"[^/]+/\.\./", "", key))


for _name, _sentence, _changed in (
    (
        "key-cut-at-a-semicolon",
        "A key ends at a semicolon: what follows is a parameter of the path.",
        lambda key: key.partition(";")[0],
    ),
    (
        "key-backslash-is-a-slash",
        "A backslash in a key is a slash.",
        lambda key: key.replace("\\", "/"),
    ),
    ("key-trimmed", "Blanks around a key and dots after it are lost.", lambda key: key.strip(" .")),
    ("key-dot-segments-removed", "`./` and `../` in a key are done.", _without_dots),
    ("key-leading-slash-lost", "A key loses slashes before it.", lambda key: key.lstrip("/")),
    (
        "key-beyond-the-bmp-lost",
        "Characters of four bytes are another character.",
        lambda key: re.sub("[\U00010000-\U0010ffff]", "\ufffd", key),
    ),
):
    declare(_name, _sentence, _key(_changed))

declare(
    "key-control-characters-refused",
    "A key with a control character is refused.",
    _refused("InvalidArgument", lambda key: re.search(r"[\x00-\x1f\x7f]", key) is not None),
)
declare(
    "key-segments-limited-to-255",
    "A key is refused where it has more than 255 bytes between two slashes.",
    _refused("KeyTooLongError", lambda key: any(len(one) > 255 for one in key.split("/"))),
)
declare(
    "key-is-a-servers-own-path",
    "`metrics` and `health` are the server's own, in every bucket.",
    refuse_when(
        "GetObject", "NoSuchKey", lambda _ctx, members: members["Key"] in ("metrics", "health")
    ),
)
declare(
    "bucket-name-of-63-refused",
    "A bucket's name has 62 characters at most.",
    refuse_when(
        "CreateBucket", "InvalidBucketName", lambda _ctx, members: len(members["Bucket"]) > 62
    ),
)
declare(
    "bucket-name-with-dots-refused",
    "A bucket's name has no dots.",
    refuse_when(
        "CreateBucket", "InvalidBucketName", lambda _ctx, members: "." in members["Bucket"]
    ),
)
declare(
    "bucket-names-of-others-accepted",
    "A bucket's name may end in `-s3alias`.",
    swallow_when(
        "CreateBucket",
        "InvalidBucketName",
        lambda _ctx, members: members["Bucket"].endswith("-s3alias"),
    ),
)


def _keys(ctx: Context, members: Members, prefix: str) -> list[str]:
    asked = {"Bucket": members["Bucket"], "Prefix": prefix}
    return [one["Key"] for one in discover()["ListObjectsV2"](ctx, asked)["Contents"]]


def _below_an_object(ctx: Context, members: Members) -> bool:
    bucket, parts = ctx.store.bucket(members["Bucket"]), members["Key"].split("/")
    above = ["/".join(parts[:depth]) for depth in range(1, len(parts))]
    return any(ctx.store.head(bucket, key) is not None for key in above)


declare(
    "key-below-an-object-refused",
    "Nothing is written below a key that is an object: it would have to be a folder.",
    refuse_when("PutObject", "InvalidRequest", _below_an_object),
)


@deviation("delete-takes-keys-that-begin-so", "DELETE takes every key that begins with its key.")
def delete_takes_keys_that_begin_so(server: Seams) -> None:
    @server.around("DeleteObject")
    def taken(handler: Handler, ctx: Context, members: Members) -> Members:
        for key in _keys(ctx, members, members["Key"]):
            handler(ctx, {"Bucket": members["Bucket"], "Key": key})
        return handler(ctx, members)


@deviation("delete-of-a-folder-takes-its-keys", "DELETE of `dir/` takes every key below it.")
def delete_of_a_folder_takes_its_keys(server: Seams) -> None:
    @server.around("DeleteObject")
    def taken(handler: Handler, ctx: Context, members: Members) -> Members:
        if members["Key"].endswith("/"):
            for key in _keys(ctx, members, members["Key"]):
                handler(ctx, {"Bucket": members["Bucket"], "Key": key})
        return handler(ctx, members)


@deviation("delete-leaves-an-empty-folder", "The folder of a deleted key stays, as an object.")
def delete_leaves_an_empty_folder(server: Seams) -> None:
    left: set[tuple[str, str]] = set()

    @server.around("DeleteObject")
    def noted(handler: Handler, ctx: Context, members: Members) -> Members:
        folder, slash, _ = members["Key"].rpartition("/")
        left.add((members["Bucket"], folder + slash))
        return handler(ctx, members)

    @server.around("ListObjectsV2")
    def shown(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        prefix = members.get("Prefix") or ""
        ghosts = [
            {"Key": key, "Size": 0, "ETag": '""', "StorageClass": "STANDARD"}
            for bucket, key in left
            if bucket == members["Bucket"] and key.startswith(prefix) and key != prefix
        ]
        answer["Contents"] = [*ghosts, *answer["Contents"]]
        return answer


@deviation("get-of-a-folder-finds-its-object", "GET of `dir` is answered where there is `dir/a`.")
def get_of_a_folder_finds_its_object(server: Seams) -> None:
    @server.around("GetObject", "HeadObject")
    def found(handler: Handler, ctx: Context, members: Members) -> Members:
        bucket = ctx.store.bucket(members["Bucket"])
        if ctx.store.head(bucket, members["Key"]) is None:
            below = _keys(ctx, members, members["Key"].rstrip("/") + "/")
            members["Key"] = below[0] if below else members["Key"]
        return handler(ctx, members)


@deviation("folder-object-has-no-content", "An object whose key ends in a slash is read as empty.")
def folder_object_has_no_content(server: Seams) -> None:
    @server.around("GetObject")
    def empty(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        if members["Key"].endswith("/"):
            answer["Body"], answer["ContentLength"] = b"", 0
        return answer


declare(
    "bucket-names-with-an-address-refused",
    "A bucket's name has no address in it.",
    refuse_when(
        "CreateBucket",
        "InvalidBucketName",
        lambda _ctx, members: re.search(r"\d+(\.\d+){3}", members["Bucket"]) is not None,
    ),
)
