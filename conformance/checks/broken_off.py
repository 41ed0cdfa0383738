"""Checks of uploads that break off: what came of them is nowhere, and what was there stays.

The connection ends on the client's side in the middle of the body, as when a program is killed.
"""

from __future__ import annotations

from conformance.checks.given_uploads import given_upload
from conformance.trial import Answer, Trial, check

API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
RAW = ("raw",)


def _broken_off(t: Trial, path: str, query: str = "") -> Answer:
    """A PUT that announces ten bytes, sends five and ends; what came as an answer, if any."""
    head = {"Content-Length": "10"}
    made = t.signed(
        "PUT", path, query=query, headers=head, body=b"01234", payload_hash="UNSIGNED-PAYLOAD"
    )
    return t.wire(made, hang_up=True).first


@check(
    "put-object", proved_by=["broken-uploads-stored"], only=RAW, spec=f"{API}/API_PutObject.html"
)
def upload_that_breaks_off_writes_nothing(t: Trial) -> None:
    """PUT that announces ten bytes and ends after five: no object, and an older one stays."""
    # elastic's snapshots met it: versity/versitygw issue 2414
    t.given.object("there", b"the object before")

    for name in ("absent", "there"):
        got = _broken_off(t, f"/{t.bucket}/{t.key(name)}")
        t.expect.true(not 200 <= got.status < 300, "the upload is not confirmed", of=got)

    t.expect.status(t.look("HeadObject", Key="absent"), 404)
    t.expect.body(t.look("GetObject", Key="there"), b"the object before")


@check("multipart-upload", proved_by=["broken-uploads-stored"], only=RAW, spec=(
    f"{API}/API_UploadPart.html"
))  # fmt: skip
def part_that_breaks_off_is_no_part(t: Trial) -> None:
    """UploadPart that announces ten bytes and ends after five: the upload has no such part."""
    upload = given_upload(t, "joined")
    path = f"/{t.bucket}/{t.key('joined')}"

    got = _broken_off(t, path, f"partNumber=1&uploadId={upload}")

    t.expect.true(not 200 <= got.status < 300, "the part is not confirmed", of=got)
    listed = t.look("ListParts", Key="joined", UploadId=upload)
    t.expect.member(listed, "Parts || `[]`", [])
