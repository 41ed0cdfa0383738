"""Checks of Signature Version 4 in the Authorization header: every way it can be wrong.

That right signatures are accepted is shown by every other check; here are the canonical forms
that are easily got wrong.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta

from conformance.checks.given_signatures import expect_signatures_count, with_another_secret
from conformance.trial import ClientCannotError, Credentials, Trial, check

ERRORS = "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"
HEADER = (
    "https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html"
)
CANONICAL = "https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html"


def _path(t: Trial, name: str = "guarded") -> str:
    return f"/{t.bucket}/{t.key(name)}"


def _given_guarded(t: Trial) -> str:
    t.given.object("guarded", b"guarded")
    return _path(t)


@check("authentication", proved_by=["listing-of-buckets-refused"])
def right_signature_is_accepted(t: Trial) -> None:
    """A request signed with the account's key is accepted."""
    t.expect.ok(t.call("ListBuckets"))


@check("authentication", proved_by=["signature-unverified"], only=("raw",), spec=ERRORS)
def wrong_secret_is_refused(t: Trial) -> None:
    """A signature made with another secret: 403 SignatureDoesNotMatch, with what was signed."""
    path = _given_guarded(t)
    wrong = with_another_secret(t)

    got = t.raw("GET", path, credentials=wrong)

    t.expect.error(
        got,
        403,
        "SignatureDoesNotMatch",
        AWSAccessKeyId=wrong.access_key,
        StringToSign=re.compile("AWS4-HMAC-SHA256.*", re.DOTALL),
    )


@check("authentication", proved_by=["unknown-access-key-accepted"], only=("raw",), spec=ERRORS)
def unknown_access_key_is_refused(t: Trial) -> None:
    """An access key nobody has: 403 InvalidAccessKeyId."""
    path = _given_guarded(t)

    got = t.raw("GET", path, credentials=Credentials("AKIANOBODYHASTHISKEY", "no-secret"))

    t.expect.error(got, 403, "InvalidAccessKeyId")


@check("authentication", proved_by=["session-token-ignored"], only=("raw",), spec=ERRORS)
def made_up_session_token_is_refused(t: Trial) -> None:
    """A session token that was never issued for the access key: 400 InvalidToken."""
    path = _given_guarded(t)
    known = t.endpoint.credentials
    if known is None:
        raise ClientCannotError("there are no credentials to add a token to")
    made_up = Credentials(known.access_key, known.secret_key, "never-issued-by-anybody")

    got = t.raw("GET", path, credentials=made_up)

    t.expect.error(got, 400, "InvalidToken")


@check("authentication", proved_by=["anonymous-let-in"], only=("raw",), spec=ERRORS)
def unsigned_request_is_refused(t: Trial) -> None:
    """A request without any signature for a private object: 403 AccessDenied."""
    path = _given_guarded(t)

    t.expect.error(t.raw("GET", path, sign="none"), 403, "AccessDenied")


@check("authentication", proved_by=["clock-skew-ignored"], only=("raw",), spec=ERRORS)
def old_request_is_refused(t: Trial) -> None:
    """A request signed an hour ago: 403 RequestTimeTooSkewed."""
    path = _given_guarded(t)

    got = t.raw("GET", path, at=datetime.now(UTC) - timedelta(hours=1))

    t.expect.error(got, 403, "RequestTimeTooSkewed")


@check("authentication", proved_by=["clock-skew-ignored"], only=("raw",), spec=ERRORS)
def request_of_the_future_is_refused(t: Trial) -> None:
    """A request signed for an hour from now: 403 RequestTimeTooSkewed."""
    path = _given_guarded(t)

    got = t.raw("GET", path, at=datetime.now(UTC) + timedelta(hours=1))

    t.expect.error(got, 403, "RequestTimeTooSkewed")


@check(
    "authentication",
    proved_by=["clock-skew-not-tolerated", "clock-skew-ignored"],
    only=("raw",),
    spec=ERRORS,
)
def ten_minutes_of_skew_are_tolerated(t: Trial) -> None:
    """A clock that is ten minutes wrong is near enough, one that is an hour wrong is not."""
    path = _given_guarded(t)
    long_ago = t.raw("GET", path, at=datetime.now(UTC) - timedelta(hours=1))
    t.expect.error(long_ago, 403, "RequestTimeTooSkewed")  # the clock is looked at

    t.expect.status(t.raw("GET", path, at=datetime.now(UTC) - timedelta(minutes=10)), 200)


@check("authentication", proved_by=["region-unchecked"], only=("raw",), spec=ERRORS, level="should")
def other_region_is_refused(t: Trial) -> None:
    """A signature for another region: 400 AuthorizationHeaderMalformed, with the right region."""
    path = _given_guarded(t)
    elsewhere = "eu-west-3" if t.endpoint.region != "eu-west-3" else "us-west-2"

    got = t.raw("GET", path, region=elsewhere)

    t.expect.error(got, 400, "AuthorizationHeaderMalformed", Region=t.endpoint.region)


@check(
    "authentication",
    proved_by=["payload-hash-optional"],
    only=("raw",),
    spec=CANONICAL,
    level="should",
)
def payload_hash_header_is_needed(t: Trial) -> None:
    """Without x-amz-content-sha256: 400 InvalidRequest, naming the header."""
    path = _given_guarded(t)

    got = t.raw("GET", path, after={"x-amz-content-sha256": None})

    t.expect.error(got, 400, "InvalidRequest")
    t.expect.message(got, re.compile(".*x-amz-content-sha256.*"))


