"""Deviations of a website's host: its pages, errors and redirects as a browser meets them."""

from __future__ import annotations

from collections.abc import Callable

from server_ref.deviations import Change, declare, deviation
from server_ref.http.send import close_payload
from server_ref.request import Request
from server_ref.response import Payload, Response
from server_ref.seams import Exchange, Seams

Edit = Callable[[Request, Response], Response | None]


def _is_site(request: Request) -> bool:
    return "s3-website" in request.host


def _served(edit: Edit) -> Change:
    """Every answer of a website's host passes through ``edit``."""

    def change(exchange: Exchange, response: Response) -> Response | None:
        return edit(exchange.request, response) if _is_site(exchange.request) else None

    def step(server: Seams) -> None:
        server.on_response("*")(change)

    return step


def _asked(change: Callable[[Request], Response | None]) -> Change:
    """Every request to a website's host passes through ``change``, which may answer it."""

    def step(server: Seams) -> None:
        @server.on_request
        def look(request: Request) -> Response | None:
            return change(request) if _is_site(request) else None

    return step


def _closed(response: Response, status: int, body: bytes = b"") -> Response:
    """Another answer in place of one whose body is closed."""
    if isinstance(response.body, Payload):
        close_payload(response.body)
    kept = {
        n: v for n, v in response.headers.items() if n.lower() not in ("content-length", "etag")
    }
    return Response(status, kept, body)


def _page(text: str) -> bytes:
    return f"<html><body><h1>{text}</h1></body></html>".encode()


def _no_root(request: Request, response: Response) -> Response | None:
    if request.method == "GET" and request.target == "/" and response.status == 200:
        return _closed(response, 404, _page("NoSuchKey"))
    return None


declare("website-root-is-no-page", "`/` of a website is not found.", _served(_no_root))


def _no_way_to_folders(_request: Request, response: Response) -> Response | None:
    if response.status == 302 and response.headers.get("Location", "").endswith("/"):
        return _closed(response, 404, _page("NoSuchKey"))
    return None


declare(
    "website-folders-without-a-slash-lost",
    "A folder of a website is found by its name and a slash only.",
    _served(_no_way_to_folders),
)


def _xml(_request: Request, response: Response) -> Response | None:
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    if response.status == 404 and is_page and b"NoSuchKey" in _held(response):
        response.headers["Content-Type"] = "application/xml"
    return None


def _held(response: Response) -> bytes:
    """A body that is held in memory."""
    return response.body if isinstance(response.body, bytes) else b""


declare("website-errors-are-xml", "Errors of a website are said to be XML.", _served(_xml))


def _empty_site(_request: Request, response: Response) -> Response | None:
    if b"NoSuchWebsiteConfiguration" in _held(response):
        return _closed(response, 200, _page("Hello"))
    return None


declare(
    "website-without-a-configuration",
    "A bucket without a website is served as one.",
    _served(_empty_site),
)


def _fine(_request: Request, response: Response) -> Response | None:
    if response.status == 404 and isinstance(response.body, Payload):
        response.status = 200
    return None


declare(
    "website-error-page-is-200",
    "The error document is answered with 200.",
    _served(_fine),
)


def _one_error(_request: Request, response: Response) -> Response | None:
    if _held(response).count(b"NoSuchKey") > 1:
        return _closed(response, 404)
    return None


declare(
    "website-missing-error-page-is-empty",
    "Where the error document is missing there is no page at all.",
    _served(_one_error),
)


def _as_get(request: Request) -> None:
    if request.method in ("POST", "DELETE"):
        request.method = "GET"


declare("website-takes-every-method", "A website answers any method as GET.", _asked(_as_get))


@deviation("website-head-has-a-body", "HEAD of what is not there says 200.")
def website_head_has_a_body(server: Seams) -> None:
    def found(request: Request, response: Response) -> Response | None:
        return _closed(response, 200) if request.method == "HEAD" else None

    _served(found)(server)


def _stays(status: int, *, here: bool) -> Edit:
    def change(_request: Request, response: Response) -> Response | None:
        where = response.headers.get("Location", "")
        if response.status == status and (here or where.startswith("http")):
            return _closed(response, 404, _page("NoSuchKey"))
        return None

    return change


for _name, _sentence, _status, _here in (
    ("website-redirects-of-objects-lost", "An object of a website leads nowhere.", 301, True),
    ("website-redirect-of-all-lost", "A website leads to no other host.", 301, False),
    ("website-rules-not-followed", "A website's routing rules lead nowhere.", 301, True),
    ("website-rules-for-errors-lost", "An error of a website leads nowhere.", 302, False),
):
    declare(_name, _sentence, _served(_stays(_status, here=_here)))


def _opened(_request: Request, response: Response) -> Response | None:
    return _closed(response, 200, _page("Hello")) if response.status == 403 else None


declare(
    "website-shows-what-is-private",
    "A website answers 200 where nobody may read.",
    _served(_opened),
)


def _encoded_again(request: Request) -> None:
    request.target = request.target.replace("%", "%25")


declare(
    "website-paths-not-decoded",
    "The path of a website is taken for a key as it stands.",
    _asked(_encoded_again),
)


def _without(*names: str) -> Callable[[Request], None]:
    def change(request: Request) -> None:
        for name in names:
            request.headers.pop(name, None)

    return change


declare("website-without-cors", "A website looks at no Origin.", _asked(_without("origin")))
declare(
    "website-has-no-conditions",
    "A website looks at no condition and no range.",
    _asked(_without("if-none-match", "range")),
)
