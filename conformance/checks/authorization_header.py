"""Checks of the Authorization header: which error names what is wrong with it."""

from __future__ import annotations

import re

from conformance.checks.given_signatures import expect_signatures_count
from conformance.trial import Answer, Trial, check

RAW = ("raw",)
HEADER = (
    "https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html"
)
ERRORS = "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"


def _changed(t: Trial, pattern: bytes, by: bytes) -> Answer:
    """A GET of the bucket whose head was changed after signing by a regular expression."""
    made = t.signed("GET", f"/{t.bucket}", after={"Connection": "close"})
    changed = re.sub(pattern, by, made)
    t.expect.true(changed != made, f"the request was changed: {pattern!r}")
    return t.wire(changed).first


@check(
    "authentication",
    proved_by=["authorization-malformed-is-a-mismatch"],
    only=RAW,
    spec=ERRORS,
    level="should",
)
def malformed_authorization_says_so(t: Trial) -> None:
    """Parts that are missing or no scope of S3: 400 AuthorizationHeaderMalformed."""
    for pattern, by in (
        (rb"/s3/aws4_request", rb"/s4/aws4_request"),
        (rb"/s3/aws4_request", rb"/s3/aws5_request"),
        (rb"/\d{8}/", rb"/20010203/"),
        (rb"Credential=[^,]*, ", rb""),
        (rb"SignedHeaders=[^,]*, ", rb""),
        (rb", Signature=[0-9a-f]*", rb""),
    ):
        t.expect.error(_changed(t, pattern, by), 400, "AuthorizationHeaderMalformed")


@check(
    "authentication",
    proved_by=["authorization-of-any-kind"],
    only=RAW,
    verified="reported",  # Einstore/Einstore#152, danialfarid/ng-file-upload#615
    spec=ERRORS,
)
def other_kinds_of_authorization_are_refused(t: Trial) -> None:
    """`Bearer` and `Basic` are not taken for nobody: 400, and an error code."""
    bucket = t.given.bucket()
    control = t.raw("GET", f"/{bucket}")
    t.expect.status(control, 200)

    for value in ("Bearer abc.def", "Basic YTpi"):
        got = t.raw("GET", f"/{bucket}", sign="none", headers={"Authorization": value})
        t.expect.error(got, 400, "InvalidArgument")


@check("authentication", proved_by=["signed-without-a-date"], only=RAW, spec=HEADER)
def signed_request_has_a_date(t: Trial) -> None:
    """A signature without x-amz-date and Date: 403 AccessDenied."""
    got = _changed(t, rb"(?i)\r\nx-amz-date: [^\r]*", b"")

    t.expect.error(got, 403, "AccessDenied")


@check(
    "authentication",
    proved_by=["authorization-case-counts", "signature-unverified"],
    only=RAW,
    spec=HEADER,
    level="should",
)
def blanks_between_the_parts_are_free(t: Trial) -> None:
    """Parts of an Authorization header that counts may stand without a blank after their comma."""
    expect_signatures_count(t, "GET", f"/{t.bucket}")
    made = t.signed("GET", f"/{t.bucket}", after={"Connection": "close"})
    head, _, rest = made.partition(b"\r\n\r\n")
    head = re.sub(rb", (SignedHeaders|Signature)=", rb",\1=", head)

    got = t.wire(head + b"\r\n\r\n" + rest).first

    t.expect.status(got, 200)
    t.tells_absent()


@check("authentication", proved_by=["signature-unverified"], only=RAW, spec=HEADER)
def signature_of_another_method_is_refused(t: Trial) -> None:
    """A signed GET that is sent as HEAD or DELETE: 403, and what it names is still there."""
    stored = t.given.object("key", b"kept")
    made = t.signed("GET", f"/{t.bucket}/{stored.key}", after={"Connection": "close"})

    for method in (b"DELETE", b"HEAD"):
        got = t.wire(made.replace(b"GET", method, 1)).first
        t.expect.error(got, 403, None)

    t.expect.body(t.look("GetObject", Key="key"), b"kept")


@check("authentication", proved_by=["signature-unverified"], only=RAW, spec=HEADER)
def signature_of_another_key_is_refused(t: Trial) -> None:
    """A signed PUT that is sent for another key: 403 SignatureDoesNotMatch, nothing is written."""
    made = t.signed(
        "PUT", f"/{t.bucket}/{t.key('signed')}", body=b"x", after={"Connection": "close"}
    )

    got = t.wire(made.replace(b"/signed ", b"/others ", 1)).first

    t.expect.error(got, 403, "SignatureDoesNotMatch")
    t.expect.error(t.look("GetObject", Key="others"), 404, "NoSuchKey")
    t.expect.ok(t.look("PutObject", Key="signed", Body=b"x"))


@check("presigned", proved_by=["presigned-key-cut-at-equals"], only=RAW)
def key_may_have_characters_of_a_query(t: Trial) -> None:
    """A presigned URL of a key with `=`, `&`, `+` and `%`, encoded, opens that key."""
    stored = t.given.object("a=b&c+d%e", b"x")
    path = stored.key.replace("%", "%25").replace("=", "%3D").replace("&", "%26")

    got = t.raw("GET", f"/{t.bucket}/{path.replace('+', '%2B')}", sign="query")

    t.expect.status(got, 200)
    t.expect.body(got, b"x")


@check("presigned", proved_by=["presigned-digest-ignored"], only=RAW)
def signed_digest_of_a_presigned_put_is_compared(t: Trial) -> None:
    """A presigned PUT with a signed Content-MD5: the right body is stored, another is BadDigest."""
    digest = {"Content-MD5": "ndTkYSaMgDT1yFZOFVxnpg=="}  # of b"x"

    right = t.raw("PUT", f"/{t.bucket}/{t.key('a')}", sign="query", headers=digest, body=b"x")
    wrong = t.raw("PUT", f"/{t.bucket}/{t.key('b')}", sign="query", headers=digest, body=b"y")

    t.expect.status(right, 200)
    t.expect.error(wrong, 400, "BadDigest")
    t.expect.error(t.look("GetObject", Key="b"), 404, "NoSuchKey")


@check("presigned", proved_by=["presigned-parts-refused"], only=RAW)
def part_may_be_presigned(t: Trial) -> None:
    """A presigned UploadPart writes that part: browsers upload so."""
    upload = t.given.call("CreateMultipartUpload", Key="joined").need("UploadId")

    got = t.raw(
        "PUT",
        f"/{t.bucket}/{t.key('joined')}",
        query=f"partNumber=1&uploadId={upload}",
        sign="query",
        body=b"part",
    )

    t.expect.status(got, 200)
    parts = t.look("ListParts", Key="joined", UploadId=upload)
    t.expect.member(parts, "Parts[].[PartNumber, Size]", [[1, 4]])


@check("presigned", proved_by=["presigned-range-ignored"], only=RAW)
def range_of_a_presigned_get_need_not_be_signed(t: Trial) -> None:
    """Whoever opens a presigned URL may ask for a range, that was not signed: 206."""
    t.given.object("key", b"0123456789")

    got = t.raw("GET", f"/{t.bucket}/{t.key('key')}", sign="query", after={"Range": "bytes=2-4"})

    t.expect.status(got, 206)
    t.expect.body(got, b"234")
