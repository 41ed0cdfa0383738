"""Deviations of requests that S3 refuses by a code of their own: each is taken instead."""

from __future__ import annotations

from server_ref.deviations import declare
from server_ref.deviations.steps import ignore_member, replace_error
from server_ref.deviations.when import success_for_error

declare(
    "form-that-is-none-taken",
    "A form that is none is answered with success.",
    success_for_error("*", "MalformedPOSTRequest", 204),
)
declare(
    "form-of-any-length-taken",
    "A form with fields of any length is answered with success.",
    success_for_error("*", "MaxPostPreDataLengthExceeded", 204),
)
declare(
    "public-bucket-made-at-once",
    "CreateBucket with a public ACL is answered with success.",
    success_for_error("CreateBucket", "InvalidBucketAclWithBlockPublicAccessError", 200),
)
declare(
    "redirect-to-anywhere",
    "A redirect to another scheme is answered with success.",
    success_for_error("PutObject", "InvalidRedirectLocation", 200),
)
declare(
    "archived-objects-copied",
    "A copy of an archived object says that its state is wrong, and not which.",
    replace_error("CopyObject", "ObjectNotInActiveTierError", "InvalidObjectState"),
)
declare(
    "active-tier-restored",
    "A restore of an object in an active tier is answered with success.",
    success_for_error("RestoreObject", "ObjectAlreadyInActiveTierError", 202),
)
declare(
    "rename-token-means-nothing",
    "The client token of a rename is not looked at.",
    ignore_member("RenameObject", "ClientToken"),
)
declare(
    "rename-over-any-object",
    "If-None-Match of a rename is not looked at.",
    ignore_member("RenameObject", "DestinationIfNoneMatch"),
)
declare(
    "metrics-go-on-from-anywhere",
    "A list of metrics takes any continuation token for none.",
    ignore_member("ListBucketMetricsConfigurations", "ContinuationToken"),
)
