"""Deviations of POST object: fields, policies and signatures of forms that nobody looks at."""

from __future__ import annotations

from collections.abc import Callable

from server_ref.context import Context, Handler, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.bodies import accept
from server_ref.deviations.steps import change_response, lenient, refuse
from server_ref.model.routes import POST_OBJECT
from server_ref.request import BodyReader, Request
from server_ref.response import Response
from server_ref.seams import Exchange, Seams

declare("forms-refused", "A form is always refused.", refuse(POST_OBJECT, "AccessDenied"))
declare(
    "form-signature-unverified",
    "The signature of a form is not verified.",
    lenient("form_signature"),
)
declare(
    "form-fields-optional",
    "Fields of a form's signature may be missing.",
    lenient("form_fields"),
)
declare("form-expiry-ignored", "A form's policy is good for ever.", lenient("form_expiry"))
declare(
    "form-conditions-ignored",
    "The conditions of a form's policy are not looked at.",
    lenient("form_conditions"),
)
declare("form-size-ignored", "content-length-range is not looked at.", lenient("form_sizes"))
declare(
    "form-type-unchecked",
    "A POST that is no form is answered as if it were one.",
    accept(POST_OBJECT, "PreconditionFailed"),
)


def _always_204(_exchange: Exchange, response: Response) -> Response | None:
    if response.status != 201:
        return None
    kept = {n: v for n, v in response.headers.items() if n.lower() != "content-type"}
    return Response(204, kept)


declare(
    "form-status-ignored",
    "success_action_status is not looked at.",
    change_response(POST_OBJECT, _always_204),
)


@deviation("form-anonymous-let-in", "A form without a signature may write anywhere.")
def form_anonymous_let_in(server: Seams) -> None:
    @server.around(POST_OBJECT)
    def let_in(handler: Handler, ctx: Context, members: Members) -> Members:
        decide = ctx.authorize

        def authorize(action: str, bucket: str, key: str, version_id: str | None) -> None:
            if ctx.account is not None:
                decide(action, bucket, key, version_id)

        ctx.authorize = authorize
        return handler(ctx, members)


@deviation("form-metadata-lost", "Content-Type and x-amz-meta- fields of a form are dropped.")
def form_metadata_lost(server: Seams) -> None:
    @server.around_parse
    def parse(
        plain: Callable[[Request, str], Members], request: Request, operation: str
    ) -> Members:
        members = plain(request, operation)
        if operation == "PutObject" and request.method == "POST":
            members.pop("Metadata", None)
            members.pop("ContentType", None)
        return members


class _Nameless:
    """A body whose files have no names, as far as one read shows them whole."""

    def __init__(self, body: BodyReader) -> None:
        self._body = body
        self.length, self.trailers = body.length, body.trailers

    def read(self, size: int = 1 << 18, /) -> bytes:
        """As the body's, with another parameter in place of ``filename``."""
        return self._body.read(size).replace(b'; filename="', b'; nickname="')


@deviation("form-filename-ignored", "${filename} in a form's key is not replaced.")
def form_filename_ignored(server: Seams) -> None:
    @server.around(POST_OBJECT)
    def nameless(handler: Handler, ctx: Context, members: Members) -> Members:
        ctx.request.body = _Nameless(ctx.request.body)
        return handler(ctx, members)


declare(
    "form-bucket-unconditional",
    "A form whose policy has no condition on the bucket is taken for any bucket.",
    lenient("form_bucket"),
)
declare(
    "form-dates-in-any-form",
    "A policy that expires at a time of another form is taken.",
    lenient("form_dates"),
)
