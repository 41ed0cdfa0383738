"""Checks of websites: what a browser is answered at the host of a bucket's website.

The connection goes to the endpoint; only the Host header names the website, so no DNS is needed.
An endpoint without such hosts is not tried: the host of a bucket that was never made has to be
answered as websites answer it, by a page in HTML that says NoSuchBucket.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Any
from urllib.parse import urlsplit

from conformance.checks.given_policies import given_policy, statement
from conformance.trial import Answer, NotTriedError, Trial, check

RAW = ("raw",)
RECORDED = "aws-recorded 2026-02"
GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide"
INDEX = f"{GUIDE}/IndexDocumentSupport.html"
ERRORS = f"{GUIDE}/CustomErrorDocSupport.html"
REDIRECTS = f"{GUIDE}/how-to-page-redirect.html"
ENDPOINTS = f"{GUIDE}/WebsiteEndpoints.html"
_PAGE = {"ContentType": "text/html"}
_INDEX = {"IndexDocument": {"Suffix": "index.html"}}
_ERROR = {"ErrorDocument": {"Key": "error.html"}}


def _domain(t: Trial) -> str:
    """What stands behind ``s3-website.``, with the port; an address on loopback is `localhost`."""
    parts = urlsplit(t.endpoint.url)
    host, port = parts.hostname or "", f":{parts.port}" if parts.port else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        if host.endswith("amazonaws.com"):
            raise NotTriedError(
                "Amazon S3 serves websites at another address than the endpoint"
            ) from None
        return f"{host}{port}"
    if not address.is_loopback:
        raise NotTriedError(
            f"{host} is an IP address: no <bucket>.{host} exists; give a name in --endpoint"
        )
    return f"localhost{port}"


def _host(t: Trial, bucket: str) -> str:
    return f"{bucket}.s3-website.{_domain(t)}"


def _open(t: Trial, bucket: str, path: str, method: str = "GET", **headers: str) -> Answer:
    """A page of the bucket's website, as a browser asks for it."""
    sent = {"Host": _host(t, bucket), **{n.replace("_", "-"): v for n, v in headers.items()}}
    return t.raw(method, path, sign="none", headers=sent)


def _site(t: Trial, **configuration: Any) -> str:
    """A bucket that everybody may read, with this website."""
    nobody = _open(t, t.bucket_name(), "/")
    if nobody.status != 404 or b"<html" not in nobody.wire_body.lower() or (
        b"NoSuchBucket" not in nobody.wire_body
    ):  # fmt: skip
        raise NotTriedError(f"the endpoint serves no website at the host {_host(t, '<bucket>')}")
    bucket = t.given.bucket()
    t.given.opened(bucket)
    # whoever may not list is told AccessDenied of what is not there
    given_policy(
        t,
        bucket,
        statement(bucket, "Allow", "s3:GetObject"),
        statement(bucket, "Allow", "s3:ListBucket", None),
    )
    t.given.call("PutBucketWebsite", Bucket=bucket, WebsiteConfiguration=configuration)
    return bucket


def _page(t: Trial, bucket: str, key: str, body: bytes, **members: Any) -> None:
    t.given.object(key, body, Bucket=bucket, **{**_PAGE, **members})


def _goes(t: Trial, got: Answer, status: int, where: str) -> None:
    """A redirect to this path of the same host, or to this URL."""
    t.expect.status(got, status)
    here = r"(http://[^/]+)?" if where.startswith("/") else ""
    t.expect.header(got, "Location", re.compile(here + re.escape(where)))


@check("website", proved_by=["website-root-is-no-page"], only=RAW, spec=INDEX)
def index_document_is_the_page_of_a_folder(t: Trial) -> None:
    """`/` and `/dir/` answer their index documents, with their types, to anybody."""
    bucket = _site(t, **_INDEX)
    _page(t, bucket, "index.html", b"<p>root")
    _page(t, bucket, "dir/index.html", b"<p>dir", ContentType="text/html; charset=utf-8")

    root, folder = _open(t, bucket, "/"), _open(t, bucket, "/dir/")

    t.expect.status(root, 200)
    t.expect.body(root, b"<p>root")
    t.expect.header(root, "Content-Type", "text/html")
    t.expect.status(folder, 200)
    t.expect.body(folder, b"<p>dir")
    t.expect.header(folder, "Content-Type", "text/html; charset=utf-8")


