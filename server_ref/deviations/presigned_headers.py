"""Deviations of what the query of a presigned request stands for."""

from __future__ import annotations

from collections.abc import Callable, Collection

from server_ref.context import Members
from server_ref.deviations import Change, declare, deviation
from server_ref.request import Request
from server_ref.seams import Seams


def _not_from_query(names: Collection[str], prefix: str = "\0") -> Change:
    """These headers do not count where the query has them."""

    def step(server: Seams) -> None:
        @server.around_parse
        def parse(plain: Callable[[Request, str], Members], request: Request, op: str) -> Members:
            for name in request.query:
                lowered = name.lower()
                if lowered in names or lowered.startswith(prefix):
                    request.headers.pop(lowered, None)
            return plain(request, op)

    return step


declare(
    "presigned-conditions-ignored",
    "Conditions in the query of a presigned request are not looked at.",
    _not_from_query(("if-match", "if-none-match")),
)
declare(
    "presigned-metadata-ignored",
    "Metadata in the query of a presigned request is not kept.",
    _not_from_query((), "x-amz-meta-"),
)


@deviation("presigned-tags-taken", "Tags in the query of a presigned request are the object's.")
def presigned_tags(server: Seams) -> None:
    @server.around_parse
    def parse(plain: Callable[[Request, str], Members], request: Request, op: str) -> Members:
        tags = request.query.get("x-amz-tagging")
        if tags is not None:
            request.headers.setdefault("x-amz-tagging", tags)
        return plain(request, op)
