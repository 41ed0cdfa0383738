"""Members of a request as SDKs, command lines and the wire take them."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest

from conformance.clients.base import ClientCannotError
from conformance.clients.members import for_sdk, for_wire, source_of_copy

OF_VERSION = {"Bucket": "b", "Key": "a b/é~", "VersionId": "v=1"}
OF_LAST = {"Bucket": "b", "Key": "a b"}


def test_members_of_none_are_left_out() -> None:
    given = {"Bucket": "b", "Prefix": None, "MaxKeys": 0, "Delimiter": ""}
    assert for_sdk(given) == for_wire(given) == {"Bucket": "b", "MaxKeys": 0, "Delimiter": ""}


@pytest.mark.parametrize(
    ("source", "sdk", "wire"),
    [
        ("b/a%20b", "b/a b", "b/a%20b"),
        ("b/a%20b?versionId=x%20y", "b/a b?versionId=x%20y", "b/a%20b?versionId=x%20y"),
        (OF_LAST, OF_LAST, "b/a%20b"),
        (OF_VERSION, OF_VERSION, "b/a%20b/%C3%A9~?versionId=v=1"),
    ],
)
def test_the_source_of_a_copy(source: Any, sdk: Any, wire: str) -> None:
    assert for_sdk({"CopySource": source}) == {"CopySource": sdk}
    assert for_wire({"CopySource": source}) == {"CopySource": wire}


@pytest.mark.parametrize("prefix", ["SSECustomer", "CopySourceSSECustomer"])
@pytest.mark.parametrize("key", [b"k" * 32, "k" * 32, bytearray(b"k" * 32)])
def test_a_customers_key_is_base64_on_the_wire_with_its_md5(prefix: str, key: Any) -> None:
    md5 = base64.b64encode(hashlib.md5(b"k" * 32, usedforsecurity=False).digest()).decode()

    assert for_wire({f"{prefix}Key": key}) == {
        f"{prefix}Key": base64.b64encode(b"k" * 32).decode(),
        f"{prefix}KeyMD5": md5,
    }
    as_given = {f"{prefix}Key": key, f"{prefix}KeyMD5": "mine"}
    assert for_wire(as_given) == as_given
    assert for_sdk(as_given) == as_given


@pytest.mark.parametrize(
    ("source", "path"), [("/b/a%20b", "b/a%20b"), ("b/k", "b/k"), (OF_LAST, "b/a b")]
)
def test_the_source_of_a_command_is_a_path(source: Any, path: str) -> None:
    members = {"CopySource": source, "Key": "k"}
    assert source_of_copy(members, "cp") == path
    assert members == {"Key": "k"}


@pytest.mark.parametrize("source", ["b/k?versionId=1", OF_VERSION])
def test_a_command_names_no_version_of_the_source(source: Any) -> None:
    with pytest.raises(ClientCannotError, match=r"^cp cannot name a version of the source$"):
        source_of_copy({"CopySource": source}, "cp")
