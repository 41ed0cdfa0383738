"""Deviations of one operation among many in what all operations share."""

from __future__ import annotations

from server_ref.context import Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.steps import ignore_member
from server_ref.deviations.when import anonymous, refuse_when, success_for_error
from server_ref.request import Request
from server_ref.seams import Parse, Seams

declare(
    "metrics-of-no-bucket",
    "A bucket that does not exist has an empty list of metrics.",
    success_for_error("ListBucketMetricsConfigurations", "NoSuchBucket", 200),
)
declare(
    "attributes-of-no-object",
    "An object that does not exist has attributes, and all are empty.",
    success_for_error("GetObjectAttributes", "NoSuchKey", 200),
)
declare(
    "analytics-listed-for-anybody",
    "Anybody may list a bucket's analytics.",
    anonymous("ListBucketAnalyticsConfigurations", None),
)


@deviation("configurations-of-any-owner", "The expected owner is not compared by configurations.")
def any_owner(server: Seams) -> None:
    @server.around_parse
    def unasked(parse: Parse, request: Request, operation: str) -> Members:
        members = parse(request, operation)
        if operation.startswith("ListBucket"):
            members.pop("ExpectedBucketOwner", None)
        return members


@deviation(
    "expected-owner-of-documents-ignored", "Who puts a bucket's settings is not asked whose it is."
)
def documents_of_any_owner(server: Seams) -> None:
    @server.around_parse
    def unasked(parse: Parse, request: Request, operation: str) -> Members:
        if operation.startswith("PutBucket"):
            request.headers.pop("x-amz-expected-bucket-owner", None)
        return parse(request, operation)


declare(
    "payer-header-refused",
    "Who says that it pays may not read the attributes of an object.",
    refuse_when("GetObjectAttributes", "AccessDenied", lambda _ctx, m: "RequestPayer" in m),
)
declare(
    "versions-of-lists-ignored",
    "GetObjectAcl answers for the current version, whatever version was named.",
    ignore_member("GetObjectAcl", "VersionId"),
)
declare(
    "broken-metrics-taken",
    "A configuration of metrics that is no XML is answered with success.",
    success_for_error("PutBucketMetricsConfiguration", "MalformedXML", 200),
)
declare(
    "no-document-taken",
    "Who pays may be put without a document.",
    success_for_error("PutBucketRequestPayment", "MissingRequestBodyError", 200),
    success_for_error("PutBucketRequestPayment", "MalformedXML", 200),
)
declare(
    "digest-of-tags-unread",
    "A Content-MD5 of tags that cannot be read is not looked at.",
    success_for_error("PutBucketTagging", "InvalidDigest", 200),
)
declare(
    "digest-of-documents-not-compared",
    "Who pays is changed whatever the digest of its document says.",
    success_for_error("PutBucketRequestPayment", "BadDigest", 200),
)
