"""Checks of requests that nearly are one: methods without an operation, hashes, dates, names."""

from __future__ import annotations

import re
import secrets

from conformance.checks.given_requests import is_missing
from conformance.trial import ClientCannotError, Credentials, Trial, check

RAW = ("raw",)
ERRORS = "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"
HEADER = "https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html"
QUERY = "https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html"
NAMES = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"
_PARAMETERS = "AuthorizationQueryParametersError"


@check("errors", proved_by=["methods-of-nothing-taken"], only=RAW, spec=ERRORS, level="should")
def post_without_a_purpose_is_not_allowed(t: Trial) -> None:
    """POST of an object that asks for nothing, and POST of `/`: 405 MethodNotAllowed."""
    stored = t.given.object("key", b"kept")

    for path in (f"/{t.bucket}/{stored.key}", "/"):
        t.expect.error(t.raw("POST", path), 405, "MethodNotAllowed")

    t.expect.body(t.look("GetObject", Key="key"), b"kept")


@check("errors", proved_by=["errors-as-accepted"], only=RAW, spec=ERRORS, level="should")
def error_is_xml_whatever_is_accepted(t: Trial) -> None:
    """`Accept: application/json`, or of HTML: the error of a missing key is XML all the same."""
    for kind in ("application/json", "text/html"):
        got = t.raw("GET", f"/{t.bucket}/{t.key('absent')}", headers={"Accept": kind})

        t.expect.error(got, 404, "NoSuchKey")
        t.expect.header(got, "Content-Type", re.compile("application/xml.*"))


@check("list-objects-v2", proved_by=["documents-are-text"], only=RAW, spec=(
    "https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html"
))  # fmt: skip
def documents_are_said_to_be_xml(t: Trial) -> None:
    """Lists of buckets, objects and versions, and the location, are application/xml."""
    for path, query, root in (
        ("/", "", b"<ListAllMyBucketsResult"),
        (f"/{t.bucket}", "list-type=2", b"<ListBucketResult"),
        (f"/{t.bucket}", "versions=", b"<ListVersionsResult"),
        (f"/{t.bucket}", "location=", b"<LocationConstraint"),
    ):
        got = t.raw("GET", path, query=query)
        if query in ("versions=", "location=") and is_missing(got):
            continue

        t.expect.status(got, 200)
        t.expect.true(root in got.wire_body, f"the document is {root.decode()}>", of=got)
        t.expect.header(got, "Content-Type", re.compile("application/xml.*"))
    t.tells_absent()


@check("get-object", proved_by=["objects-of-xml-refused"])
def object_may_look_like_an_error(t: Trial) -> None:
    """An object whose bytes are an error document of S3 is an object: written, read, no error."""
    body = b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>InternalError</Code></Error>'
    t.expect.ok(t.call("PutObject", Key="looks-like", Body=body))

    got = t.call("GetObject", Key="looks-like")

    t.expect.ok(got)
    t.expect.body(got, body)


@check("authentication", proved_by=["hash-of-any-form"], only=RAW, spec=HEADER, level="should")
def payload_hash_has_its_form(t: Trial) -> None:
    """x-amz-content-sha256 that is no SHA-256 and no word of S3: 400, and nothing is written."""
    for value in ("abc", "UNSIGNED", "STREAMING-PAYLOAD"):
        got = t.raw("PUT", f"/{t.bucket}/{t.key('key')}", body=b"x", payload_hash=value)
        t.expect.error(got, 400, None)

    t.expect.status(t.look("HeadObject", Key="key"), 404)


@check("presigned", proved_by=["scopes-of-any-kind"], only=RAW, spec=QUERY, level="should")
def scope_of_a_presigned_url_is_of_its_day(t: Trial) -> None:
    """A credential of another day than X-Amz-Date, service or ending: 400, and no object."""
    t.given.object("key", b"x")
    path = f"/{t.bucket}/{t.key('key')}"
    target = t.signed("GET", path, sign="query", expires=300).split(b" ")[1].decode()
    query = target.partition("?")[2]
    t.expect.status(t.raw("GET", path, query=query, sign="none"), 200)

    for pattern, by in (
        (r"%2F\d{8}%2F", "%2F20010203%2F"),
        (r"%2Fs3%2F", "%2Fec2%2F"),
        (r"aws4_request", "aws5_request"),
    ):
        changed = re.sub(pattern, by, query, count=1)
        t.expect.true(changed != query, f"the credential was changed to {by}")
        t.expect.error(t.raw("GET", path, query=changed, sign="none"), 400, _PARAMETERS)


@check("presigned", proved_by=["presigned-tokens-unseen"], only=RAW, spec=QUERY)
def made_up_token_of_a_presigned_url_is_refused(t: Trial) -> None:
    """X-Amz-Security-Token that was never issued: 400 InvalidToken, and no object."""
    t.given.object("key", b"x")
    known = t.endpoint.credentials
    if known is None:
        raise ClientCannotError("there are no credentials to add a token to")
    made_up = Credentials(known.access_key, known.secret_key, "never-issued-by-anybody")
    path = f"/{t.bucket}/{t.key('key')}"
    t.expect.body(t.raw("GET", path, sign="query", expires=300), b"x")

    got = t.raw("GET", path, sign="query", expires=300, credentials=made_up)

    t.expect.error(got, 400, "InvalidToken")


@check(
    "create-bucket", proved_by=["bucket-names-like-addresses"], only=RAW, spec=NAMES, level="should"
)
def name_is_no_address(t: Trial) -> None:
    """A name that is formatted as an IP address: 400 InvalidBucketName, and no bucket is made."""
    numbers = [str(100 + secrets.randbelow(155)) for _ in range(4)]
    name = ".".join(numbers)  # nobody has it: names of a run begin with letters

    got = t.raw("PUT", f"/{name}")
    if got.good:  # it is ours, and goes
        t.raw("DELETE", f"/{name}")

    t.expect.error(got, 400, "InvalidBucketName")


@check(
    "create-bucket", proved_by=["bucket-names-begin-anyhow"], only=RAW, spec=NAMES, level="should"
)
def name_begins_with_a_letter_or_number(t: Trial) -> None:
    """A name that begins with a hyphen, a dot or a reserved prefix: 400 InvalidBucketName."""
    for beginning in ("-", ".", "xn--", "sthree-"):
        name = beginning + t.bucket_name()[len(beginning) :]

        got = t.raw("PUT", f"/{name}")
        if got.good:  # it is ours, and goes
            t.raw("DELETE", f"/{name}")

        t.expect.error(got, 400, "InvalidBucketName")
