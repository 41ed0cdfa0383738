"""Checks of requests that S3 refuses by a code of their own: forms, buckets, archives."""

from __future__ import annotations

from typing import Any

from conformance.checks.given_forms import expect_forms_taken
from conformance.checks.given_policies import BY_HAND
from conformance.trial import Answer, Trial, check

API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
CODES = f"{API}/ErrorResponses.html#ErrorCodeList"
_BOUNDARY = "form-boundary-7f1d"


def _post(t: Trial, body: bytes) -> Answer:
    kind = {"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"}
    return t.raw("POST", f"/{t.bucket}", sign="none", headers=kind, body=body)


def _field(name: str, value: str) -> bytes:
    head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
    return f"{head}{value}\r\n".encode()


_END = f"--{_BOUNDARY}--\r\n".encode()


@check("post-object", proved_by=["form-that-is-none-taken"], only=("raw",), spec=CODES)
def body_of_a_form_is_a_form(t: Trial) -> None:
    """A body without the boundary that its Content-Type names: 400 MalformedPOSTRequest."""
    expect_forms_taken(t)
    t.expect.error(_post(t, b"key=posted&file=x"), 400, "MalformedPOSTRequest")


@check("post-object", proved_by=["form-of-any-length-taken"], only=("raw",), spec=CODES)
def fields_before_the_file_are_bounded(t: Trial) -> None:
    """More than 20 KB of fields before the file: 400 MaxPostPreDataLengthExceededError.

    S3 leaves out the last word of the code that its reference has, as those who met it show:
    Vydia/react-native-background-upload#55, bitbucket.org/site/master#8914.
    """
    long = _field("key", t.key("posted")) + _field("x-amz-meta-long", "x" * (21 << 10))
    got = _post(t, long + _field("file", "x") + _END)

    codes = ("MaxPostPreDataLengthExceededError", "MaxPostPreDataLengthExceeded")
    t.expect.error(got, 400, codes)
    t.expect.status(t.look("HeadObject", Key="posted"), 404)


@check(
    "create-bucket",
    proved_by=["public-bucket-made-at-once"],
    only=BY_HAND,
    level="should",
    spec=CODES,
)
def public_bucket_is_not_made_at_once(t: Trial) -> None:
    """CreateBucket with a public ACL: 400, for ownership or for the public access block."""
    name = t.bucket_name()
    public: dict[str, Any] = {"Bucket": name, "ACL": "public-read"}

    enforced = t.call("CreateBucket", **t.located(public))
    t.expect.error(enforced, 400, "InvalidBucketAclWithObjectOwnership")
    owned = t.call("CreateBucket", **t.located({**public, "ObjectOwnership": "ObjectWriter"}))
    t.expect.error(owned, 400, "InvalidBucketAclWithBlockPublicAccessError")
    t.expect.status(t.look("HeadBucket", Bucket=name), 404)


@check(
    "website",
    proved_by=["redirect-to-anywhere"],
    only=BY_HAND,
    level="should",
    spec="https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-to-page-redirect.html",
)
def redirect_of_an_object_is_a_path_or_a_page(t: Trial) -> None:
    """x-amz-website-redirect-location of another scheme: 400 InvalidRedirectLocation."""
    put: dict[str, Any] = {"Key": "key", "Body": b"x"}

    refused = t.call("PutObject", **put, WebsiteRedirectLocation="ftp://example.com/")
    t.expect.error(refused, 400, "InvalidRedirectLocation")
    t.expect.status(t.look("HeadObject", Key="key"), 404)
    t.expect.ok(t.call("PutObject", **put, WebsiteRedirectLocation="https://example.com/"))


@check(
    "storage-class",
    proved_by=["archived-objects-copied"],
    only=BY_HAND,
    spec=f"{API}/API_CopyObject.html",
)
def archived_object_is_not_copied(t: Trial) -> None:
    """CopyObject of a GLACIER object: 403 ObjectNotInActiveTierError, and there is no copy."""
    t.given.object("archived", b"x", StorageClass="GLACIER")

    got = t.call("CopyObject", Key="copy", CopySource=t.source("archived"))

    t.expect.error(got, 403, "ObjectNotInActiveTierError")
    t.expect.status(t.look("HeadObject", Key="copy"), 404)


