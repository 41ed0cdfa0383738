"""Deviations of what a form's policy says of its fields, and of what the fields say."""

from __future__ import annotations

import binascii
import dataclasses
import json
import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Any

from server_ref.context import Context, Handler, Members
from server_ref.deviations import Change, declare, deviation
from server_ref.deviations.bodies import Bytes, accept, read_all
from server_ref.deviations.steps import change_response
from server_ref.errors import S3Error
from server_ref.identity import Admission
from server_ref.model.routes import POST_OBJECT
from server_ref.request import BodyReader, Request
from server_ref.response import Response
from server_ref.seams import Exchange, Seams

Fields = Mapping[str, str]
Admit = Callable[[str, Fields], Admission]


def admitting(change: Callable[[Admit, str, Fields], Admission]) -> Change:
    """Who may send a form, and how long its file may be, is decided by ``change``."""

    def around(handler: Handler, ctx: Context, members: Members) -> Members:
        admit = ctx.admit

        def changed(bucket: str, fields: Fields) -> Admission:
            return change(admit, bucket, fields)

        ctx.admit = changed
        return handler(ctx, members)

    def step(server: Seams) -> None:
        server.around(POST_OBJECT)(around)

    return step


def _conditions(fields: Fields) -> list[Any]:
    try:
        policy = json.loads(b64decode(fields.get("policy", "")))
    except (binascii.Error, ValueError):
        return []
    return list(policy.get("conditions") or [])


def _redirect_in_small_letters(admit: Admit, bucket: str, fields: Fields) -> Admission:
    name = "success_action_redirect"
    return admit(bucket, {**fields, name: fields[name].lower()} if name in fields else fields)


def _no_empty_prefix(admit: Admit, bucket: str, fields: Fields) -> Admission:
    for condition in _conditions(fields):
        if isinstance(condition, list) and condition[0] == "starts-with" and not condition[2]:
            raise S3Error("AccessDenied", "Invalid according to Policy: Policy Condition failed")
    return admit(bucket, fields)


def _metadata_unseen(admit: Admit, bucket: str, fields: Fields) -> Admission:
    named = {name: v for name, v in fields.items() if not name.startswith("x-amz-meta-")}
    return admit(bucket, named)


def _nothing_ignored(admit: Admit, bucket: str, fields: Fields) -> Admission:
    if any(name.startswith("x-ignore-") for name in fields):
        raise S3Error("AccessDenied", "Invalid according to Policy: Extra input fields")
    return admit(bucket, fields)


def _narrower(admit: Admit, bucket: str, fields: Fields) -> Admission:
    admission = admit(bucket, fields)
    if admission.sizes is None:
        return admission
    least, most = admission.sizes
    return dataclasses.replace(admission, sizes=(least + 1, most - 1))


def _named_files_only(admit: Admit, bucket: str, fields: Fields) -> Admission:
    if "${filename}" in fields.get("key", ""):
        raise S3Error("InvalidArgument", ArgumentName="file")
    return admit(bucket, fields)


declare(
    "form-policy-of-any-shape",
    "A policy that is no policy is taken, and nothing comes of it.",
    accept(POST_OBJECT, "InvalidPolicyDocument"),
)
declare(
    "form-prefixes-have-no-case",
    "starts-with compares success_action_redirect in small letters.",
    admitting(_redirect_in_small_letters),
)
declare(
    "form-empty-prefix-matches-nothing",
    "starts-with and an empty text holds for nothing.",
    admitting(_no_empty_prefix),
)
declare(
    "form-fields-need-no-condition",
    "Fields of metadata need no condition in a form's policy.",
    admitting(_metadata_unseen),
)
declare(
    "form-ignored-fields-refused",
    "Fields that begin with x-ignore- need a condition, as all others.",
    admitting(_nothing_ignored),
)
declare(
    "form-range-off-by-one",
    "The ends of content-length-range do not belong to it.",
    admitting(_narrower),
)
declare(
    "form-of-text-refused",
    "A file of a form without a name, where the key asks for it, is refused.",
    admitting(_named_files_only),
)
declare(
    "form-tags-unchecked",
    "Tags of a form that are no XML are taken, and nothing comes of it.",
    accept(POST_OBJECT, "MalformedXML"),
)
declare(
    "form-without-a-file-taken",
    "A form without a file is taken, and nothing comes of it.",
    accept(POST_OBJECT, "InvalidArgument", "exactly one file"),
)
declare(
    "form-without-a-key-taken",
    "A form without a key is taken, and nothing comes of it.",
    accept(POST_OBJECT, "InvalidArgument", "'key'"),
)
declare(
    "form-bucket-made-up",
    "A form for a bucket that is not there is taken, and nothing comes of it.",
    accept(POST_OBJECT, "NoSuchBucket"),
)


