"""Checks of presigned requests (Signature Version 4 in the query): what works, what must not."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from conformance.trial import Answer, Credentials, Trial, check

BY_URL = ("raw", "curl")  # those that can open a presigned URL as it stands
PARAMETERS = "https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html"
MISMATCH = (
    "The request signature we calculated does not match the signature you provided. "
    "Check your key and signing method."
)


def _path(t: Trial, name: str) -> str:
    return f"/{t.bucket}/{t.key(name)}"


def _changed(
    t: Trial,
    old: str,
    new: str | Callable[[re.Match[str]], str],
    *,
    method: str = "GET",
    name: str = "signed",
) -> Answer:
    """A presigned request whose request line was changed after signing by a regular expression."""
    made = t.signed(method, _path(t, name), sign="query", after={"Connection": "close"})
    line, _, rest = made.partition(b"\r\n")
    changed = re.sub(old, new, line.decode("ascii"))
    t.expect.true(changed != line.decode("ascii"), "the request line was changed")
    return t.wire(changed.encode("ascii") + b"\r\n" + rest).first


@check("presigned", proved_by=["presigned-get-refused"], only=BY_URL)
def get_works(t: Trial) -> None:
    """A presigned GET answers the object to whoever has the URL."""
    t.given.object("shared", b"for everyone with the URL")

    got = t.raw("GET", _path(t, "shared"), sign="query")

    t.expect.status(got, 200)
    t.expect.body(got, b"for everyone with the URL")


@check(
    "presigned", proved_by=["presigned-put-refused"], only=BY_URL, verified="aws-recorded 2026-02"
)
def put_works(t: Trial) -> None:
    """A presigned PUT writes the object."""
    t.expect.status(t.raw("PUT", _path(t, "dropped"), sign="query", body=b"something"), 200)

    t.expect.body(t.given.call("GetObject", Key="dropped"), b"something")


@check("presigned", proved_by=["presigned-head-refused"], only=BY_URL)
def head_works(t: Trial) -> None:
    """A presigned HEAD answers the object's headers."""
    t.given.object("shared", b"12345")

    got = t.raw("HEAD", _path(t, "shared"), sign="query")

    t.expect.status(got, 200)
    t.expect.header(got, "Content-Length", "5")


@check("presigned", proved_by=["presigned-delete-refused"], only=BY_URL)
def delete_works(t: Trial) -> None:
    """A presigned DELETE deletes the object."""
    t.given.object("doomed", b"x")

    t.expect.status(t.raw("DELETE", _path(t, "doomed"), sign="query"), 204)

    t.expect.no_keys(t.given.call("ListObjectsV2", Prefix=t.prefix))


@check("presigned", proved_by=["presigned-list-refused"], only=("raw",))
def list_works(t: Trial) -> None:
    """A presigned listing lists; its own parameters are signed with the rest of the query."""
    t.given.object("listed", b"x")
    prefix = t.prefix.replace("/", "%2F")

    got = t.raw("GET", f"/{t.bucket}", query=f"list-type=2&prefix={prefix}", sign="query")

    t.expect.status(got, 200)
    t.expect.member(got, "Contents[].Key", [t.key("listed")])


@check(
    "presigned",
    proved_by=["response-overrides-ignored"],
    only=("raw",),
    spec="https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html",
)
def answer_can_be_given_a_file_name(t: Trial) -> None:
    """A presigned GET takes `response-content-disposition`, so that a browser saves a file."""
    t.given.object("shared", b"x")

    got = t.raw(
        "GET",
        _path(t, "shared"),
        sign="query",
        query="response-content-disposition=attachment%3B%20filename%3Da.txt",
    )

    t.expect.header(got, "Content-Disposition", "attachment; filename=a.txt")


@check("presigned", proved_by=["expiry-ignored"], only=("raw",), verified="aws-recorded 2026-02")
def expired_request_is_refused(t: Trial) -> None:
    """After X-Amz-Expires seconds: 403 AccessDenied with the times, `Request has expired`."""
    t.given.object("shared", b"x")

    got = t.raw(
        "GET",
        _path(t, "shared"),
        sign="query",
        expires=2,
        at=datetime.now(UTC) - timedelta(minutes=1),
    )

    t.expect.error(
        got,
        403,
        "AccessDenied",
        **{"X-Amz-Expires": "2", "Expires": re.compile(".+"), "ServerTime": re.compile(".+")},
    )
    t.expect.message(got, "Request has expired")


