"""Deviations of forms beside their fields: who sends them, boundaries, scopes and encryption."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Mapping

from server_ref.context import Context, Handler, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.bodies import Bytes, accept, read_all
from server_ref.deviations.form_fields import admitting, forgets
from server_ref.errors import S3Error
from server_ref.identity import Admission
from server_ref.model.routes import POST_OBJECT
from server_ref.request import Request
from server_ref.seams import Seams

Fields = Mapping[str, str]
Admit = Callable[[str, Fields], Admission]
Parse = Callable[[Request, str], Members]


def _no_strangers(admit: Admit, bucket: str, fields: Fields) -> Admission:
    if "policy" not in fields:
        raise S3Error("AccessDenied")
    return admit(bucket, fields)


declare("forms-of-nobody-refused", "A form has to have a policy.", admitting(_no_strangers))


@deviation("boundaries-with-hyphens-unread", "A boundary that begins with a hyphen is none.")
def boundaries_with_hyphens_unread(server: Seams) -> None:
    @server.around(POST_OBJECT)
    def plain_only(handler: Handler, ctx: Context, members: Members) -> Members:
        if "boundary=-" in ctx.request.headers.get("content-type", ""):
            raise S3Error("MalformedPOSTRequest")
        return handler(ctx, members)


_MOST = 1 << 20


@deviation("files-of-forms-cut", "A file of a form is cut at a mebibyte.")
def files_of_forms_cut(server: Seams) -> None:
    @server.around(POST_OBJECT)
    def cut(handler: Handler, ctx: Context, members: Members) -> Members:
        body = read_all(ctx.request.body)
        if len(body) > _MOST:
            end = body.rindex(b"\r\n--")
            body = body[:_MOST] + body[end:]
        ctx.request.body = Bytes(body)
        return handler(ctx, members)


@deviation("form-type-is-the-files", "An object of a form has the type that its file has.")
def form_type_is_the_files(server: Seams) -> None:
    @server.around_parse
    def parse(plain: Parse, request: Request, op: str) -> Members:
        members = plain(request, op)
        if op == "PutObject" and request.method == "POST":
            members.setdefault("ContentType", "image/jpeg")
        return members


def _unescaped(admit: Admit, bucket: str, fields: Fields) -> Admission:
    if rb"\$" in b64decode(fields.get("policy", "")):
        raise S3Error("InvalidPolicyDocument", "Invalid JSON.")
    return admit(bucket, fields)


declare(
    "form-escapes-unread",
    "A policy with an escaped dollar is no JSON.",
    admitting(_unescaped),
)


def _any_status(admit: Admit, bucket: str, fields: Fields) -> Admission:
    return admit(bucket, {n: v for n, v in fields.items() if n != "success_action_status"})


declare(
    "form-conditions-of-status-unread",
    "A form's policy says nothing of success_action_status.",
    admitting(_any_status),
)
declare(
    "form-scope-unverified",
    "A form that is signed for another region or service is taken, and nothing comes of it.",
    accept(POST_OBJECT, "InvalidArgument"),
)
declare(
    "forms-with-two-checksums-taken",
    "A form with two checksums is taken, and nothing comes of it.",
    accept(POST_OBJECT, "InvalidRequest"),
)


@deviation("form-encryption-lost", "A customer's key of a form is dropped.")
def form_encryption_lost(server: Seams) -> None:
    for member in ("SSECustomerAlgorithm", "SSECustomerKey", "SSECustomerKeyMD5"):
        forgets(member)(server)
