"""Names of buckets, keys and storage classes that are taken, and those that are not."""

from __future__ import annotations

import pytest

from server_ref.rules import names
from tests.server.refusing import code_of


@pytest.mark.parametrize(
    ("name", "good", "of_old"),
    [
        ("abc", True, True),
        ("ab", False, True),
        ("a" * 63, True, True),
        ("a" * 64, False, True),
        ("a" * 255, False, True),
        ("a" * 256, False, False),
        ("a..b", False, True),
        ("a.b-c", True, True),
        ("a.-b", False, True),
        ("a-.b", False, True),
        ("a.b.c", True, True),
        ("a--b", True, True),
        ("-abc", False, True),
        ("abc-", False, True),
        ("Abc", False, True),
        ("a_c", False, True),
        ("1.2.3.4", False, False),
        ("1.2.3", True, True),
        ("xn--abc", False, True),
        ("sthree-a", False, True),
        ("amzn-s3-demo-a", False, True),
        ("abc-s3alias", False, True),
        ("abc--ol-s3", False, True),
        ("abc--x-s3", False, True),
        ("abc--table-s3", False, True),
        ("arn:aws:s3", False, True),
        ("a b", False, False),
        ("", False, False),
    ],
)
def test_the_name_of_a_bucket(name: str, good: bool, of_old: bool) -> None:
    code = "" if good else "InvalidBucketName"

    assert code_of(lambda: names.check_bucket_name(name)) == code
    assert names.may_be_bucket(name) is of_old


@pytest.mark.parametrize(
    ("key", "code"),
    [("k" * 8, ""), ("k" * 9, "KeyTooLongError"), ("é" * 4, ""), ("é" * 5, "KeyTooLongError")],
)
def test_a_key_is_measured_in_bytes(key: str, code: str) -> None:
    assert code_of(lambda: names.check_key(key, 8)) == code


@pytest.mark.parametrize(
    ("key", "climbs"),
    [
        ("../x", True),
        ("a/../b", False),
        ("a/../../b", True),
        ("./../b", True),
        ("a/./../b", False),
        ("a/b/../../..", True),
        ("..a", False),
        ("a", False),
    ],
)
def test_a_key_that_leads_out(key: str, climbs: bool) -> None:
    assert names.climbs(key) is climbs


def test_escapes_have_two_digits() -> None:
    assert names.decoded("a%20b%C3%a9") == "a bé"
    for wrong in ("%", "%2", "%G0", "%2G", "a%", "%FF"):
        with pytest.raises(ValueError, match=r".+"):
            names.decoded(wrong)


def test_storage_classes() -> None:
    assert names.storage_class(None) == "STANDARD"
    assert names.storage_class("GLACIER_IR") == "GLACIER_IR"
    assert code_of(lambda: names.storage_class("")) == "InvalidStorageClass"
    assert code_of(lambda: names.storage_class("standard")) == "InvalidStorageClass"
    assert names.ARCHIVED == ("GLACIER", "DEEP_ARCHIVE")
