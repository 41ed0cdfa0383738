"""Deviations of how a part's ETag is written and read."""

from __future__ import annotations

from server_ref.context import Context, Members
from server_ref.deviations import declare
from server_ref.deviations.bodies import accept
from server_ref.deviations.steps import edit_body, set_header
from server_ref.deviations.when import refuse_when

_COMPLETE = "CompleteMultipartUpload"
_UPLOADS = ("UploadPart", "ListParts", _COMPLETE)


def _unquoted(_ctx: Context, members: Members) -> bool:
    parts = (members.get("MultipartUpload") or {}).get("Parts") or ()
    return any(not part["ETag"].startswith('"') for part in parts)


declare(
    "etags-of-parts-need-quotes",
    "A completion finds no part whose ETag is named without quotes.",
    refuse_when(_COMPLETE, "InvalidPart", _unquoted),
)
declare(
    "parts-completed-without-etag",
    "A completion may lack a part's ETag or number, and nothing comes of it.",
    accept(_COMPLETE, "MalformedXML"),
)
declare(
    "etags-of-parts-unquoted",
    "ETags of an upload are sent without their quotes.",
    edit_body(_UPLOADS, lambda body: body.replace(b"&quot;", b"")),
    set_header("UploadPart", "ETag", lambda etag: etag.strip('"')),
)
