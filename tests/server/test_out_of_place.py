"""What a client library would not send: bad escapes, bodies in chunks where there is no body."""

from __future__ import annotations

from typing import Any

import pytest

from server_ref.server import S3Server
from tests.server.byhand import ask


@pytest.mark.parametrize("source", ["%zz", "a%", "%ff", "key?versionId=%zz"])
def test_a_source_that_cannot_be_decoded(
    owner: Any, server: S3Server, bucket: str, source: str
) -> None:
    owner.put_object(Bucket=bucket, Key="\ufffd", Body=b"another")
    owner.put_object(Bucket=bucket, Key="key", Body=b"another")
    named = f"/{bucket}/{source}"
    copied = ask(server, "PUT", f"/{bucket}/to", x_amz_copy_source=named)
    assert (copied.status, copied.error["Code"]) == (400, "InvalidArgument")
    assert copied.error["Message"] == "Invalid copy source encoding"
    renamed = ask(server, "PUT", f"/{bucket}/to?renameObject", x_amz_rename_source=named)
    assert (renamed.status, renamed.error["Code"]) == (400, "InvalidArgument")
    assert renamed.error["ArgumentName"] == "x-amz-rename-source"


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE"])
def test_what_has_no_body_has_none_in_chunks(server: S3Server, bucket: str, method: str) -> None:
    answer = ask(
        server,
        method,
        f"/{bucket}/key",
        payload="STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    )
    assert answer.status == 400
    if method != "HEAD":
        assert answer.error["Message"] == "The value of x-amz-content-sha256 header is invalid."