@check("authentication", proved_by=["payload-hash-unverified"], only=("raw",), spec=ERRORS)
def body_is_held_to_its_hash(t: Trial) -> None:
    """A body other than the one whose hash was signed: 400 XAmzContentSHA256Mismatch.

    Nothing is stored.
    """
    other = hashlib.sha256(b"what was signed").hexdigest()

    got = t.raw("PUT", _path(t, "forged"), body=b"what was sent", payload_hash=other)

    t.expect.error(
        got,
        400,
        "XAmzContentSHA256Mismatch",
        ClientComputedContentSHA256=other,
        S3ComputedContentSHA256=hashlib.sha256(b"what was sent").hexdigest(),
    )
    t.expect.no_keys(t.given.call("ListObjectsV2", Prefix=t.prefix))


@check(
    "authentication",
    proved_by=["unsigned-payload-refused", "signature-unverified"],
    only=("raw",),
    spec=CANONICAL,
)
def unsigned_payload_is_accepted(t: Trial) -> None:
    """UNSIGNED-PAYLOAD as the payload hash leaves the body out of the signature, which counts."""
    expect_signatures_count(
        t, "PUT", _path(t, "unsigned"), body=b"forged", payload_hash="UNSIGNED-PAYLOAD"
    )
    t.expect.status(
        t.raw("PUT", _path(t, "unsigned"), body=b"free", payload_hash="UNSIGNED-PAYLOAD"), 200
    )

    t.expect.body(t.given.call("GetObject", Key="unsigned"), b"free")


@check("authentication", proved_by=["signature-unverified"], only=("raw",), spec=CANONICAL)
def signed_header_cannot_be_changed(t: Trial) -> None:
    """A signed header changed on the way: 403 SignatureDoesNotMatch."""
    got = t.raw(
        "PUT",
        _path(t, "altered"),
        body=b"x",
        headers={"x-amz-meta-role": "guest"},
        after={"x-amz-meta-role": "admin"},
    )

    t.expect.error(got, 403, "SignatureDoesNotMatch")


@check("authentication", proved_by=["unsigned-headers-accepted"], only=("raw",), spec=CANONICAL)
def amz_header_must_be_signed(t: Trial) -> None:
    """An `x-amz-` header put in after signing: 403 AccessDenied, naming it."""
    got = t.raw("PUT", _path(t, "altered"), body=b"x", after={"x-amz-meta-role": "admin"})

    t.expect.error(got, 403, "AccessDenied", HeadersNotSigned="x-amz-meta-role")


@check("authentication", proved_by=["signature-unverified"], only=("raw",), spec=CANONICAL)
def query_cannot_be_changed(t: Trial) -> None:
    """A query parameter changed on the way: 403 SignatureDoesNotMatch."""
    made = t.signed(
        "GET", f"/{t.bucket}", query="list-type=2&max-keys=1", after={"Connection": "close"}
    )

    answers = t.wire(made.replace(b"max-keys=1 ", b"max-keys=9 ", 1))

    t.expect.error(answers.first, 403, "SignatureDoesNotMatch")


@check(
    "authentication",
    proved_by=["query-not-sorted", "signature-unverified"],
    only=("raw",),
    spec=CANONICAL,
)
def query_is_sorted_before_signing(t: Trial) -> None:
    """The parameters of a signed request may come in any order; the canonical query is sorted."""
    t.given.object("guarded", b"x")
    prefix = t.prefix.replace("/", "%2F")
    query = f"prefix={prefix}&max-keys=5&list-type=2&delimiter="
    expect_signatures_count(t, "GET", f"/{t.bucket}", query=query)

    got = t.raw("GET", f"/{t.bucket}", query=query)

    t.expect.status(got, 200)


@check(
    "authentication",
    proved_by=["header-spaces-kept", "signature-unverified"],
    only=("raw",),
    spec=CANONICAL,
)
def spaces_in_a_header_are_folded(t: Trial) -> None:
    """Runs of spaces in a signed header count as one, spaces around it as none."""
    path, headers = _path(t, "spaced"), {"x-amz-meta-a": "two   spaces"}
    expect_signatures_count(t, "PUT", path, body=b"x", headers=headers)

    got = t.raw("PUT", path, body=b"x", headers=headers)

    t.expect.status(got, 200)
    t.tells_absent()


@check(
    "authentication",
    proved_by=["path-encoded-twice", "signature-unverified"],
    only=("raw",),
    spec=CANONICAL,
)
def path_is_encoded_once(t: Trial) -> None:
    """The path that is signed is encoded once: keys of reserved characters are written and read."""
    path = f"/{t.bucket}/{t.key('')}a%20b%2Bc%26d%3D%27e%28~%29%C3%A9"
    expect_signatures_count(t, "PUT", path, body=b"forged")
    t.expect.status(t.raw("PUT", path, body=b"x"), 200)

    t.expect.body(t.given.call("GetObject", Key="a b+c&d='e(~)é"), b"x")


@check("authentication", proved_by=["signature-unverified"], only=("raw",), spec=HEADER)
def forged_signature_of_version_2_is_refused(t: Trial) -> None:
    """A made-up signature of version 2 opens nothing, whether version 2 is known or not."""
    path = _given_guarded(t)
    known = t.endpoint.credentials
    forged = f"AWS {known.access_key if known else 'AKIA'}:{'A' * 27}="

    got = t.raw(
        "GET",
        path,
        sign="none",
        headers={
            "Authorization": forged,
            "Date": datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT"),
        },
    )

    t.expect.error(got, (400, 403), None)


@check("authentication", proved_by=["garbled-authorization-is-500"], only=("raw",), spec=HEADER)
def garbled_authorization_is_refused(t: Trial) -> None:
    """An Authorization header that is no signature at all is refused with a client error."""
    got = t.raw("GET", f"/{t.bucket}", sign="none", headers={"Authorization": "AWS4-HMAC-SHA256"})

    t.expect.error(got, (400, 403), None)
    t.expect.true(got.code, "the answer names an error code")
