"""Query parameters of one operation on another: which S3 ignores, and how it refuses the rest.

A parameter that belongs to another operation is a request that was put together wrongly. To do
the operation without it may overwrite or delete what was not meant, so only what S3 is known to
ignore is ignored. What no operation has is not looked at, as S3 does.
"""

from __future__ import annotations

from server_ref.errors import S3Error
from server_ref.model import subresources, values
from server_ref.request import Request

# A read changes nothing. S3 answers it without them, but for those named below.
READING = ("GET", "HEAD")
# Ignored by S3 on writes, too: they are about an answer that a write does not have.
IGNORED = frozenset(
    {
        *("response-cache-control", "response-content-disposition", "response-content-encoding"),
        *("response-content-language", "response-content-type", "response-expires"),
    }
)
# What S3 says of parameters out of place.
# https://github.com/versity/versitygw/issues/1237 and https://github.com/scality/cloudserver/pull/698
# quote its answers.
_NO_VERSION = "Invalid version id specified"
_MESSAGES = {
    "partNumber": "This operation does not accept partNumber without uploadId",
    "versionId": "This operation does not accept a version-id.",
}


# What says how large a page of a bucket's listing is, by its sub-resource.
_SIZES = {"": "max-keys", "versions": "max-keys", "uploads": "max-uploads"}
# Operations of a bucket that read versionId once there is the bucket, though none has one.
_READ_LATE = (("PUT", "acl"), ("POST", "restore"))

# Parameters of one version of the listing on the other.
# https://github.com/versity/versitygw/issues/2004 and https://github.com/brekkylab/backlot/pull/118
_ONLY = {
    "ListObjects": {
        "continuation-token": "continuation-token only supported in REST.GET.BUCKET with"
        " list-type=2",
        "start-after": "startAfter only supported in REST.GET.BUCKET with list-type=2",
    },
    "ListObjectsV2": {"marker": "Marker unsupported with REST.GET.BUCKET in list-type=2"},
}


class OfQueryError(S3Error):
    """A refusal of the query itself, which S3 gives before it looks at the signature.

    Measured for https://github.com/brekkylab/backlot with a signature that is wrong.
    """


class OfBucketError(S3Error):
    """A refusal that is said of a bucket that is there; otherwise it is NoSuchBucket."""


def marks(query: dict[str, str], flags: list[str], scope: str, method: str) -> list[str]:
    """The parameters that say what is asked for: sub-resources, uploads and parts.

    S3 takes one of them, but for a part of an upload.
    """
    found = list(flags)
    if "uploadId" in query and scope != "service":
        found.append("uploadId")
    read = method in READING
    if "partNumber" in query and (
        "uploadId" in query
        or (scope == "bucket" and flags)
        or (scope == "object" and read and found)
    ):
        found.append("partNumber")
    if "annotationName" in query and scope == "object" and read and "annotation" not in query:
        found.append("annotationName")
    return found


def refuse_out_of_place(query: dict[str, str], flags: list[str], scope: str, method: str) -> None:
    """Raises S3Error for a parameter that no request to this path has.

    https://github.com/brekkylab/backlot/pull/118 has what S3 answers.
    """
    if scope == "service":
        return
    if query.get("website"):
        raise OfQueryError(
            "InvalidArgument",
            "The website parameter must not have a value",
            ArgumentName="website",
            ArgumentValue=query["website"],
        )
    flag = flags[0] if flags else ""
    if scope == "bucket":
        if method in READING and flag in _SIZES:
            _check_size(query, _SIZES[flag])
        if method == "GET" and flag == "versions":
            _check_version_marker(query)
        _refuse_at_bucket(query, flag, method)
    else:
        if flag == "uploads" and method == "GET" and "versionId" not in query:
            raise OfBucketError(
                "InvalidRequest", "Key is not expected for the GET method ?uploads subresource"
            )
        if "annotationName" in query and method in READING and "annotation" not in query:
            raise OfQueryError(
                "InvalidArgument",
                "Unexpected query string parameter",
                ArgumentName="ResourceType",
                ArgumentValue="annotationName",
            )
        if "versionId" in query and (
            "uploadId" in query or (method in READING and subresources.versionless(flag))
        ):
            raise _version(OfQueryError, _MESSAGES["versionId"], query)


