"""Deviations that destroy data: a sub-resource is not seen, and the operation under it is done."""

from __future__ import annotations

from collections.abc import Callable, Collection

from server_ref.context import Members
from server_ref.deviations import Change, declare, deviation
from server_ref.deviations.steps import ignore_member
from server_ref.deviations.when import subresource_ignored
from server_ref.request import Request
from server_ref.seams import Seams

OF_A_BUCKET = (
    "acl",
    "analytics",
    "cors",
    "encryption",
    "intelligent-tiering",
    "inventory",
    "lifecycle",
    "metadataConfiguration",
    "metadataTable",
    "metrics",
    "ownershipControls",
    "policy",
    "publicAccessBlock",
    "replication",
    "tagging",
    "website",
)
_WITH_THEM = ("annotationName", "id", "partNumber")  # what such a server does not see, either
OF_AN_OBJECT = ("acl", "annotation", "legal-hold", "retention", "tagging")


def _unseen(method: str, names: Collection[str], *, of_object: bool) -> Change:
    """These sub-resources of an object, or of a bucket, are not seen on this method."""

    def step(server: Seams) -> None:
        @server.on_request
        def blind(request: Request) -> None:
            if request.method == method and bool(request.key) is of_object:
                for name in (*names, *_WITH_THEM):
                    request.query.pop(name, None)

    return step


declare(
    "bucket-subresource-delete-falls-through",
    "DELETE of any sub-resource of a bucket is done as a DELETE of the bucket.",
    _unseen("DELETE", OF_A_BUCKET, of_object=False),
)


@deviation(
    "bucket-subresource-put-falls-through",
    "PUT of any sub-resource of a bucket is done as a PUT of the bucket, its body not looked at.",
)
def bucket_put_falls_through(server: Seams) -> None:
    """The body is not CreateBucket's, whose parser would refuse it."""
    _unseen("PUT", OF_A_BUCKET, of_object=False)(server)

    @server.around_parse
    def parse(plain: Callable[[Request, str], Members], request: Request, op: str) -> Members:
        return {"Bucket": request.bucket} if op == "CreateBucket" else plain(request, op)


declare(
    "object-subresource-delete-falls-through",
    "DELETE of any sub-resource of an object is done as a DELETE of the object.",
    _unseen("DELETE", OF_AN_OBJECT, of_object=True),
)
declare(
    "object-subresource-put-falls-through",
    "PUT of any sub-resource of an object is done as a PUT of the object.",
    _unseen("PUT", OF_AN_OBJECT, of_object=True),
)
declare(
    "abort-falls-through",
    "Aborting an upload deletes the object of the same key.",
    subresource_ignored("DELETE", "uploadId"),
)
declare(
    "part-falls-through",
    "A part is stored as the object of the same key.",
    subresource_ignored("PUT", "uploadId"),
    subresource_ignored("PUT", "partNumber"),
)
declare(
    "delete-ignores-version",
    "DELETE of one version deletes the object, whichever version was named.",
    ignore_member("DeleteObject", "VersionId"),
)
