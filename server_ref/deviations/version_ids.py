"""Deviations of version ids and customers' keys: not looked at, or where none belong."""

from __future__ import annotations

from server_ref.context import Context, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.steps import ignore_member
from server_ref.deviations.when import refuse_when
from server_ref.errors import S3Error
from server_ref.request import Request
from server_ref.seams import Route, Seams


def _with_a_key(ctx: Context, _members: Members) -> bool:
    return "x-amz-server-side-encryption-customer-key" in ctx.request.headers


declare(
    "tags-removed-whatever-the-version",
    "DeleteObjectTagging takes the current version's tags, whatever version was named.",
    ignore_member("DeleteObjectTagging", "VersionId"),
)
declare(
    "hold-put-whatever-the-version",
    "PutObjectLegalHold holds the current version, whatever version was named.",
    ignore_member("PutObjectLegalHold", "VersionId"),
)
declare(
    "customers-key-of-tags-breaks",
    "A customer's key in a request for tags is an error of the server's.",
    refuse_when("GetObjectTagging", "InternalError", _with_a_key),
)


@deviation(
    "version-id-of-an-upload-breaks",
    "A version id in a request for an upload's parts is an error of the server's.",
)
def version_id_of_an_upload_breaks(server: Seams) -> None:
    @server.around_route
    def broken(route: Route, request: Request) -> str:
        if {"uploadId", "versionId"} <= request.query.keys():
            raise S3Error("InternalError")
        return route(request)
