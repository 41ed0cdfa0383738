"""AIStore's versioning: a property of the bucket that keeps a number, and never an old version."""

from __future__ import annotations

from server_ref.aistore import properties
from server_ref.context import Context, Handler, Members
from server_ref.deviations.aistore import differs
from server_ref.seams import Seams


@differs("ais-versioning-is-a-property", "Versioning is Enabled from the start and keeps nothing.")
def ais_versioning_is_a_property(server: Seams) -> None:
    @server.around("GetBucketVersioning")
    def told(_handler: Handler, ctx: Context, members: Members) -> Members:
        enabled = properties.of(ctx.store, ctx.store.bucket(members["Bucket"])).versioning
        return {"Status": "Enabled" if enabled else "Suspended"}

    @server.around("PutBucketVersioning")
    def put(_handler: Handler, ctx: Context, members: Members) -> Members:
        wanted = (members.get("VersioningConfiguration") or {}).get("Status")
        bucket = ctx.store.bucket(members["Bucket"])
        properties.change(ctx.store, bucket, versioning=wanted == "Enabled")
        return {}
