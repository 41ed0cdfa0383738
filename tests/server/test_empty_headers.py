"""Headers that are sent empty: what is known of S3, by recordings and published measurements.

Of others nobody has told what S3 makes of them; they are read like any value.
"""

from __future__ import annotations

import pytest

from server_ref.server import S3Server
from tests.server.byhand import ask
from tests.server.conftest import OWNER

# header -> code; "" where the request is done as if it had not been sent
OF_OBJECTS = {
    "x-amz-acl": "",  # https://github.com/open-io/swift3/pull/90
    "x-amz-tagging": "",  # https://github.com/velero-io/velero-plugin-for-aws/pull/304
    "x-amz-storage-class": "InvalidStorageClass",  # .../madhums/node-imager/pull/39
}


@pytest.mark.parametrize(("header", "code"), OF_OBJECTS.items())
def test_an_object_with_an_empty_header(
    server: S3Server, bucket: str, header: str, code: str
) -> None:
    answer = ask(server, "PUT", f"/{bucket}/key", b"x", by=OWNER, **{header: ""})

    assert answer.error.get("Code", "") == code
    assert ask(server, "HEAD", f"/{bucket}/key", by=OWNER).status == (404 if code else 200)


def test_a_bucket_without_an_owner_of_its_objects(server: S3Server) -> None:
    """Recorded: test_bucket_ownership_controls_exc."""
    answer = ask(server, "PUT", "/owned-by-none", by=OWNER, **{"x-amz-object-ownership": ""})

    assert (answer.status, answer.error["Code"]) == (400, "InvalidArgument")
    assert ask(server, "HEAD", "/owned-by-none", by=OWNER).status == 404
