"""Websites and cross-origin answers on a running server, as recorded from S3."""

from __future__ import annotations

import json
from typing import Any

import pytest

from server_ref.server import S3Server
from tests.server.conftest import Answer, send

VARY = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"


@pytest.fixture
def site(owner: Any, bucket: str) -> str:
    """A bucket that is a website anybody may read."""
    owner.delete_public_access_block(Bucket=bucket)
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": ["s3:GetObject", "s3:ListBucket"],
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
    }
    owner.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Statement": [statement]}))
    configure(owner, bucket)
    return bucket


def configure(owner: Any, bucket: str, **more: Any) -> None:
    configuration = {"IndexDocument": {"Suffix": "index.html"}, **more}
    owner.put_bucket_website(Bucket=bucket, WebsiteConfiguration=configuration)


def browse(server: S3Server, bucket: str, path: str, method: str = "GET", **headers: str) -> Answer:
    return send(server, method, path, host=f"{bucket}.s3-website.localhost", **headers)


def page(answer: Answer, title: str, *items: str, extra: str = "") -> bytes:
    """The page S3 makes of an error."""
    ids = (
        f"RequestId: {answer.headers['x-amz-request-id']}",
        f"HostId: {answer.headers['x-amz-id-2']}",
    )
    listed = "".join(f"<li>{item}</li>\n" for item in (*items, *ids))
    return (
        f"<html>\n<head><title>{title}</title></head>\n<body>\n<h1>{title}</h1>\n<ul>\n{listed}"
        f"</ul>\n{extra}<hr/>\n</body>\n</html>\n"
    ).encode()


def missing(key: str) -> tuple[str, ...]:
    return ("Code: NoSuchKey", "Message: The specified key does not exist.", f"Key: {key}")


@pytest.mark.parametrize(
    "host",
    [
        "{}.s3-website.localhost",
        "{}.s3-website.localhost:9000",
        "{}.s3-website-us-east-1.amazonaws.com",
        "{}.s3-website.eu-central-1.amazonaws.com",
    ],
)
def test_a_website_has_hosts_of_its_own(server: S3Server, owner: Any, site: str, host: str) -> None:
    owner.put_object(Bucket=site, Key="index.html", Body=b"hello", ContentType="text/html")
    answer = send(server, "GET", "/", host=host.format(site))
    assert (answer.status, answer.body) == (200, b"hello")
    assert answer.headers["Content-Type"] == "text/html"


def test_where_there_is_no_website(server: S3Server, owner: Any, bucket: str) -> None:
    answer = browse(server, "no-such-bucket-here", "/")
    items = (
        "Code: NoSuchBucket",
        "Message: The specified bucket does not exist",
        "BucketName: no-such-bucket-here",
    )
    assert (answer.status, answer.body) == (404, page(answer, "404 Not Found", *items))
    owner.put_object(Bucket=bucket, Key="k")
    for path in ("/", "/k"):
        answer = browse(server, bucket, path)
        items = (
            "Code: NoSuchWebsiteConfiguration",
            "Message: The specified bucket does not have a website configuration",
            f"BucketName: {bucket}",
        )
        assert (answer.status, answer.body) == (404, page(answer, "404 Not Found", *items))


def test_a_missing_page(server: S3Server, site: str) -> None:
    for path, key in (("/", "index.html"), ("/d", "d"), ("/d/", "d/index.html")):
        answer = browse(server, site, path)
        assert answer.status == 404
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.body == page(answer, "404 Not Found", *missing(key))
    head = browse(server, site, "/", method="HEAD")
    assert (head.status, head.body) == (404, b"")


def test_folders_are_found_with_and_without_their_slash(
    server: S3Server, owner: Any, site: str
) -> None:
    owner.put_object(Bucket=site, Key="d/index.html", Body=b"folder")
    assert browse(server, site, "/d/").body == b"folder"
    answer = browse(server, site, "/d")
    assert (answer.status, answer.headers["Location"]) == (302, "/d/")


def test_the_error_document(server: S3Server, owner: Any, site: str) -> None:
    configure(owner, site, ErrorDocument={"Key": "error.html"})
    answer = browse(server, site, "/")
    items = "".join(f"<li>{item}</li>\n" for item in missing("error.html"))
    second = (
        "<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n"
        f"<ul>\n{items}</ul>\n"
    )
    expected = page(answer, "404 Not Found", *missing("index.html"), extra=second)
    assert (answer.status, answer.body) == (404, expected)
    owner.put_object(Bucket=site, Key="error.html", Body=b"oops", ContentType="text/html")
    answer = browse(server, site, "/", Range="bytes=0-0", If_None_Match="*")
    assert (answer.status, answer.body) == (404, b"oops")


@pytest.mark.parametrize("method", ["POST", "DELETE", "PUT"])
def test_a_website_is_only_read(server: S3Server, site: str, method: str) -> None:
    answer = browse(server, site, "/k", method=method)
    items = (
        "Code: MethodNotAllowed",
        "Message: The specified method is not allowed against this resource.",
        f"Method: {method}",
        "ResourceType: OBJECT",
    )
    assert answer.status == 405
    assert answer.body == page(answer, "405 Method Not Allowed", *items)


