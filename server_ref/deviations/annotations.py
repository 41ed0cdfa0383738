"""Deviations of annotations of objects."""

from __future__ import annotations

from server_ref.context import Context, Handler, Members
from server_ref.deviations import declare
from server_ref.deviations.steps import do_nothing, ignore_member, swallow_error
from server_ref.deviations.when import rewrite
from server_ref.seams import Seams


def _not_deleted(server: Seams) -> None:
    @server.around("DeleteObjectAnnotation")
    def forget(_handler: Handler, ctx: Context, _members: Members) -> Members:
        ctx.status = 204
        return {}


def _remember_names(server: Seams) -> None:
    """A listing of annotations has every name that was ever put, whatever became of it."""
    names: dict[tuple[str, str], set[str]] = {}

    @server.around("PutObjectAnnotation")
    def remember(handler: Handler, ctx: Context, members: Members) -> Members:
        found = names.setdefault((members["Bucket"], members["Key"]), set())
        found.add(members["AnnotationName"])
        return handler(ctx, members)

    @server.around("ListObjectAnnotations")
    def list_all(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        known = names.get((members["Bucket"], members["Key"]), set())
        answer["Annotations"] = [
            {"AnnotationName": name, "Size": 1, "LastModified": ctx.clock()}
            for name in sorted(known)
        ]
        return answer


declare(
    "annotation-not-kept",
    "PutObjectAnnotation keeps nothing.",
    do_nothing("PutObjectAnnotation"),
)
declare(
    "annotation-listed-without-prefix",
    "AnnotationPrefix is ignored.",
    ignore_member("ListObjectAnnotations", "AnnotationPrefix"),
)
declare(
    "annotation-missing-is-empty",
    "An annotation that is not there is an empty one.",
    swallow_error("GetObjectAnnotation", "NoSuchAnnotation"),
)
declare(
    "annotation-deleted-stays",
    "An annotation cannot be deleted.",
    _not_deleted,
)
declare(
    "annotation-names-unchecked",
    "Reserved names of annotations are accepted.",
    swallow_error("PutObjectAnnotation", "InvalidAnnotationName"),
)
declare(
    "annotation-bytes-unchecked",
    "An annotation may be any bytes.",
    swallow_error("PutObjectAnnotation", "UnsupportedMediaType"),
)
declare(
    "annotation-not-copied",
    "A copy has no annotations.",
    rewrite("CopyObject", lambda members: members.update(AnnotationDirective="EXCLUDE")),
)
declare(
    "annotation-outlives-its-object",
    "An object that replaces another has its annotations.",
    _remember_names,
)
