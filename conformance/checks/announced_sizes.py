"""Checks of bodies that are announced to be larger than S3 takes: refused before they are sent."""

from __future__ import annotations

from conformance.checks.given_uploads import LIMITS, given_upload
from conformance.trial import Answer, Trial, check

RAW = ("raw",)
# The limit is documented. That S3 refuses before a byte of the body came is not.
OBSERVED = "observed"
MOST = 5 * 1024**3  # bytes of one PUT, and of one part


def _announced(t: Trial, path: str, query: str = "") -> Answer:
    """The head of a PUT that waits for 100 Continue with 5 GiB and a byte, and no body."""
    request = t.signed(
        "PUT",
        path,
        query=query,
        headers={
            "Content-Length": str(MOST + 1),
            "Expect": "100-continue",
            "Connection": "close",
        },
        payload_hash="UNSIGNED-PAYLOAD",
    )
    return t.wire(request).first


@check("put-object", proved_by=["sizes-unlimited"], only=RAW, spec=LIMITS, verified=OBSERVED)
def object_over_five_gib_is_refused_unsent(t: Trial) -> None:
    """PUT that announces 5 GiB and a byte, and waits to send it: 400 EntityTooLarge."""
    got = _announced(t, f"/{t.bucket}/{t.key('large')}")

    t.expect.error(got, 400, "EntityTooLarge", MaxSizeAllowed=str(MOST))
    t.expect.status(t.look("HeadObject", Key="large"), 404)


@check("multipart-upload", proved_by=["sizes-unlimited"], only=RAW, spec=LIMITS, verified=OBSERVED)
def part_over_five_gib_is_refused_unsent(t: Trial) -> None:
    """A part that announces 5 GiB and a byte, and waits to send it: 400 EntityTooLarge."""
    upload = given_upload(t, "joined")

    got = _announced(t, f"/{t.bucket}/{t.key('joined')}", f"partNumber=1&uploadId={upload}")

    t.expect.error(got, 400, "EntityTooLarge")
    t.expect.member(t.look("ListParts", Key="joined", UploadId=upload), "Parts || `[]`", [])
