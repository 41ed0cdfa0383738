"""How AIStore copies: nothing but the source is looked at, and parts cannot be copied."""

from __future__ import annotations

from server_ref.aistore.errors import AISError
from server_ref.context import Context, Handler, Members
from server_ref.deviations.aistore import difference, differs
from server_ref.deviations.steps import ignore_member
from server_ref.deviations.when import rewrite
from server_ref.errors import S3Error
from server_ref.seams import Seams


@differs("ais-copy-answer", "The answer of CopyObject is a time and an ETag without quotes.")
def ais_copy_answer(server: Seams) -> None:
    @server.around("CopyObject")
    def bare(handler: Handler, ctx: Context, members: Members) -> Members:
        result = handler(ctx, members)["CopyObjectResult"]
        return {
            "CopyObjectResult": {
                "LastModified": result["LastModified"],
                "ETag": result["ETag"].strip('"'),
            }
        }


@differs("ais-copy-missing-source-400", "A copy of what is not there is a bad request.")
def ais_copy_missing_source_400(server: Seams) -> None:
    @server.around("CopyObject")
    def refused(handler: Handler, ctx: Context, members: Members) -> Members:
        try:
            return handler(ctx, members)
        except S3Error as error:
            if error.code != "NoSuchKey":
                raise
            raise AISError("ErrNotFound", f"{members['CopySource']} does not exist", 400) from error


difference(
    "ais-copy-members-ignored",
    "A copy does not look at conditions, directives and the source's version.",
    ignore_member(
        "CopyObject",
        "CopySourceIfMatch",
        "CopySourceIfNoneMatch",
        "CopySourceIfModifiedSince",
        "CopySourceIfUnmodifiedSince",
        "MetadataDirective",
        "TaggingDirective",
    ),
    rewrite(
        "CopyObject",
        lambda members: members.update(CopySource=members["CopySource"].partition("?")[0]),
    ),
)
difference(
    "ais-copy-plus-is-space",
    "A plus in the source of a copy is read as a space.",
    rewrite(
        "CopyObject",
        lambda members: members.update(CopySource=members["CopySource"].replace("+", " ")),
    ),
)


@differs("ais-upload-part-copy-501", "UploadPartCopy is not implemented.")
def ais_upload_part_copy_501(server: Seams) -> None:
    @server.around("UploadPartCopy")
    def refused(_handler: Handler, _ctx: Context, _members: Members) -> Members:
        raise AISError("", "UploadPartCopy is not supported", 501)