@check(
    "restore-object",
    proved_by=["active-tier-restored"],
    only=BY_HAND,
    spec=f"{API}/API_RestoreObject.html",
)
def object_in_an_active_tier_is_not_restored(t: Trial) -> None:
    """RestoreObject of an INTELLIGENT_TIERING object that is not archived: 403, with its code."""
    t.given.object("key", b"x", StorageClass="INTELLIGENT_TIERING")

    got = t.call("RestoreObject", Key="key", RestoreRequest={"Tier": "Bulk"})

    t.expect.error(got, 403, "ObjectAlreadyInActiveTierError")


@check(
    "rename-object",
    proved_by=["rename-token-means-nothing"],
    only=("raw",),
    spec=f"{API}/API_RenameObject.html",
)
def token_of_a_rename_is_for_one_rename(t: Trial) -> None:
    """A client token that comes again with another rename: 400, and the object stays."""
    t.given.object("one", b"1")
    t.given.object("other", b"2")
    token = {"ClientToken": t.prefix.replace("/", "-")[:64]}

    done = t.call("RenameObject", Key="new", RenameSource=t.source("one"), **token)
    again = t.call("RenameObject", Key="newer", RenameSource=t.source("other"), **token)

    t.expect.ok(done)
    t.expect.error(again, 400, "IdempotencyParameterMismatch")
    t.expect.body(t.look("GetObject", Key="other"), b"2")


@check(
    "rename-object",
    proved_by=["rename-over-any-object"],
    only=("raw",),
    verified="observed",  # S3 renames in directory buckets only, and says nothing of others
    requests=16,
    spec=f"{API}/API_RenameObject.html",
)
def rename_keeps_to_its_conditions(t: Trial) -> None:
    """A condition on source or destination that does not hold: 412, and both stay as they are."""
    source, there = t.given.object("from", b"1"), t.given.object("to", b"2")
    past, future = "Mon, 01 Jan 2001 00:00:00 GMT", "Fri, 01 Jan 2100 00:00:00 GMT"
    now = t.look("HeadObject", Key="to").need_header("Last-Modified")
    rename: dict[str, Any] = {"Key": "to", "RenameSource": t.source("from")}
    for unmet in (
        {"SourceIfMatch": there.etag},
        {"SourceIfNoneMatch": source.etag},
        {"SourceIfModifiedSince": now},
        {"SourceIfUnmodifiedSince": past},
        {"DestinationIfMatch": source.etag},
        {"DestinationIfNoneMatch": "*"},
        {"DestinationIfModifiedSince": now},
        {"DestinationIfUnmodifiedSince": past},
    ):
        t.expect.error(t.call("RenameObject", **rename, **unmet), 412, "PreconditionFailed")
    t.expect.body(t.look("GetObject", Key="from"), b"1")
    t.expect.body(t.look("GetObject", Key="to"), b"2")
    met = {"SourceIfMatch": source.etag, "DestinationIfUnmodifiedSince": future}
    t.expect.ok(t.call("RenameObject", **rename, **met))
    t.expect.body(t.look("GetObject", Key="to"), b"1")


@check(
    "bucket-metrics",
    proved_by=["metrics-go-on-from-anywhere"],
    only=BY_HAND,
    requests=6,
    spec=f"{API}/API_ListBucketMetricsConfigurations.html",
)
def configurations_go_on_only_from_a_token(t: Trial) -> None:
    """A token that no list gave: 400 MalformedContinuationToken, for each kind of configuration."""
    bucket = t.given.bucket()
    for kind in ("Metrics", "Analytics", "Inventory", "IntelligentTiering"):
        operation = f"ListBucket{kind}Configurations"
        first = t.call(operation, Bucket=bucket)
        t.expect.member(first, "IsTruncated", False)
        got = t.call(operation, Bucket=bucket, ContinuationToken="no-such-token")
        t.expect.error(got, 400, "MalformedContinuationToken")