@check("website", proved_by=["website-folders-without-a-slash-lost"], only=RAW, spec=INDEX)
def folder_without_its_slash_leads_to_it(t: Trial) -> None:
    """`/dir`, where only `dir/index.html` is: 302 to `/dir/`; an object `dir` would be answered."""
    bucket = _site(t, **_INDEX)
    _page(t, bucket, "dir/index.html", b"<p>dir")
    _page(t, bucket, "both/index.html", b"<p>folder")
    _page(t, bucket, "both", b"<p>object")

    _goes(t, _open(t, bucket, "/dir"), 302, "/dir/")
    both = _open(t, bucket, "/both")
    t.expect.status(both, 200)
    t.expect.body(both, b"<p>object")


@check("website", proved_by=["website-errors-are-xml"], only=RAW, verified=RECORDED, spec=ENDPOINTS)
def errors_of_a_website_are_pages(t: Trial) -> None:
    """What is not there: 404 and a page in HTML with the code; a folder's names its index."""
    bucket = _site(t, **_INDEX)
    _page(t, bucket, "index.html", b"<p>root")

    for path, key in (("/absent", b"absent"), ("/absent/", b"absent/index.html")):
        got = _open(t, bucket, path)
        t.expect.status(got, 404)
        t.expect.header(got, "Content-Type", re.compile("text/html.*"))
        for words in (b"NoSuchKey", key):
            t.expect.true(words in got.wire_body, f"the page has {words.decode()}", of=got)


@check("website", proved_by=["website-without-a-configuration"], only=RAW, verified=RECORDED)
def bucket_without_a_website_is_no_website(t: Trial) -> None:
    """The website's host of a bucket that has none: 404 NoSuchWebsiteConfiguration, as a page."""
    bucket = _site(t, **_INDEX)
    _page(t, bucket, "index.html", b"<p>root")
    t.expect.status(_open(t, bucket, "/"), 200)
    t.given.call("DeleteBucketWebsite", Bucket=bucket)

    got = _open(t, bucket, "/")

    t.expect.status(got, 404)
    named = b"NoSuchWebsiteConfiguration" in got.wire_body
    t.expect.true(named, "the page has NoSuchWebsiteConfiguration", of=got)


@check("website", proved_by=["website-error-page-is-200"], only=RAW, spec=ERRORS)
def error_document_has_the_status_of_the_error(t: Trial) -> None:
    """The error document is the page of what is not there, and the status stays 404."""
    bucket = _site(t, **_INDEX, **_ERROR)
    _page(t, bucket, "error.html", b"<p>sorry")

    got = _open(t, bucket, "/absent")

    t.expect.status(got, 404)
    t.expect.equal(got.wire_body, b"<p>sorry", "body of the answer", of=got)
    t.expect.header(got, "Content-Type", "text/html")


@check("website", proved_by=["website-missing-error-page-is-empty"], only=RAW, verified=RECORDED)
def missing_error_document_is_told(t: Trial) -> None:
    """An error document that is not there: 404, and the page tells of both errors."""
    bucket = _site(t, **_INDEX, **_ERROR)

    got = _open(t, bucket, "/absent")

    t.expect.status(got, 404)
    both = got.wire_body.count(b"NoSuchKey")
    t.expect.equal(both, 2, "how often the page has NoSuchKey", of=got)


@check("website", proved_by=["website-takes-every-method"], only=RAW, verified=RECORDED)
def website_is_read_only(t: Trial) -> None:
    """POST and DELETE at a website: 405 MethodNotAllowed as a page, and the page stays."""
    bucket = _site(t, **_INDEX)
    _page(t, bucket, "index.html", b"<p>root")

    for method in ("POST", "DELETE"):
        got = _open(t, bucket, "/index.html", method)
        t.expect.status(got, 405)
        t.expect.true(b"MethodNotAllowed" in got.wire_body, "the page says which error", of=got)
    t.expect.body(_open(t, bucket, "/"), b"<p>root")