def _no_redirect(_exchange: Exchange, response: Response) -> Response | None:
    return Response(204, {"ETag": '"' + "0" * 32 + '"'}) if response.status == 303 else None


declare(
    "form-redirect-ignored",
    "success_action_redirect is not looked at.",
    change_response(POST_OBJECT, _no_redirect),
)


@deviation("form-status-copied", "A form answers any status that success_action_status says.")
def form_status_copied(server: Seams) -> None:
    @server.around(POST_OBJECT)
    def copied(handler: Handler, ctx: Context, members: Members) -> Members:
        admit = ctx.admit
        said: dict[str, str] = {}

        def noted(bucket: str, fields: Fields) -> Admission:
            said.update(fields)
            return admit(bucket, fields)

        ctx.admit = noted
        answer = handler(ctx, members)
        wanted = said.get("success_action_status", "")
        if wanted.isdigit() and wanted != "201":
            ctx.status = int(wanted)
        return answer


def forgets(member: str) -> Change:
    """A form does not look at what this member of PutObject would be read from."""

    def step(server: Seams) -> None:
        @server.around_parse
        def parse(plain: Callable[[Request, str], Members], request: Request, op: str) -> Members:
            members = plain(request, op)
            if op == "PutObject" and request.method == "POST":
                members.pop(member, None)
            return members

    return step


declare("form-tags-lost", "Tags of a form are dropped.", forgets("Tagging"))
declare("form-class-lost", "The storage class of a form is dropped.", forgets("StorageClass"))


class _ToTheEnd:
    """A body in which a field after the file does not end the file, as far as one read shows it."""

    def __init__(self, body: BodyReader) -> None:
        self._body = body
        self.length, self.trailers = body.length, body.trailers

    def read(self, size: int = 1 << 18, /) -> bytes:
        """As the body's; the field ``submit`` has no boundary before it."""
        head, found, rest = self._body.read(size).rpartition(b'name="submit"')
        before, boundary, between = head.rpartition(b"\r\n--") if found else (head, b"", b"")
        return before + boundary.replace(b"-", b"=") + between + found + rest


@deviation("form-file-reaches-the-end", "A file of a form has the fields that follow it, too.")
def form_file_reaches_the_end(server: Seams) -> None:
    @server.around(POST_OBJECT)
    def to_the_end(handler: Handler, ctx: Context, members: Members) -> Members:
        ctx.request.body = _ToTheEnd(ctx.request.body)
        return handler(ctx, members)


_ASKS = re.compile(rb'(name="(?!key")[^"]+"\r\n\r\n[^\r]*)\$\{filename\}')


@deviation("form-file-name-in-keys-only", "${filename} is replaced in a form's key only.")
def form_file_name_in_keys_only(server: Seams) -> None:
    @server.around(POST_OBJECT)
    def kept(handler: Handler, ctx: Context, members: Members) -> Members:
        body = read_all(ctx.request.body)
        ctx.request.body = Bytes(_ASKS.sub(rb"\1${fileNAME}", body))
        return handler(ctx, members)
