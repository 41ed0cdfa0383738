"""How AIStore deletes many objects: what was named is told as deleted."""

from __future__ import annotations

from server_ref.context import Context, Handler, Members
from server_ref.deviations.aistore import differs
from server_ref.seams import Seams


@differs("ais-delete-of-none-200", "DeleteObjects of no key is answered with 200.")
def ais_delete_of_none_200(server: Seams) -> None:
    @server.around("DeleteObjects")
    def nothing(handler: Handler, ctx: Context, members: Members) -> Members:
        return handler(ctx, members) if (members.get("Delete") or {}).get("Objects") else {}


@differs("ais-delete-all-reported", "DeleteObjects tells every key as deleted, Quiet or not.")
def ais_delete_all_reported(server: Seams) -> None:
    @server.around("DeleteObjects")
    def told(handler: Handler, ctx: Context, members: Members) -> Members:
        asked = (members.get("Delete") or {}).get("Objects") or []
        handler(ctx, members)
        return {"Deleted": [{"Key": one["Key"]} for one in asked]}