def _refuse_at_bucket(query: dict[str, str], flag: str, method: str) -> None:
    """Raises S3Error for what is a key's, or a version's."""
    if "partNumber" in query and "uploadId" not in query:
        raise OfQueryError("InvalidRequest", "Object must have a valid key name.")
    if "versionId" in query and (flag or "uploadId" in query or method != "POST"):
        if (method, flag) in _READ_LATE:
            raise _version(OfBucketError, _NO_VERSION, query)
        of_acl = flag == "acl" and method in READING
        raise _version(OfQueryError, _NO_VERSION if of_acl else _MESSAGES["versionId"], query)
    if "uploadId" in query and "partNumber" not in query and method in ("GET", "POST", "DELETE"):
        raise OfBucketError("InvalidRequest", "A key must be specified")
    if flag == "restore" and method == "POST":
        raise OfBucketError("UserKeyMustBeSpecified", "User key must be specified.")
    if flag == "torrent" and method == "GET":
        raise OfBucketError("MethodNotAllowed", Method=method, ResourceType="TORRENT")


def _version(kind: type[S3Error], message: str, query: dict[str, str]) -> S3Error:
    return kind(
        "InvalidArgument", message, ArgumentName="versionId", ArgumentValue=query["versionId"]
    )


def _check_size(query: dict[str, str], name: str) -> None:
    """The size of a page is read before all else in a listing. Raises S3Error InvalidArgument."""
    try:
        values.parse_parameter(query.get(name) or "0")
    except ValueError:
        raise OfQueryError(
            "InvalidArgument",
            values.UNREAD_NUMBER.format(name=name),
            ArgumentName=name,
            ArgumentValue=query[name],
        ) from None


def _check_version_marker(query: dict[str, str]) -> None:
    """A marker of a version goes with one of a key, which may be empty, and is not empty itself.

    Raises S3Error InvalidArgument. https://github.com/versity/versitygw/issues/2174
    """
    marker = query.get("version-id-marker")
    if marker is None or (marker and "key-marker" in query):
        return
    raise OfQueryError(
        "InvalidArgument",
        "A version-id marker cannot be empty."
        if "key-marker" in query
        else "A version-id marker cannot be specified without a key marker.",
        ArgumentName="version-id-marker",
        ArgumentValue=marker,
    )


def refuse(operation: str, request: Request, strangers: list[str]) -> None:
    """Raises S3Error InvalidArgument or MethodNotAllowed unless S3 ignores all of these.

    ``strangers`` are parameters of the model that ``operation`` does not have, in their order.
    """
    query = request.query
    if operation == "HeadBucket":  # the parameters of a listing count for it
        operation = "ListObjectsV2" if query.get("list-type") == "2" else "ListObjects"
    for name, message in _ONLY.get(operation, {}).items():
        if name in query:
            raise OfQueryError("InvalidArgument", message, ArgumentName=name)
    if request.method in READING:
        return
    half_of_a_part = operation in ("PutObject", "CopyObject") or (
        operation == "CreateBucket" and "partNumber" not in query
    )
    if half_of_a_part and "uploadId" in strangers:
        raise S3Error(  # https://github.com/versity/versitygw/issues/1236
            "MethodNotAllowed",
            headers=subresources.allow({"DELETE", "POST", "GET"}),
            Method=request.method,
            ResourceType="UPLOAD",
        )
    stranger = next((one for one in strangers if one not in IGNORED), None)
    if stranger is not None:
        raise S3Error(
            "InvalidArgument",
            _MESSAGES.get(
                stranger, f"This operation does not accept the query parameter {stranger}."
            ),
            ArgumentName=stranger,
            ArgumentValue=query[stranger],
        )
