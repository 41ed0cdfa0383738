"""The conditions of reads, copies and writes: each half, each bound, and what fails first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from server_ref.errors import S3Error
from server_ref.rules import conditions
from server_ref.storage.records import Details, pack
from tests.server.at_noon import EARLIER, LATER, NOON, version
from tests.server.refusing import code_of


@pytest.mark.parametrize(
    ("given", "reads", "writes"),
    [
        ("e", True, True),
        ('"e"', True, True),
        ("*", True, True),
        (' "e" ', True, True),
        ('W/"e"', True, False),
        ('"x", "e"', True, False),
        ('"x"', False, False),
        ("", False, False),
    ],
)
def test_an_etag_that_is_named(given: str, reads: bool, writes: bool) -> None:
    assert conditions.same_etag(given, "e") is reads
    assert conditions.names_etag(given, "e") is writes


@pytest.mark.parametrize(
    ("members", "failed"),
    [
        ({}, None),
        ({"IfMatch": "e"}, None),
        ({"IfMatch": "x"}, ("If-Match", False)),
        ({"IfMatch": "e", "IfUnmodifiedSince": EARLIER}, None),
        ({"IfUnmodifiedSince": EARLIER}, ("If-Unmodified-Since", False)),
        ({"IfUnmodifiedSince": NOON}, None),
        ({"IfNoneMatch": "e"}, ("If-None-Match", True)),
        ({"IfNoneMatch": "x"}, None),
        ({"IfNoneMatch": "x", "IfModifiedSince": NOON}, None),
        ({"IfModifiedSince": NOON}, ("If-Modified-Since", True)),
        ({"IfModifiedSince": EARLIER}, None),
        ({"IfModifiedSince": LATER}, ("If-Modified-Since", True)),
        ({"IfModifiedSince": NOON + timedelta(seconds=11)}, None),  # in the future
        ({"IfModifiedSince": NOON + timedelta(seconds=10)}, ("If-Modified-Since", True)),
    ],
)
def test_the_condition_that_does_not_hold(
    members: dict[str, Any], failed: tuple[str, bool] | None
) -> None:
    now = NOON + timedelta(seconds=10)
    of_source = {f"CopySource{name}": value for name, value in members.items()}

    assert conditions.failed(members, version(), now, "", "") == failed
    told = failed and (f"x-amz-copy-source-{failed[0]}", failed[1])
    header = "x-amz-copy-source-"
    assert conditions.failed(of_source, version(), now, "CopySource", header) == told
    code = "" if failed is None else "NotModified" if failed[1] else "PreconditionFailed"
    assert code_of(lambda: conditions.check_read(members, version(), lambda: now)) == code
    code = "" if failed is None else "PreconditionFailed"
    assert code_of(lambda: conditions.check_copy_source(of_source, version(), now)) == code


def test_a_304_tells_a_cache_what_it_needs() -> None:
    kept = pack(Details(headers={"CacheControl": "no-cache", "ContentType": "text/plain"}))
    with pytest.raises(S3Error) as error:
        conditions.check_read({"IfNoneMatch": "*"}, version(details=kept), lambda: NOON)

    assert error.value.headers == {
        "ETag": '"e"',
        "Last-Modified": "Tue, 03 Feb 2026 12:00:00 GMT",
        "Cache-Control": "no-cache",
    }


@pytest.mark.parametrize(
    ("if_range", "applies"),
    [
        (None, True),
        ('"e"', True),
        ("e", True),
        ('"x"', False),
        ("Tue, 03 Feb 2026 12:00:00 GMT", True),
        ("Tue, 03 Feb 2026 11:59:59 GMT", False),
    ],
)
def test_a_range_of_what_is_still_the_same(if_range: str | None, applies: bool) -> None:
    assert conditions.range_applies(if_range, version()) is applies


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({}, ""),
        ({"IfMatch": '"e"'}, ""),
        ({"IfMatch": "*"}, "NotImplemented"),
        ({"IfNoneMatch": "*"}, ""),
        ({"IfNoneMatch": '"e"'}, "NotImplemented"),
        ({"IfMatch": '"e"', "IfNoneMatch": "*"}, "NotImplemented"),
    ],
)
def test_what_a_write_takes(members: dict[str, str], code: str) -> None:
    assert code_of(lambda: conditions.validate_write(members)) == code


@pytest.mark.parametrize(
    ("members", "there", "code"),
    [
        ({}, True, ""),
        ({}, False, ""),
        ({"IfNoneMatch": "*"}, True, "PreconditionFailed"),
        ({"IfNoneMatch": "*"}, False, ""),
        ({"IfMatch": "e"}, True, ""),
        ({"IfMatch": "x"}, True, "PreconditionFailed"),
        ({"IfMatch": "e"}, False, "NoSuchKey"),
    ],
)
def test_whether_a_write_happens(members: dict[str, str], there: bool, code: str) -> None:
    current = version() if there else None

    assert code_of(lambda: conditions.check_write(members, "k", current)) == code