@check("presigned", proved_by=["presigned-future-accepted"], only=("raw",), spec=PARAMETERS)
def request_of_tomorrow_is_refused(t: Trial) -> None:
    """A request that was signed for tomorrow: 403 AccessDenied."""
    t.given.object("shared", b"x")

    got = t.raw("GET", _path(t, "shared"), sign="query", at=datetime.now(UTC) + timedelta(days=1))

    t.expect.error(got, 403, "AccessDenied")
    t.expect.message(got, "Request is not yet valid")


@check(
    "presigned", proved_by=["expiry-limit-ignored"], only=("raw",), spec=PARAMETERS, level="should"
)
def request_of_more_than_a_week_is_refused(t: Trial) -> None:
    """X-Amz-Expires over seven days: 400 AuthorizationQueryParametersError."""
    t.given.object("shared", b"x")

    got = t.raw("GET", _path(t, "shared"), sign="query", expires=604_801)

    t.expect.error(got, 400, "AuthorizationQueryParametersError")


@check(
    "presigned",
    proved_by=["presigned-parameters-optional"],
    only=("raw",),
    verified="aws-recorded 2026-02",
    level="should",
)
def every_parameter_is_needed(t: Trial) -> None:
    """Without X-Amz-Date: 400 AuthorizationQueryParametersError, naming all six parameters."""
    t.given.object("signed", b"x")

    got = _changed(t, r"&X-Amz-Date=[0-9TZ]+", "")

    t.expect.error(got, 400, "AuthorizationQueryParametersError")
    t.expect.message(got, re.compile(".*X-Amz-SignedHeaders.*"))


@check(
    "presigned",
    proved_by=["credential-form-unchecked"],
    only=("raw",),
    verified="aws-recorded 2026-02",
    level="should",
)
def credential_encoded_twice_is_refused(t: Trial) -> None:
    """X-Amz-Credential encoded twice: 400 AuthorizationQueryParametersError."""
    t.given.object("signed", b"x")

    got = _changed(t, r"(X-Amz-Credential=[^&]*)", lambda found: found[1].replace("%2F", "%252F"))

    t.expect.error(got, 400, "AuthorizationQueryParametersError")


@check(
    "presigned",
    proved_by=["signature-unverified"],
    only=("raw",),
    verified="aws-recorded 2026-02",
)
def changed_signature_is_refused(t: Trial) -> None:
    """A signature that was changed: 403 SignatureDoesNotMatch, with what was calculated."""
    t.given.object("signed", b"x")

    got = _changed(t, r"X-Amz-Signature=[0-9a-f]{64}", "X-Amz-Signature=" + "0" * 64)

    t.expect.error(
        got,
        403,
        "SignatureDoesNotMatch",
        SignatureProvided="0" * 64,
        StringToSign=re.compile("AWS4-HMAC-SHA256.*", re.DOTALL),
        CanonicalRequest=re.compile("GET.*", re.DOTALL),
    )
    t.expect.message(got, MISMATCH)


@check(
    "presigned",
    proved_by=["signature-unverified"],
    only=("raw",),
    spec=PARAMETERS,  # the method and the path are part of what is signed
)
def url_of_one_key_does_not_open_another(t: Trial) -> None:
    """The URL of one key with another key put in: 403 SignatureDoesNotMatch."""
    t.given.object("signed", b"mine")
    t.given.object("secret", b"not yours")

    got = _changed(t, r"/signed\?", "/secret?")

    t.expect.error(got, 403, "SignatureDoesNotMatch")


@check(
    "presigned",
    proved_by=["signature-unverified"],
    only=("raw",),
    spec=PARAMETERS,  # the method and the path are part of what is signed
)
def url_of_a_get_does_not_delete(t: Trial) -> None:
    """The URL of a GET used for a DELETE: 403 SignatureDoesNotMatch, and nothing is deleted."""
    t.given.object("signed", b"mine")

    got = _changed(t, r"^GET ", "DELETE ")

    t.expect.error(got, 403, "SignatureDoesNotMatch")
    t.expect.body(t.given.call("GetObject", Key="signed"), b"mine")


