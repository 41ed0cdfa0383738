"""Website endpoints: buckets served to browsers at hosts of their own, with pages for errors.

``<bucket>.s3-website-<region>.amazonaws.com``, ``<bucket>.s3-website.localhost`` and the same
below the configured domain. https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteEndpoints.html
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import unquote

from server_ref.errors import S3Error
from server_ref.http.send import close_payload
from server_ref.model.values import xml_text
from server_ref.request import Request
from server_ref.response import Payload, Response
from server_ref.rules import website
from server_ref.settings import Settings

HTML = "text/html; charset=utf-8"


class Fetch(Protocol):
    """Reads an object as whoever asks may, which is nobody. Raises S3Error."""

    def __call__(self, operation: str, key: str, *, plain: bool = False) -> Response:
        """GetObject or HeadObject; ``plain`` leaves out the request's conditions and range."""
        ...


_REDIRECT = "x-amz-website-redirect-location"
_WEBSITE_LABEL = r"\.s3-website(?:[.-][a-z0-9-]+)?\."


class Websites:
    """Answers the requests that come to a website host."""

    def __init__(self, store: Any, settings: Settings) -> None:
        self._store = store
        domains = [re.escape(settings.domain.lower().strip("."))] if settings.domain else []
        suffix = "|".join((*domains, r"amazonaws\.com(?:\.cn)?", "localhost"))
        self._host = re.compile(rf"(.+){_WEBSITE_LABEL}(?:{suffix})(?::\d+)?")

    def bucket(self, host: str) -> str | None:
        """The bucket whose website the host is, or None."""
        if "s3-website" not in host:
            return None
        match = self._host.fullmatch(host.lower())
        return match[1] if match else None

    def respond(self, request: Request, fetch: Fetch, host_id: str) -> Response:
        """The page, a redirect, or an error page; ``request.bucket`` is set."""
        try:
            return self._page(request, fetch, host_id)
        except S3Error as error:
            return error_page(error, request, host_id)

    def _page(self, request: Request, fetch: Fetch, host_id: str) -> Response:
        bucket = self._store.bucket(request.bucket)
        configuration = self._store.get_config(bucket, "website")
        if configuration is None:
            raise S3Error("NoSuchWebsiteConfiguration", BucketName=bucket.name)
        if request.method not in ("GET", "HEAD"):
            raise S3Error("MethodNotAllowed", Method=request.method, ResourceType="OBJECT")
        try:
            path = request.target.partition("?")[0].removeprefix("/")
            key = unquote(path, errors="strict")
        except UnicodeDecodeError as error:
            raise S3Error("InvalidURI", URI=request.target) from error
        scheme = "https" if request.secure else "http"
        redirect = website.redirect_all(configuration, key, scheme=scheme) or website.route(
            configuration, key, error=None, scheme=scheme, host=request.host
        )
        if redirect is not None:
            return _redirected(redirect)
        try:
            return _document(configuration, key, request, fetch)
        except S3Error as error:
            if not 400 <= error.status < 600:
                raise
            redirect = website.route(
                configuration, key, error=error.status, scheme=scheme, host=request.host
            )
            if redirect is not None:
                return _redirected(redirect)
            return _custom_error(configuration, error, request, fetch, host_id)


def _document(
    configuration: website.Configuration, key: str, request: Request, fetch: Fetch
) -> Response:
    document = website.document_key(configuration, key)
    operation = "HeadObject" if request.method == "HEAD" else "GetObject"
    try:
        response = fetch(operation, document)
    except S3Error as missing:
        if missing.status not in (403, 404) or document != key:
            raise
        try:
            fetch("HeadObject", website.folder_key(configuration, key), plain=True)
        except S3Error:
            raise missing from None
        return _redirected(website.Redirect(302, website.folder_path(key)))
    location = response.headers.get(_REDIRECT)
    if location is None:
        return response
    _close(response)
    return _redirected(website.Redirect(301, location))


def _custom_error(
    configuration: website.Configuration,
    error: S3Error,
    request: Request,
    fetch: Fetch,
    host_id: str,
) -> Response:
    document = (configuration.get("ErrorDocument") or {}).get("Key")
    if document is None or error.status >= 500:
        raise error
    operation = "HeadObject" if request.method == "HEAD" else "GetObject"
    try:
        response = fetch(operation, document, plain=True)
    except S3Error as second:
        return error_page(error, request, host_id, second)
    if (location := response.headers.get(_REDIRECT)) is not None:
        _close(response)
        return _redirected(website.Redirect(301, location))
    response.status = error.status
    response.headers |= _error_headers(error)
    return response


def _close(response: Response) -> None:
    if isinstance(response.body, Payload):
        close_payload(response.body)


def error_page(
    error: S3Error, request: Request, host_id: str, second: S3Error | None = None
) -> Response:
    """The page of an error; ``second`` befell the search for the bucket's own error page."""
    if error.status == 304:
        return Response(304, dict(error.headers))
    response = Response(error.status, {**_error_headers(error), **error.headers})
    response.headers["Content-Type"] = HTML
    if request.method == "HEAD":
        return response
    title = f"{error.status} {HTTPStatus(error.status).phrase}"
    ids = f"<li>RequestId: {request.id}</li>\n<li>HostId: {host_id}</li>\n"
    page = f"<h1>{title}</h1>\n<ul>\n{_items(error)}{ids}</ul>\n"
    if second is not None:
        page += (
            "<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n"
            f"<ul>\n{_items(second)}</ul>\n"
        )
    response.body = (
        f"<html>\n<head><title>{title}</title></head>\n<body>\n{page}<hr/>\n</body>\n</html>\n"
    ).encode()
    return response


def _items(error: S3Error) -> str:
    facts = {"Code": error.code, "Message": error.message, **error.members}
    return "".join(f"<li>{name}: {xml_text(value)}</li>\n" for name, value in facts.items())


def _error_headers(error: S3Error) -> dict[str, str]:
    headers = {"x-amz-error-code": error.code, "x-amz-error-message": error.message}
    for name, value in error.members.items():
        if value.isascii() and value.isprintable():
            headers[f"x-amz-error-detail-{name}"] = value
    return headers


def _redirected(redirect: website.Redirect) -> Response:
    return Response(redirect.status, {"Location": redirect.location})
