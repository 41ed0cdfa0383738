"""Deviations of where a website leads to, when an object and the site would lead elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

from server_ref.context import Context, Handler, Members
from server_ref.deviations import Change, declare
from server_ref.request import Request
from server_ref.response import Response
from server_ref.seams import Exchange, Seams


def _led_by_objects(when: Callable[[Response], bool]) -> Change:
    """Where ``when`` holds of a website's answer, the object's own redirect is answered."""

    def step(server: Seams) -> None:
        said: dict[tuple[str, str], str] = {}

        @server.around("PutObject")
        def put(handler: Handler, ctx: Context, members: Members) -> Members:
            if members.get("WebsiteRedirectLocation"):
                said[members["Bucket"], members["Key"]] = members["WebsiteRedirectLocation"]
            return handler(ctx, members)

        @server.on_response("*")
        def lead(exchange: Exchange, response: Response) -> Response | None:
            location = said.get(_asked_for(exchange.request))
            if location is None or "s3-website" not in exchange.request.host or not when(response):
                return None
            return Response(301, {"Location": location})

    return step


def _asked_for(request: Request) -> tuple[str, str]:
    return request.bucket or "", unquote(request.target.partition("?")[0].removeprefix("/"))


declare(
    "private-objects-lead-on",
    "At a website the redirect of an object that nobody may read is answered.",
    _led_by_objects(lambda response: response.status == 403),
)
declare(
    "objects-lead-before-the-site",
    "The redirect of an object comes before that of all requests to its website.",
    _led_by_objects(lambda response: response.headers.get("Location", "").startswith("https:")),
)
