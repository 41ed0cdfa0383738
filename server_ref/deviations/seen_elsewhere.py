"""Deviations that other suites look for: markers in folders, page sizes, lifetimes, limits."""

from __future__ import annotations

from server_ref.context import Context, Handler, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.bodies import accept
from server_ref.deviations.when import refuse_when, rewrite, swallow_when
from server_ref.model.routes import POST_OBJECT
from server_ref.seams import Seams

_LISTINGS = ("ListObjects", "ListObjectVersions", "ListMultipartUploads")


@deviation("marker-in-a-folder-lists-it", "A marker below a common prefix leaves the prefix in.")
def marker_in_a_folder_lists_it(server: Seams) -> None:
    @server.around(*_LISTINGS)
    def left_in(handler: Handler, ctx: Context, members: Members) -> Members:
        marker = str(members.get("Marker") or members.get("KeyMarker") or "")
        answer = handler(ctx, members)
        prefix, delimiter = str(members.get("Prefix") or ""), members.get("Delimiter")
        below = marker.removeprefix(prefix)
        if delimiter and marker.startswith(prefix) and str(delimiter) in below:
            folder = prefix + below.partition(str(delimiter))[0] + str(delimiter)
            found = [{"Prefix": folder}, *(answer.get("CommonPrefixes") or [])]
            return {**answer, "CommonPrefixes": found}
        return answer


def _nothing(members: Members) -> None:
    if members.get("Prefix") == "":
        members["Prefix"] = "\x00"


declare(
    "empty-prefix-matches-nothing",
    "An empty prefix is that of no key.",
    rewrite(("ListObjects", "ListObjectsV2"), _nothing),
)
declare(
    "max-parts-unchecked",
    "ListParts takes any max-parts, and lists nothing.",
    accept("ListParts", "InvalidArgument"),
)
declare(
    "max-buckets-unchecked",
    "ListBuckets takes any max-buckets, and lists nothing.",
    accept("ListBuckets", "InvalidArgument"),
)


def _small_letters(members: Members) -> None:
    if members.get("Prefix"):
        members["Prefix"] = members["Prefix"].lower()


declare(
    "bucket-prefixes-have-no-case",
    "ListBuckets compares its prefix in small letters.",
    rewrite("ListBuckets", _small_letters),
)
declare(
    "lifetime-of-any-kind",
    "A presigned URL whose parameters are no good is answered, with nothing.",
    accept("*", "AuthorizationQueryParametersError"),
)
declare(
    "forms-of-any-account",
    "A form that no right of its signer covers is taken, and nothing comes of it.",
    accept(POST_OBJECT, "AccessDenied"),
)


declare(
    "form-range-of-words",
    "content-length-range of words is taken, and nothing comes of it.",
    accept(POST_OBJECT, "AccessDenied", "content-length-range"),
)


def _bad_lock(_ctx: Context, members: Members) -> bool:
    return members.get("ObjectLockMode") == "BAD-VALUE"


declare(
    "lock-values-of-uploads-unchecked",
    "Uploads and copies do not look at a lock mode they do not know.",
    swallow_when(("CreateMultipartUpload", "CopyObject"), "InvalidArgument", _bad_lock),
)
declare(
    "attributes-of-any-name",
    "Attributes that there are none of are left out.",
    accept("GetObjectAttributes", "InvalidArgument"),
)


@deviation("sse-c-nothing-needs-no-key", "An empty object is read without its customer's key.")
def nothing_needs_no_key(server: Seams) -> None:
    @server.around("GetObject")
    def opened(handler: Handler, ctx: Context, members: Members) -> Members:
        found = ctx.store.head(ctx.store.bucket(members["Bucket"]), members["Key"])
        if found is not None and not found.size and not members.get("SSECustomerKey"):
            return {"ContentLength": 0, "ETag": '"0"', "Body": b""}
        return handler(ctx, members)


declare(
    "sse-s3-takes-a-kms-key",
    "The id of a KMS key beside AES256 is taken, and nothing comes of it.",
    swallow_when(
        "PutObject", "InvalidArgument", lambda _ctx, members: bool(members.get("SSEKMSKeyId"))
    ),
)
declare(
    "documents-of-no-bucket",
    "Tags of a bucket that is not there are taken, and nothing comes of it.",
    accept("PutBucketTagging", "NoSuchBucket"),
)
declare(
    "empty-types-refused",
    "An empty Content-Type is refused.",
    refuse_when(
        "PutObject",
        "InvalidArgument",
        lambda ctx, _members: ctx.request.headers.get("content-type") == "",
    ),
)