@check("presigned", proved_by=["signature-unverified"], only=("raw",), spec=PARAMETERS)
def lifetime_cannot_be_prolonged(t: Trial) -> None:
    """X-Amz-Expires changed after signing: 403 SignatureDoesNotMatch."""
    t.given.object("signed", b"x")

    got = _changed(t, r"X-Amz-Expires=\d+", "X-Amz-Expires=86400")

    t.expect.error(got, 403, "SignatureDoesNotMatch")


@check(
    "presigned",
    proved_by=["unsigned-headers-accepted"],
    only=("raw",),
    verified="aws-recorded 2026-02",
)
def amz_header_that_was_not_signed_is_refused(t: Trial) -> None:
    """An `x-amz-` header the URL was not signed with: 403 AccessDenied, naming the header."""
    got = t.raw(
        "PUT", _path(t, "dropped"), sign="query", body=b"x", after={"x-amz-meta-wrong": "wrong"}
    )

    t.expect.error(got, 403, "AccessDenied", HeadersNotSigned="x-amz-meta-wrong")
    t.expect.message(got, "There were headers present in the request which were not signed")


@check(
    "presigned",
    proved_by=["signature-unverified"],
    only=("raw",),
    verified="aws-recorded 2026-02",
)
def header_that_was_signed_is_needed(t: Trial) -> None:
    """A header the URL was signed with is left out: 403 SignatureDoesNotMatch."""
    got = t.raw(
        "PUT",
        _path(t, "dropped"),
        sign="query",
        body=b"x",
        headers={"x-amz-meta-foo": "bar"},
        after={"x-amz-meta-foo": None},
    )

    t.expect.error(got, 403, "SignatureDoesNotMatch")


@check(
    "presigned",
    proved_by=["presigned-metadata-lost"],
    only=("raw",),
    verified="aws-recorded 2026-02",
)
def header_that_was_signed_is_kept(t: Trial) -> None:
    """Metadata the URL was signed with, and that is sent, is kept."""
    t.expect.status(
        t.raw(
            "PUT", _path(t, "dropped"), sign="query", body=b"x", headers={"x-amz-meta-foo": "bar"}
        ),
        200,
    )

    t.expect.header(t.given.call("HeadObject", Key="dropped"), "x-amz-meta-foo", "bar")


@check(
    "presigned",
    proved_by=["presigned-metadata-lost"],
    only=("raw",),
    verified="aws-recorded 2026-02",
    level="should",
)
def metadata_may_stand_in_the_query(t: Trial) -> None:
    """`x-amz-meta-foo` as a signed query parameter of a presigned PUT is kept as metadata."""
    t.expect.status(
        t.raw(
            "PUT",
            _path(t, "dropped"),
            sign="query",
            body=b"123456",
            query="x-amz-meta-foo=bar-complicated-no-random",
        ),
        200,
    )

    t.expect.header(
        t.given.call("HeadObject", Key="dropped"), "x-amz-meta-foo", "bar-complicated-no-random"
    )


@check("presigned", proved_by=["region-unchecked"], only=("raw",), spec=PARAMETERS, level="should")
def other_region_is_refused(t: Trial) -> None:
    """A URL signed for another region: 400 AuthorizationQueryParametersError."""
    t.given.object("shared", b"x")
    elsewhere = "eu-west-3" if t.endpoint.region != "eu-west-3" else "us-west-2"

    got = t.raw("GET", _path(t, "shared"), sign="query", region=elsewhere)

    t.expect.error(got, 400, "AuthorizationQueryParametersError")


@check(
    "presigned",
    proved_by=["unknown-access-key-accepted"],
    only=("raw",),
    spec="https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html",
)
def unknown_access_key_is_refused(t: Trial) -> None:
    """A URL signed with an access key nobody has: 403 InvalidAccessKeyId."""
    t.given.object("shared", b"x")

    got = t.raw(
        "GET",
        _path(t, "shared"),
        sign="query",
        credentials=Credentials("AKIANOBODYHASTHISKEY", "no-secret-of-anybody"),
    )

    t.expect.error(got, 403, "InvalidAccessKeyId")
