"""URLs that object_store and minio are asked to presign."""

from __future__ import annotations

import datetime
from typing import Any
from unittest.mock import call

import pytest

from tests.clients.libraries.telling import STORE, K, program


@pytest.mark.parametrize(
    ("operation", "method"),
    [
        ("GetObject", "GET"),
        ("PutObject", "PUT"),
        ("HeadObject", "HEAD"),
        ("DeleteObject", "DELETE"),
        ("ListObjectsV2", None),
    ],
)
def test_urls_of_object_store_and_minio(
    obstore: Any, minio: Any, operation: str, method: str | None
) -> None:
    span = datetime.timedelta(seconds=60)
    for lib, told in (
        (obstore.lib, lambda: obstore.top.sign.call_args == call(STORE, method, "k", span)),
        (
            minio.lib,
            lambda: minio.s3.get_presigned_url.call_args == call(method, "b", "k", expires=span),
        ),
    ):
        if method is None:
            with pytest.raises(NotImplementedError):
                lib.presign(operation, program.Members(K), 60)
        else:
            assert lib.presign(operation, program.Members(K), 60)
            assert told()
