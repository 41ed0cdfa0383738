"""Operations of other bucket types and services: refused as S3 refuses them on this kind.

Directory buckets, Object Lambda and BitTorrent (which S3 itself gave up) are not here.
"""

from __future__ import annotations

from typing import NoReturn

from server_ref.context import Context, Members
from server_ref.errors import S3Error
from server_ref.operations import operation


def _refuse(resource_type: str, names: tuple[str, ...]) -> None:
    def refuse(ctx: Context, _members: Members) -> NoReturn:
        raise S3Error("MethodNotAllowed", Method=ctx.request.method, ResourceType=resource_type)

    for name in names:
        operation(name)(refuse)


_refuse("SERVICE", ("ListDirectoryBuckets", "WriteGetObjectResponse"))
_refuse("BUCKET", ("CreateSession",))
_refuse("TORRENT", ("GetObjectTorrent",))