@check("website", proved_by=["website-head-has-a-body"], only=RAW, spec=ENDPOINTS)
def head_of_a_website_has_no_body(t: Trial) -> None:
    """HEAD of a page: 200, its length and type; of what is not there: 404. Neither has a body."""
    bucket = _site(t, **_INDEX)
    _page(t, bucket, "index.html", b"<p>root")

    there, absent = _open(t, bucket, "/", "HEAD"), _open(t, bucket, "/absent", "HEAD")

    t.expect.status(there, 200)
    t.expect.header(there, "Content-Length", "7")
    t.expect.status(absent, 404)
    t.expect.equal(there.wire_body + absent.wire_body, b"", "bodies of the answers")


@check("website", proved_by=["website-redirects-of-objects-lost"], only=RAW, spec=REDIRECTS)
def object_leads_where_it_says(t: Trial) -> None:
    """x-amz-website-redirect-location of an object: 301 to it at the website; REST answers it."""
    bucket = _site(t, **_INDEX)
    _page(t, bucket, "moved", b"old", WebsiteRedirectLocation="/new")
    _page(t, bucket, "away", b"old", WebsiteRedirectLocation="http://example.com/new")

    _goes(t, _open(t, bucket, "/moved"), 301, "/new")
    _goes(t, _open(t, bucket, "/away"), 301, "http://example.com/new")
    t.expect.body(t.look("GetObject", Bucket=bucket, Key="moved"), b"old")


@check("website", proved_by=["website-redirect-of-all-lost"], only=RAW, spec=REDIRECTS)
def redirect_of_all_requests_keeps_the_path(t: Trial) -> None:
    """RedirectAllRequestsTo: 301 to that host and protocol with the path, be it there or not."""
    to = {"HostName": "example.com", "Protocol": "https"}
    bucket = _site(t, RedirectAllRequestsTo=to)
    _page(t, bucket, "there", b"<p>there")

    for path in ("/", "/there", "/a/b.html"):
        _goes(t, _open(t, bucket, path), 301, f"https://example.com{path}")


@check("website", proved_by=["website-rules-not-followed"], only=RAW, spec=REDIRECTS)
def rule_for_a_prefix_replaces_it(t: Trial) -> None:
    """KeyPrefixEquals with ReplaceKeyPrefixWith: 301, the rest of the path as it was."""
    rule = {
        "Condition": {"KeyPrefixEquals": "docs/"},
        "Redirect": {"ReplaceKeyPrefixWith": "documents/"},
    }
    bucket = _site(t, **_INDEX, RoutingRules=[rule])
    _page(t, bucket, "docs/a.html", b"<p>old")
    _page(t, bucket, "other", b"<p>other")

    _goes(t, _open(t, bucket, "/docs/a.html"), 301, "/documents/a.html")
    t.expect.body(_open(t, bucket, "/other"), b"<p>other")


@check("website", proved_by=["website-rules-for-errors-lost"], only=RAW, spec=REDIRECTS)
def rule_for_an_error_is_for_what_fails(t: Trial) -> None:
    """HttpErrorCodeReturnedEquals 404: 302 to another host for what is not there, else the page."""
    rule = {
        "Condition": {"HttpErrorCodeReturnedEquals": "404"},
        "Redirect": {
            "HostName": "example.com",
            "Protocol": "https",
            "ReplaceKeyWith": "sorry.html",
            "HttpRedirectCode": "302",
        },
    }
    bucket = _site(t, **_INDEX, **_ERROR, RoutingRules=[rule])
    _page(t, bucket, "error.html", b"<p>sorry")
    _page(t, bucket, "there", b"<p>there")

    _goes(t, _open(t, bucket, "/absent"), 302, "https://example.com/sorry.html")
    t.expect.body(_open(t, bucket, "/there"), b"<p>there")


@check("website", proved_by=["website-shows-what-is-private"], only=RAW, spec=(
    f"{GUIDE}/WebsiteAccessPermissionsReqd.html"
))  # fmt: skip
def website_shows_only_what_is_public(t: Trial) -> None:
    """An object that nobody may read: 403 and a page that says AccessDenied."""
    bucket = _site(t, **_INDEX)
    _page(t, bucket, "index.html", b"<p>root")
    t.expect.status(_open(t, bucket, "/"), 200)
    t.given.call("DeleteBucketPolicy", Bucket=bucket)

    got = _open(t, bucket, "/")

    t.expect.status(got, 403)
    t.expect.true(b"AccessDenied" in got.wire_body, "the page says AccessDenied", of=got)


