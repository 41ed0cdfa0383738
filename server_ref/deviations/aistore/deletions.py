"""How AIStore deletes many objects: what was named is told as deleted."""

from __future__ import annotations

from server_ref.aistore.documents import Again, renamed
from server_ref.context import Context, Handler, Members
from server_ref.deviations.aistore import differs
from server_ref.model.document import read as read_document
from server_ref.model.parse import read_whole
from server_ref.request import Request
from server_ref.seams import Parse, Seams, Serialise, Serialised

_OF_NONE = "OfNone"  # in place of the answer's members
_AT_ONCE = 1000  # keys of one deletion of S3's


@differs("ais-delete-of-none-200", "DeleteObjects of no key is answered with 200 and no document.")
def ais_delete_of_none_200(server: Seams) -> None:
    @server.around_parse
    def lenient(parse: Parse, request: Request, operation: str) -> Members:
        if operation != "DeleteObjects":
            return parse(request, operation)
        text = read_whole(request)
        if text and all(child.name != "Object" for child in read_document(text).children):
            return {"Bucket": request.bucket, "Delete": {"Objects": []}}
        request.body = Again(text)
        return parse(request, operation)

    @server.around("DeleteObjects")
    def nothing(handler: Handler, ctx: Context, members: Members) -> Members:
        return handler(ctx, members) if members["Delete"]["Objects"] else {_OF_NONE: True}

    @server.around_serialise("DeleteObjects")
    def empty(plain: Serialise, operation: str, answer: Members) -> Serialised:
        return (200, {}, b"") if _OF_NONE in answer else plain(operation, answer)


@differs("ais-delete-all-reported", "DeleteObjects tells every key as deleted, Quiet or not.")
def ais_delete_all_reported(server: Seams) -> None:
    @server.around("DeleteObjects")
    def told(handler: Handler, ctx: Context, members: Members) -> Members:
        asked = (members.get("Delete") or {}).get("Objects") or []
        for at in range(0, len(asked), _AT_ONCE):
            some = [{"Key": one["Key"]} for one in asked[at : at + _AT_ONCE] if one.get("Key")]
            if some:
                handler(ctx, {"Bucket": members["Bucket"], "Delete": {"Objects": some}})
        return {"Deleted": [{"Key": one.get("Key", "")} for one in asked]}


_ROOTS = {
    "CompleteMultipartUpload": "CompleteMultipartUpload",
    "DeleteObjects": "Delete",
    "PutBucketVersioning": "VersioningConfiguration",
}


@differs("ais-documents", "A document's root may have any name; one that breaks off: SyntaxError.")
def ais_documents(server: Seams) -> None:
    @server.around_parse
    def any_root(parse: Parse, request: Request, operation: str) -> Members:
        if operation in _ROOTS:
            request.body = Again(renamed(read_whole(request), _ROOTS[operation]))
        return parse(request, operation)
