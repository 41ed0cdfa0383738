"""Query parameters of one operation on another: which S3 ignores, and how it refuses the rest.

A parameter that belongs to another operation is a request that was put together wrongly. To do
the operation without it may overwrite or delete what was not meant, so only what S3 is known to
ignore is ignored. What no operation has is not looked at, as S3 does.
"""

from __future__ import annotations

from server_ref.errors import S3Error
from server_ref.request import Request

# A read changes nothing. S3 answers it without them, but for those named below.
_READING = ("GET", "HEAD")
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
_MESSAGES = {
    "partNumber": "This operation does not accept partNumber without uploadId",
    "versionId": "This operation does not accept a version-id.",
}


_UPLOAD_METHODS = "DELETE, POST, GET"  # of ?uploadId alone, in S3's order


def refuse_conflict(query: dict[str, str]) -> None:
    """Raises S3Error InvalidArgument where a query names all uploads and one of them.

    https://github.com/versity/versitygw/issues/2155
    """
    if "uploads" in query and "uploadId" in query:
        raise S3Error(
            "InvalidArgument",
            "Conflicting query string parameters: uploadId, uploads",
            ArgumentName="ResourceType",
            ArgumentValue="uploadId",
        )


def refuse(operation: str, request: Request, strangers: list[str]) -> None:
    """Raises S3Error InvalidArgument or MethodNotAllowed unless S3 ignores all of these.

    ``strangers`` are parameters of the model that ``operation`` does not have, in their order.
    """
    query = request.query
    if operation == "ListObjects" and "start-after" in query:
        raise S3Error(  # https://github.com/versity/versitygw/issues/2004
            "InvalidArgument",
            "startAfter only supported in REST.GET.BUCKET with list-type=2",
            ArgumentName="start-after",
            ArgumentValue=query["start-after"],
        )
    if request.method in _READING:
        return
    if operation in ("PutObject", "CopyObject") and "uploadId" in strangers:
        raise S3Error(  # half of a part: https://github.com/versity/versitygw/issues/1236
            "MethodNotAllowed",
            headers={"Allow": _UPLOAD_METHODS},
            Method=request.method,
            ResourceType="UPLOAD",
        )
    name = next((one for one in strangers if one not in IGNORED), None)
    if name is not None:
        raise S3Error(
            "InvalidArgument",
            _MESSAGES.get(name, f"This operation does not accept the query parameter {name}."),
            ArgumentName=name,
            ArgumentValue=query[name],
        )