def test_what_nobody_may_read_is_forbidden(server: S3Server, owner: Any, site: str) -> None:
    owner.delete_bucket_policy(Bucket=site)
    owner.put_object(Bucket=site, Key="index.html")
    answer = browse(server, site, "/")
    items = ("Code: AccessDenied", "Message: Access Denied")
    assert (answer.status, answer.body) == (403, page(answer, "403 Forbidden", *items))


def test_redirects(server: S3Server, owner: Any, site: str) -> None:
    owner.put_object(Bucket=site, Key="moved", WebsiteRedirectLocation="/elsewhere")
    answer = browse(server, site, "/moved")
    assert (answer.status, answer.headers["Location"]) == (301, "/elsewhere")
    rules = [
        {
            "Condition": {"KeyPrefixEquals": "docs/"},
            "Redirect": {"ReplaceKeyPrefixWith": "documents/", "HttpRedirectCode": "302"},
        },
        {
            "Condition": {"HttpErrorCodeReturnedEquals": "404"},
            "Redirect": {"HostName": "example.org", "Protocol": "https", "ReplaceKeyWith": "x"},
        },
    ]
    configure(owner, site, RoutingRules=rules)
    answer = browse(server, site, "/docs/a%20b")
    host = f"{site}.s3-website.localhost"
    assert (answer.status, answer.headers["Location"]) == (302, f"http://{host}/documents/a%20b")
    answer = browse(server, site, "/none")
    assert (answer.status, answer.headers["Location"]) == (301, "https://example.org/x")
    owner.put_bucket_website(
        Bucket=site,
        WebsiteConfiguration={"RedirectAllRequestsTo": {"HostName": "example.org"}},
    )
    answer = browse(server, site, "/a%0d%0aSet-Cookie:b")
    assert answer.headers["Location"] == "http://example.org/a%0D%0ASet-Cookie:b"
    assert "Set-Cookie" not in answer.headers


def test_a_page_is_read_with_conditions(server: S3Server, owner: Any, site: str) -> None:
    tag = owner.put_object(Bucket=site, Key="index.html", Body=b"hello")["ETag"]
    answer = browse(server, site, "/", If_None_Match=tag)
    assert (answer.status, answer.body, answer.headers["ETag"]) == (304, b"", tag)
    assert {"Content-Type", "x-amz-error-code"}.isdisjoint(answer.headers)
    assert browse(server, site, "/", Range="bytes=0-1").body == b"he"


# cross-origin


@pytest.fixture
def shared(owner: Any, site: str) -> str:
    """A public bucket that one origin may read."""
    owner.put_bucket_cors(
        Bucket=site,
        CORSConfiguration={
            "CORSRules": [
                {
                    "AllowedOrigins": ["https://a.test"],
                    "AllowedMethods": ["GET", "PUT"],
                    "MaxAgeSeconds": 3000,
                    "ExposeHeaders": ["ETag"],
                }
            ]
        },
    )
    owner.put_object(Bucket=site, Key="k", Body=b"x")
    return site


CROSS_ORIGIN = {
    "Access-Control-Allow-Origin": "https://a.test",
    "Access-Control-Allow-Methods": "GET, PUT",
    "Access-Control-Expose-Headers": "ETag",
    "Access-Control-Max-Age": "3000",
    "Access-Control-Allow-Credentials": "true",
    "Vary": VARY,
}


def test_a_preflight_needs_no_signature(server: S3Server, shared: str) -> None:
    asked = {"Origin": "https://a.test", "Access_Control_Request_Method": "PUT"}
    answer = send(server, "OPTIONS", f"/{shared}/k", **asked)
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers | CROSS_ORIGIN == answer.headers
    assert answer.headers["Content-Length"] == "0"


def test_a_refused_preflight(server: S3Server, shared: str) -> None:
    answer = send(server, "OPTIONS", f"/{shared}/k")
    assert answer.status == 400
    assert b"<Code>BadRequest</Code><Message>Insufficient information. Origin" in answer.body
    asked = {"Origin": "https://b.test", "Access_Control_Request_Method": "PUT"}
    answer = send(server, "OPTIONS", f"/{shared}/k", **asked)
    assert answer.status == 403
    assert b"<Method>PUT</Method><ResourceType>OBJECT</ResourceType>" in answer.body
    answer = send(server, "OPTIONS", f"/{shared}", **asked)
    assert b"<Method>PUT</Method><ResourceType>BUCKET</ResourceType>" in answer.body
    answer = send(server, "OPTIONS", "/no-such-bucket-here", **asked)
    assert b"<Message>CORSResponse: Bucket not found</Message>" in answer.body


@pytest.mark.parametrize(("path", "status"), [("k", 200), ("none", 404)])
def test_answers_and_errors_carry_the_headers(
    server: S3Server, shared: str, path: str, status: int
) -> None:
    answer = send(server, "GET", f"/{shared}/{path}", Origin="https://a.test")
    assert answer.status == status
    assert answer.headers | CROSS_ORIGIN == answer.headers
    for origin in ({}, {"Origin": "https://b.test"}, {"Referer": "https://a.test"}):
        answer = send(server, "GET", f"/{shared}/{path}", **origin)
        assert not any(name.lower().startswith("access-control") for name in answer.headers)
        assert "Vary" not in answer.headers


def test_a_website_is_shared_too(server: S3Server, shared: str) -> None:
    answer = browse(server, shared, "/k", Origin="https://a.test")
    assert answer.headers | CROSS_ORIGIN == answer.headers
