"""Checks of what SDKs and browsers send along, and of which S3 takes no notice."""

from __future__ import annotations

import base64
import hashlib
from urllib.parse import quote

from conformance.trial import Trial, check

API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
AUTH = f"{API}/sigv4-query-string-auth.html"
RAW = ("raw",)


def _path(t: Trial, name: str) -> str:
    return f"/{t.bucket}/{t.key(name)}"


@check(
    "put-object",
    proved_by=["names-of-operations-refused"],
    only=RAW,
    level="should",
    verified="reported",  # FilenCloudDienste/filen-s3#72, localstack/localstack#3931, and the
    spec=f"{API}/API_PutObject.html",  # SDKs' own model: aws/aws-sdk-go-v2#2834
)
def name_of_the_operation_in_the_query_is_ignored(t: Trial) -> None:
    """`?x-id=PutObject`, as the SDKs for Go and JavaScript send it: done as without it."""
    path = _path(t, "named")
    document = f"<Delete><Object><Key>{t.key('named')}</Key></Object></Delete>".encode()

    t.expect.status(t.raw("PUT", path, query="x-id=PutObject", body=b"content"), 200)
    got = t.raw("GET", path, query="x-id=GetObject")
    t.expect.status(got, 200)
    t.expect.body(got, b"content")
    gone = t.raw(
        "POST",
        f"/{t.bucket}",
        query="delete&x-id=DeleteObjects",
        headers=_digest(document),
        body=document,
    )
    t.expect.status(gone, 200)
    t.expect.status(t.look("HeadObject", Key="named"), 404)


def _digest(document: bytes) -> dict[str, str]:
    return {"Content-MD5": base64.b64encode(hashlib.md5(document).digest()).decode()}


@check(
    "put-object",
    proved_by=["unknown-headers-refused"],
    only=RAW,
    level="should",
    verified="reported",  # gaul/s3proxy#327, #414; aws/aws-sdk-java-v2#1974
    spec=f"{API}/RESTCommonRequestHeaders.html",
)
def headers_that_mean_nothing_here_are_ignored(t: Trial) -> None:
    """`x-amz-te`, `x-amz-user-agent` and `amz-sdk-request`, signed: done as without them."""
    sent = {
        "x-amz-te": "append-md5",
        "x-amz-user-agent": "aws-sdk-js/2.1161.0 promise",
        "amz-sdk-request": "attempt=1; max=3",
        "amz-sdk-invocation-id": "a1f5b0f0-4c0e-4d55-9d4a-5b5b7c3c1a11",
    }
    path = _path(t, "said")

    t.expect.status(t.raw("PUT", path, headers=sent, body=b"content"), 200)
    got = t.raw("GET", path, headers=sent)

    t.expect.status(got, 200)
    t.expect.body(got, b"content")


@check("object-metadata", proved_by=["forms-in-a-put-read"], only=RAW, spec=(
    f"{API}/API_PutObject.html"
))  # fmt: skip
def type_of_a_form_is_a_type_like_any_other(t: Trial) -> None:
    """PUT of the type application/x-www-form-urlencoded, as curl sends it: the bytes are kept."""
    # gaul/s3proxy issues 80 and 1182: the body was read as fields of a form
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    for sign in ("header", "query"):
        path = _path(t, f"signed-in-the-{sign}")

        t.expect.status(t.raw("PUT", path, headers=kind, body=b"acl=1&b=%20", sign=sign), 200)

        got = t.raw("GET", path)
        t.expect.status(got, 200)
        t.expect.body(got, b"acl=1&b=%20")
        t.expect.header(got, "Content-Type", kind["Content-Type"])


@check(
    "presigned",
    proved_by=["payload-in-the-query-refused"],
    only=RAW,
    level="should",
    verified="reported",  # aws/aws-sdk-go#1974, aws/aws-sdk-php#2772 and #954, minio/minio#2355
    spec=AUTH,
)
def url_may_say_that_its_payload_is_unsigned(t: Trial) -> None:
    """`X-Amz-Content-Sha256=UNSIGNED-PAYLOAD` in a presigned URL, as SDKs make it: it opens."""
    said = "X-Amz-Content-Sha256=UNSIGNED-PAYLOAD"
    path = _path(t, "signed")

    t.expect.status(t.raw("PUT", path, query=said, body=b"content", sign="query"), 200)
    got = t.raw("GET", path, query=said, sign="query")

    t.expect.status(got, 200)
    t.expect.body(got, b"content")


@check(
    "list-objects",
    level="may",
    proved_by=["names-of-listings-come-last"],
    only=RAW,
    spec=f"{API}/API_ListObjects.html",
)
def name_of_the_bucket_comes_before_its_keys(t: Trial) -> None:
    """In the document of a listing Name stands before Contents: some readers never look back.

    So it is in every example of Amazon's. The SDK for Java 1 gives each key the name read so far.
    """
    # rustfs/rustfs issue 1728
    t.given.object("key")

    for query in ("", "list-type=2&"):
        got = t.raw("GET", f"/{t.bucket}", query=f"{query}prefix={quote(t.prefix, safe='')}")
        t.expect.status(got, 200)
        name, key = (got.wire_body.find(tag) for tag in (b"<Name>", b"<Contents>"))
        t.expect.true(0 < name < key, "Name stands before Contents", of=got)


@check("errors", level="should", proved_by=["request-ids-all-alike"], only=RAW, spec=(
    "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"
))  # fmt: skip
def no_two_requests_have_the_same_id(t: Trial) -> None:
    """x-amz-request-id of four answers, good ones and errors: four ids."""
    # chimera-nas/chimera issue 477: one id for all, and support could find none
    t.given.object("there")
    asked = [("GET", "there"), ("GET", "absent"), ("HEAD", "there"), ("GET", "absent")]

    answers = [t.raw(method, _path(t, name)) for method, name in asked]

    ids = {got.need_header("x-amz-request-id") for got in answers}
    t.expect.equal(len(ids), len(answers), "ids of the requests", of=answers[-1])
