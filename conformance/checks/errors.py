"""Checks of what every error has in common: its XML, its type, and what clients make of it."""

from __future__ import annotations

import re

from conformance.trial import Trial, check

RESPONSES = "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"


@check("errors", proved_by=["error-as-json"], spec=RESPONSES, only=("aws-s3api", "boto3", "raw"))
def error_is_xml(t: Trial) -> None:
    """An error is an XML document of the type application/xml with Error as its root."""
    got = t.call("GetObject", Key="not-there")

    t.expect.error(got, 404, "NoSuchKey")
    t.expect.header(got, "Content-Type", re.compile(r"(application|text)/xml\b.*"))
    t.expect.true(
        re.match(rb"\s*(<\?xml[^>]*\?>)?\s*<Error>", got.wire_body),
        "the body is an Error element without a namespace",
    )


@check(
    "errors",
    proved_by=["error-request-id-missing"],
    spec=RESPONSES,
    only=("aws-s3api", "boto3", "raw"),
    level="should",
)
def error_names_its_request(t: Trial) -> None:
    """An error has x-amz-request-id; its body repeats it as RequestId, and has a HostId."""
    got = t.call("GetObject", Key="not-there")

    t.expect.status(got, 404)
    t.expect.header(got, "x-amz-request-id", re.compile(".+"))
    # further members of an error body are wording
    t.expect.wording.error_member(got, "RequestId", got.headers.get("x-amz-request-id", ""))
    t.expect.wording.error_member(got, "HostId", re.compile(".+"))


@check(
    "errors",
    proved_by=["error-message-missing"],
    spec=RESPONSES,
    only=("aws-s3api", "boto3", "raw"),
)
def error_has_code_and_message(t: Trial) -> None:
    """Every error has a code for programs and a message for people."""
    got = t.call("GetObject", Key="not-there")

    t.expect.error(got, 404, "NoSuchKey")
    t.expect.error_member(got, "Message", re.compile(r"(?s).*\S.*"))


@check("errors", proved_by=["error-is-200"], spec=RESPONSES)
def client_reports_failure(t: Trial) -> None:
    """What the endpoint refuses, the client reports as a failure."""
    t.given.object("there", b"x")  # not everything is refused
    got = t.call("GetObject", Bucket=t.bucket_name(), Key="not-there")

    t.expect.error(got, 404, None)


@check("errors", proved_by=["unknown-method-is-500"], spec=RESPONSES, only=("raw",), level="should")
def unsupported_method_is_refused(t: Trial) -> None:
    """A method no resource of S3 has: 405 MethodNotAllowed (or another client error)."""
    got = t.raw("PATCH", f"/{t.bucket}/{t.key('x')}")

    t.expect.error(got, (400, 403, 405), None)


@check(
    "errors", proved_by=["key-invalid-utf8-is-500"], spec=RESPONSES, only=("raw",), level="should"
)
def key_that_is_not_utf_8_is_refused(t: Trial) -> None:
    """A key whose bytes are no UTF-8: 400, not a server error."""
    got = t.raw("PUT", f"/{t.bucket}/{t.key('')}%ff%fe", body=b"x")

    t.expect.error(got, 400, None)