@check("website", proved_by=["website-paths-not-decoded"], only=RAW, spec=INDEX)
def path_of_a_website_is_decoded(t: Trial) -> None:
    """`/a%20b.html` is the key `a b.html`, `%C3%A9` is `é`; `+` is a plus, `?query` is no key."""
    bucket = _site(t, **_INDEX)
    for key in ("a b.html", "é.html", "a+b.html"):
        _page(t, bucket, key, key.encode())

    for path, key in (
        ("/a%20b.html", "a b.html"),
        ("/%C3%A9.html", "é.html"),
        ("/a+b.html", "a+b.html"),
        ("/a%20b.html?x=1", "a b.html"),
    ):
        t.expect.body(_open(t, bucket, path), key.encode())


@check("website", proved_by=["website-without-cors"], only=RAW, spec=f"{GUIDE}/cors.html")
def website_keeps_to_the_rules_of_origins(t: Trial) -> None:
    """A page that another site's script asks for carries the CORS headers of the rule that fits."""
    bucket = _site(t, **_INDEX)
    _page(t, bucket, "index.html", b"<p>root")
    rule = {"AllowedMethods": ["GET"], "AllowedOrigins": ["https://example.com"]}
    t.given.call("PutBucketCors", Bucket=bucket, CORSConfiguration={"CORSRules": [rule]})

    fits = _open(t, bucket, "/", Origin="https://example.com")
    other = _open(t, bucket, "/", Origin="https://other.example")

    t.expect.header(fits, "Access-Control-Allow-Origin", "https://example.com")
    t.expect.body(other, b"<p>root")
    t.expect.no_header(other, "Access-Control-Allow-Origin")


@check("website", proved_by=["website-has-no-conditions"], only=RAW, spec=ENDPOINTS)
def browser_may_ask_on_a_condition(t: Trial) -> None:
    """If-None-Match with the page's ETag: 304 without a body; a Range: 206 with those bytes."""
    bucket = _site(t, **_INDEX)
    _page(t, bucket, "index.html", b"<p>root")
    etag = _open(t, bucket, "/").need_header("ETag")

    same = _open(t, bucket, "/", If_None_Match=etag)
    part = _open(t, bucket, "/", Range="bytes=0-2")

    t.expect.status(same, 304)
    t.expect.equal(same.wire_body, b"", "body of the 304", of=same)
    t.expect.status(part, 206)
    t.expect.body(part, b"<p>")


@check("website", proved_by=["private-objects-lead-on"], only=RAW, spec=(
    f"{GUIDE}/WebsiteAccessPermissionsReqd.html"
))  # fmt: skip
def object_that_nobody_may_read_leads_nowhere(t: Trial) -> None:
    """x-amz-website-redirect-location of an object that nobody may read: 403, and no Location."""
    bucket = _site(t, **_INDEX)
    _page(t, bucket, "open", b"x", WebsiteRedirectLocation="/elsewhere")
    _page(t, bucket, "closed", b"x", WebsiteRedirectLocation="/elsewhere")
    _goes(t, _open(t, bucket, "/open"), 301, "/elsewhere")
    given_policy(
        t,
        bucket,
        statement(bucket, "Allow", "s3:GetObject", "open"),
        statement(bucket, "Allow", "s3:ListBucket", None),
    )
    _goes(t, _open(t, bucket, "/open"), 301, "/elsewhere")

    for method in ("GET", "HEAD"):
        got = _open(t, bucket, "/closed", method)
        t.expect.status(got, 403)
        t.expect.no_header(got, "Location")


@check("website", proved_by=["objects-lead-before-the-site"], only=RAW, spec=REDIRECTS)
def redirect_of_all_requests_comes_before_that_of_an_object(t: Trial) -> None:
    """RedirectAllRequestsTo: an object that leads to a page of its own leads there no more."""
    bucket = _site(t, **_INDEX)
    _page(t, bucket, "moved", b"x", WebsiteRedirectLocation="/elsewhere")
    _goes(t, _open(t, bucket, "/moved"), 301, "/elsewhere")
    away = {"RedirectAllRequestsTo": {"HostName": "other.example", "Protocol": "https"}}
    t.given.call("PutBucketWebsite", Bucket=bucket, WebsiteConfiguration=away)

    got = _open(t, bucket, "/moved")

    _goes(t, got, 301, "https://other.example/moved")
