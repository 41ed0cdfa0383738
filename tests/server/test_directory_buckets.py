"""What only directory buckets have is refused of any other, and nothing comes of it."""

from __future__ import annotations

from typing import Any

import pytest

from server_ref.server import S3Server
from tests.server.byhand import ask
from tests.server.conftest import OTHER, OWNER


@pytest.mark.parametrize("offset", ["0", "5", "3"])
def test_an_append_replaces_nothing(server: S3Server, owner: Any, bucket: str, offset: str) -> None:
    owner.put_object(Bucket=bucket, Key="key", Body=b"first")
    refused = ask(
        server, "PUT", f"/{bucket}/key", b"more", by=OWNER, x_amz_write_offset_bytes=offset
    )
    assert (refused.status, refused.error["Code"]) == (501, "NotImplemented")
    assert owner.get_object(Bucket=bucket, Key="key")["Body"].read() == b"first"


@pytest.mark.parametrize("time", ["Mon, 01 Jan 2001 00:00:00 GMT", "2001-01-01T00:00:00Z", "x", ""])
def test_an_abort_on_condition_aborts_nothing(
    server: S3Server, owner: Any, bucket: str, time: str
) -> None:
    begun = owner.create_multipart_upload(Bucket=bucket, Key="key")["UploadId"]
    refused = ask(
        server,
        "DELETE",
        f"/{bucket}/key?uploadId={begun}",
        by=OWNER,
        x_amz_if_match_initiated_time=time,
    )
    assert (refused.status, refused.error["Code"]) == (501, "NotImplemented")
    assert owner.list_multipart_uploads(Bucket=bucket)["Uploads"]


def test_a_session_of_any_other_bucket_is_its_listing(
    server: S3Server, owner: Any, bucket: str
) -> None:
    """Writes with it stay refused: what S3 makes of them nobody has measured."""
    owner.put_object(Bucket=bucket, Key="key", Body=b"first")

    listed = ask(server, "GET", f"/{bucket}?session", by=OWNER)
    assert listed.status == 200
    assert b"<ListBucketResult" in listed.body and b"<Key>key</Key>" in listed.body
    assert ask(server, "HEAD", f"/{bucket}?session", by=OWNER).status == 200
    assert ask(server, "GET", f"/{bucket}?session", by=OTHER).status == 403
    for method in ("PUT", "POST", "DELETE"):
        assert ask(server, method, f"/{bucket}?session", by=OWNER).status == 405
