"""Small rules by themselves: each condition's halves, each limit at its bound and one past it."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from server_ref.clock import Clock, FileClock, duration
from server_ref.errors import S3Error
from server_ref.rules import (
    attributes,
    conditions,
    finding,
    locks,
    names,
    order,
    pages,
    parts,
    ranges,
    restoring,
    tags,
    times,
)
from server_ref.rules.checksums import Claim
from server_ref.storage.records import Details, Lock, PartInfo, Restore, Segment, Version, pack

NOON = datetime(2026, 2, 3, 12, tzinfo=UTC)
SECOND = int(NOON.timestamp())


def version(**changes: Any) -> Version:
    fields: dict[str, Any] = {
        "key": "k",
        "seq": 1,
        "version_id": "v",
        "marker": 0,
        "size": 10,
        "etag": "e",
        "modified": SECOND,
        "storage_class": "STANDARD",
        "owner": "me",
        "algorithm": None,
        "checksum_type": None,
        "checksum": None,
        "blob": 7,
    }
    return Version(**(fields | changes))


def refused(work: Callable[[], object]) -> str:
    """The code of the S3Error that ``work`` raises; empty where it raises none."""
    try:
        work()
    except S3Error as error:
        return error.code
    return ""


# ranges


@pytest.mark.parametrize(
    ("header", "size", "found"),
    [
        ("bytes=0-9", 10, (0, 10)),
        ("bytes=0-10", 10, (0, 10)),
        ("bytes=9-9", 10, (9, 1)),
        ("bytes=9-", 10, (9, 1)),
        ("bytes=-1", 10, (9, 1)),
        ("bytes=-10", 10, (0, 10)),
        ("bytes=-11", 10, (0, 10)),
        ("bytes=5-4", 10, None),
        ("bytes=5-5", 10, (5, 1)),
        ("bytes=-", 10, None),
        ("bytes=0-1,3-4", 10, None),
        ("octets=0-1", 10, None),
        (" bytes=0-1 ", 10, (0, 2)),
        ("bytes=-5", 0, None),
        ("bytes=0-999999999999999999999", 10, (0, 10)),
        ("bytes=000000000000000000002-3", 10, (2, 2)),
    ],
)
def test_a_range(header: str, size: int, found: tuple[int, int] | None) -> None:
    assert ranges.requested(header, size) == found


@pytest.mark.parametrize(
    ("header", "size"),
    [
        ("bytes=10-", 10),
        ("bytes=10-11", 10),
        ("bytes=-0", 10),
        ("bytes=-0", 0),
        ("bytes=0-0", 0),
        ("bytes=1000000000000000000-", 10),
        ("bytes=9999999999999999999-", 10),
    ],
)
def test_a_range_without_a_byte(header: str, size: int) -> None:
    with pytest.raises(S3Error) as error:
        ranges.requested(header, size)

    assert error.value.code == "InvalidRange"
    assert error.value.headers == {"Content-Range": f"bytes */{size}"}


# parts


def test_a_part_is_where_those_before_it_end() -> None:
    made = version(parts=pack([PartInfo(1, 5, "a"), PartInfo(2, 3, "b"), PartInfo(4, 2, "c")]))

    assert [parts.locate(made, number) for number in (1, 2, 3)] == [(0, 5), (5, 3), (8, 2)]
    assert refused(lambda: parts.locate(made, 4)) == "InvalidPartNumber"
    assert parts.locate(version(), 1) == (0, 10)
    assert parts.locate(version(size=0), 1) is None
    assert refused(lambda: parts.locate(version(), 2)) == "InvalidPartNumber"


@pytest.mark.parametrize(
    ("number", "code"),
    [(0, "InvalidArgument"), (1, ""), (10_000, ""), (10_001, "InvalidArgument")],
)
def test_the_number_of_a_part(number: int, code: str) -> None:
    assert refused(lambda: parts.check_number(number)) == code


@pytest.mark.parametrize(
    ("kind", "number", "whole", "shown"),
    [
        ("COMPOSITE", 1, False, "a"),
        ("COMPOSITE", 2, True, "b"),
        ("COMPOSITE", None, True, "all"),
        ("COMPOSITE", None, False, None),
        ("FULL_OBJECT", 1, True, "all"),
        ("FULL_OBJECT", 1, False, None),
    ],
)
def test_the_checksum_of_what_is_shown(
    kind: str, number: int | None, whole: bool, shown: str | None
) -> None:
    made = version(
        checksum_type=kind,
        checksum="all",
        parts=pack([PartInfo(1, 5, "a"), PartInfo(2, 5, "b")]),
    )

    assert parts.checksum(made, number, whole=whole) == shown


# pages


@pytest.mark.parametrize(
    ("wanted", "limit"), [(None, 1000), (0, 0), (1, 1), (999, 999), (1000, 1000), (1001, 1000)]
)
def test_a_page_has_at_most_a_thousand(wanted: int | None, limit: int) -> None:
    asked = {} if wanted is None else {"MaxKeys": wanted}

    assert pages.limit(asked, "MaxKeys", "max-keys") == limit


@pytest.mark.parametrize(
    ("number", "code"),
    [(-1, "InvalidArgument"), (0, ""), (2**31 - 1, ""), (2**31, "InvalidArgument")],
)
def test_numbers_of_a_listing(number: int, code: str) -> None:
    assert refused(lambda: pages.limit({"MaxKeys": number}, "MaxKeys", "max-keys")) == code
    assert refused(lambda: pages.part_marker(str(number))) == code


def test_a_marker_that_is_not_there_is_the_first() -> None:
    assert (pages.part_marker(None), pages.part_marker(""), pages.part_marker("7")) == (0, 0, 7)


@pytest.mark.parametrize(
    ("name", "encoded"),
    [
        ("a/b*c._-Z9", "a/b*c._-Z9"),
        ("a b", "a+b"),
        ("a~b", "a%7Eb"),
        ("a+b", "a%2Bb"),
        ("é", "%C3%A9"),
        ("a\x00b", "a%00b"),
    ],
)
def test_a_name_in_a_listing(name: str, encoded: str) -> None:
    assert pages.encoder({"EncodingType": "url"})(name) == encoded
    assert pages.encoder({})(name) == name


def test_only_one_encoding() -> None:
    assert refused(lambda: pages.encoder({"EncodingType": "URL"})) == "InvalidArgument"
    assert refused(lambda: pages.encoder({"EncodingType": ""})) == "InvalidArgument"


@pytest.mark.parametrize(
    ("marker", "prefix", "delimiter", "goes_on"),
    [
        ("a/b", "", "/", ("a0", True)),
        ("a/", "", "/", ("a0", True)),
        ("a", "", "/", ("a", False)),
        ("a/b", "a/", "/", ("a/b", False)),
        ("a/b/c", "a/", "/", ("a/b0", True)),
        ("b/c", "a/", "/", ("b/c", False)),
        ("a/b", "", "", ("a/b", False)),
        ("/a", "", "/", ("0", True)),
    ],
)
def test_where_a_listing_goes_on(
    marker: str, prefix: str, delimiter: str, goes_on: tuple[str, bool]
) -> None:
    assert pages.past_common_prefix(marker, prefix, delimiter) == goes_on


def test_what_a_listing_says_of_prefixes() -> None:
    answer: dict[str, Any] = {}
    pages.add_prefixes(answer, {}, [], "", str.upper)
    assert answer == {}
    pages.add_prefixes(answer, {"EncodingType": "url"}, ["a/"], "/x", str.upper)
    assert answer == {
        "CommonPrefixes": [{"Prefix": "A/"}],
        "Delimiter": "/X",
        "EncodingType": "url",
    }


def test_a_token_proves_itself() -> None:
    token = pages.to_token("a/b é")
    assert pages.from_token(token) == "a/b é"
    assert pages.from_token(pages.to_token("")) == ""
    other = ("B" if token[0] == "A" else "A") + token[1:]
    for wrong in (other, token[:-4], "", "é", "AAAA", pages.to_token("x")[:-4] + "eQ=="):
        assert refused(lambda wrong=wrong: pages.from_token(wrong)) == "InvalidArgument"


# tags


def many(number: int) -> list[dict[str, str]]:
    return [{"Key": f"k{n}", "Value": "v"} for n in range(number)]


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("k" * 128, "v", ""),
        ("k" * 129, "v", "InvalidTag"),
        ("k", "v" * 256, ""),
        ("k", "v" * 257, "InvalidTag"),
        ("k", "", ""),
        ("", "v", "InvalidTag"),
        ("a b.:/=+-@_é", "a b.:/=+-@_é", ""),
        ("a!", "v", "InvalidTag"),
        ("k", "v!", "InvalidTag"),
        ("aws:k", "v", "InvalidTag"),
        ("AWS:k", "v", "InvalidTag"),
        ("k:aws:", "v", ""),
    ],
)
def test_a_tag(key: str, value: str, code: str) -> None:
    tag = {"Key": key, "Value": value}

    assert refused(lambda: tags.from_object_members({"TagSet": [tag]})) == code
    assert refused(lambda: tags.from_bucket_members([tag])) == code
    assert refused(lambda: tags.of_new_bucket([tag])) == code


@pytest.mark.parametrize(("number", "code"), [(10, ""), (11, "BadRequest")])
def test_an_object_has_ten_tags(number: int, code: str) -> None:
    assert refused(lambda: tags.from_object_members({"TagSet": many(number)})) == code
    header = "&".join(f"k{n}=v" for n in range(number))
    assert refused(lambda: tags.from_header(header)) == code


@pytest.mark.parametrize(("number", "code"), [(50, ""), (51, "BadRequest")])
def test_a_bucket_has_fifty_tags(number: int, code: str) -> None:
    assert refused(lambda: tags.from_bucket_members(many(number))) == code
    assert refused(lambda: tags.of_new_bucket(many(number))) == code


def test_a_tag_without_a_half_is_no_document() -> None:
    for tag in ({"Key": "k"}, {"Value": "v"}):
        assert refused(lambda tag=tag: tags.from_bucket_members([tag])) == "MalformedXML"
    assert refused(lambda: tags.from_bucket_members([*many(1), *many(1)])) == "InvalidTag"
    assert tags.from_object_members(None) == tags.from_bucket_members(None) == []
    assert tags.to_members([("a", "b")]) == [{"Key": "a", "Value": "b"}]


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("a=b", [("a", "b")]),
        ("a=b&&c", [("a", "b"), ("c", "")]),
        ("a%20b=c+d", [("a b", "c d")]),
        ("a=b=c", [("a", "b=c")]),
        ("", []),
        (None, []),
    ],
)
def test_tags_in_a_header(header: str | None, found: list[tuple[str, str]]) -> None:
    assert tags.from_header(header) == found


@pytest.mark.parametrize("header", ["a=b&a=c", "=b", "a=!", "!=b"])
def test_tags_in_a_header_that_are_none(header: str) -> None:
    assert refused(lambda: tags.from_header(header)) == "InvalidArgument"


# names


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

    assert refused(lambda: names.check_bucket_name(name)) == code
    assert names.may_be_bucket(name) is of_old


@pytest.mark.parametrize(
    ("key", "code"),
    [("k" * 8, ""), ("k" * 9, "KeyTooLongError"), ("é" * 4, ""), ("é" * 5, "KeyTooLongError")],
)
def test_a_key_is_measured_in_bytes(key: str, code: str) -> None:
    assert refused(lambda: names.check_key(key, 8)) == code


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
    assert refused(lambda: names.storage_class("")) == "InvalidStorageClass"
    assert refused(lambda: names.storage_class("standard")) == "InvalidStorageClass"
    assert names.ARCHIVED == ("GLACIER", "DEEP_ARCHIVE")


# conditions


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


EARLIER, LATER = NOON - timedelta(seconds=1), NOON + timedelta(seconds=1)


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
    assert refused(lambda: conditions.check_read(members, version(), lambda: now)) == code
    code = "" if failed is None else "PreconditionFailed"
    assert refused(lambda: conditions.check_copy_source(of_source, version(), now)) == code


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
    assert refused(lambda: conditions.validate_write(members)) == code


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

    assert refused(lambda: conditions.check_write(members, "k", current)) == code


# restores


@pytest.mark.parametrize(
    ("storage_class", "second", "readable"),
    [
        ("STANDARD", 0, True),
        ("GLACIER_IR", 0, True),
        ("GLACIER", 99, False),
        ("GLACIER", 100, True),
        ("DEEP_ARCHIVE", 199, True),
        ("DEEP_ARCHIVE", 200, False),
    ],
)
def test_an_archived_version_is_read_while_its_copy_is_there(
    storage_class: str, second: int, readable: bool
) -> None:
    details = Details(restore=Restore(ready=SECOND + 100, until=SECOND + 200, days=1, tier="Bulk"))
    archived = version(storage_class=storage_class, details=pack(details))
    now = NOON + timedelta(seconds=second)
    code = "" if readable else "InvalidObjectState"

    assert refused(lambda: restoring.check_readable(archived, now)) == code
    other = "" if readable else "InvalidStorageClass"
    assert refused(lambda: restoring.check_readable(archived, now, "InvalidStorageClass")) == other


def test_what_is_told_of_a_restore() -> None:
    restore = Restore(ready=SECOND + 100, until=SECOND + 200, days=1, tier="Bulk")
    details = Details(restore=restore)
    archived = version(storage_class="GLACIER", details=pack(details))

    def header(second: int) -> dict[str, Any]:
        return dict(restoring.header(archived, details, NOON + timedelta(seconds=second)))

    def listed(second: int) -> dict[str, Any]:
        now = NOON + timedelta(seconds=second)
        return dict(restoring.listed("GLACIER", archived.details, now))

    until = datetime.fromtimestamp(SECOND + 200, UTC)
    assert header(99) == {"Restore": 'ongoing-request="true"'}
    assert header(100) == {
        "Restore": 'ongoing-request="false", expiry-date="Tue, 03 Feb 2026 12:03:20 GMT"'
    }
    assert header(200) == {}
    assert listed(99) == {"RestoreStatus": {"IsRestoreInProgress": True}}
    assert listed(100) == {
        "RestoreStatus": {"IsRestoreInProgress": False, "RestoreExpiryDate": until}
    }
    assert listed(200) == {}
    assert restoring.listed("GLACIER", None, NOON) == {}
    assert restoring.listed("STANDARD", archived.details, NOON) == {}
    assert restoring.header(version(), details, NOON) == {}
    assert restoring.header(archived, Details(), NOON) == {}


@pytest.mark.parametrize(("tier", "ready"), [("Expedited", 1), ("Standard", 10), ("Bulk", 20)])
def test_a_restore_begins(tier: str, ready: int) -> None:
    begun = restoring.begun(1, tier, SECOND, 10.0)

    assert begun.ready == SECOND + ready
    assert begun.until == int(datetime(2026, 2, 5, tzinfo=UTC).timestamp())
    assert (begun.days, begun.tier) == (1, tier)


def test_a_listing_is_asked_for_one_attribute() -> None:
    assert not restoring.wanted({})
    assert restoring.wanted({"OptionalObjectAttributes": ["RestoreStatus"]})
    asked = {"OptionalObjectAttributes": ["RestoreStatus", "Other"]}
    assert refused(lambda: restoring.wanted(asked)) == "InvalidArgument"


# locks


@pytest.mark.parametrize(
    ("lock", "bypass", "stays"),
    [
        (None, False, False),
        (Lock(), False, False),
        (Lock(hold="ON"), True, True),
        (Lock(hold="OFF"), False, False),
        (Lock("GOVERNANCE", SECOND + 1), False, True),
        (Lock("GOVERNANCE", SECOND + 1), True, False),
        (Lock("GOVERNANCE", SECOND), False, False),
        (Lock("COMPLIANCE", SECOND + 1), True, True),
        (Lock("COMPLIANCE", SECOND), False, False),
        (Lock("GOVERNANCE", SECOND + 1, "ON"), True, True),
    ],
)
def test_what_a_lock_stops(lock: Lock | None, bypass: bool, stays: bool) -> None:
    locked = version(lock=None if lock is None else pack(lock))
    code = "AccessDenied" if stays else ""

    assert refused(lambda: locks.check_removal(locked, NOON, bypass=bypass)) == code


@pytest.mark.parametrize(
    ("old", "new", "bypass", "may"),
    [
        (Lock(), Lock("GOVERNANCE", SECOND + 5), False, True),
        (Lock("GOVERNANCE", SECOND + 5), Lock("GOVERNANCE", SECOND + 5), False, True),
        (Lock("GOVERNANCE", SECOND + 5), Lock("GOVERNANCE", SECOND + 4), False, False),
        (Lock("GOVERNANCE", SECOND + 5), Lock("GOVERNANCE", SECOND + 4), True, True),
        (Lock("GOVERNANCE", SECOND + 5), Lock("COMPLIANCE", SECOND + 9), False, False),
        (Lock("GOVERNANCE", SECOND + 5), Lock("COMPLIANCE", SECOND + 9), True, True),
        (Lock("GOVERNANCE", SECOND + 5), Lock(), False, False),
        (Lock("GOVERNANCE", SECOND + 5), Lock(), True, True),
        (Lock("COMPLIANCE", SECOND + 5), Lock("COMPLIANCE", SECOND + 6), False, True),
        (Lock("COMPLIANCE", SECOND + 5), Lock("COMPLIANCE", SECOND + 4), True, False),
        (Lock("COMPLIANCE", SECOND + 5), Lock("GOVERNANCE", SECOND + 6), True, False),
        (Lock("COMPLIANCE", SECOND), Lock(), False, True),
    ],
)
def test_who_may_change_a_retention(old: Lock, new: Lock, bypass: bool, may: bool) -> None:
    locked = version(lock=pack(Lock(old.mode, old.until, "ON")))

    def changed() -> Lock:
        return locks.changed_retention(locked, new, NOON, bypass=bypass)

    if may:
        assert changed() == Lock(new.mode, new.until, "ON")
    else:
        assert refused(changed) == "AccessDenied"


def asking(default: dict[str, Any] | None = None) -> Any:
    """What the rules of a lock look at of a request."""
    store = SimpleNamespace(get_config=lambda _bucket, _name: default)
    return SimpleNamespace(clock=lambda: NOON, operation="PutObject", store=store)


LOCKING = SimpleNamespace(name="b", object_lock=True)
PLAIN = SimpleNamespace(name="b", object_lock=False)
MODE, UNTIL = "ObjectLockMode", "ObjectLockRetainUntilDate"
HOLD = "ObjectLockLegalHoldStatus"


@pytest.mark.parametrize(
    ("bucket", "members", "lock"),
    [
        (LOCKING, {}, None),
        (PLAIN, {}, None),
        (LOCKING, {HOLD: "ON"}, Lock(hold="ON")),
        (LOCKING, {HOLD: "OFF"}, Lock(hold="OFF")),
        (LOCKING, {HOLD: "on"}, "InvalidArgument"),
        (LOCKING, {MODE: "GOVERNANCE", UNTIL: LATER}, Lock("GOVERNANCE", SECOND + 1)),
        (
            LOCKING,
            {MODE: "COMPLIANCE", UNTIL: LATER, HOLD: "ON"},
            Lock("COMPLIANCE", SECOND + 1, "ON"),
        ),
        (LOCKING, {MODE: "GOVERNANCE", UNTIL: NOON}, "InvalidArgument"),
        (LOCKING, {MODE: "OTHER", UNTIL: LATER}, "InvalidArgument"),
        (LOCKING, {MODE: "GOVERNANCE"}, "InvalidArgument"),
        (LOCKING, {UNTIL: LATER}, "InvalidArgument"),
        (PLAIN, {MODE: "GOVERNANCE", UNTIL: LATER}, "InvalidRequest"),
        (PLAIN, {HOLD: "OFF"}, "InvalidRequest"),
        (PLAIN, {HOLD: "on"}, "InvalidArgument"),
        (LOCKING, {"ObjectLockEventHold": "ON"}, "NotImplemented"),
    ],
)
def test_the_lock_of_a_new_object(bucket: Any, members: dict[str, Any], lock: Any) -> None:
    def made() -> Lock | None:
        return locks.of_new_object(asking(), bucket, members)

    if isinstance(lock, str):
        assert refused(made) == lock
    else:
        assert made() == lock


@pytest.mark.parametrize(
    ("default", "days"),
    [
        ({"Mode": "GOVERNANCE", "Days": 2}, 2),
        ({"Mode": "GOVERNANCE", "Years": 2}, 730),
        (None, None),
    ],
)
def test_the_default_of_a_bucket(default: dict[str, Any] | None, days: int | None) -> None:
    ctx = asking({"Rule": {"DefaultRetention": default}} if default else {})
    until = None if days is None else (NOON + timedelta(days=days)).timestamp()

    assert locks.of_new_object(ctx, LOCKING, {}) == (
        None if until is None else Lock("GOVERNANCE", until)
    )
    held = locks.of_new_object(ctx, LOCKING, {HOLD: "ON"})
    assert held == (Lock(hold="ON") if until is None else Lock("GOVERNANCE", until, "ON"))
    assert locks.of_new_object(ctx, PLAIN, {}) is None
    given = {MODE: "COMPLIANCE", UNTIL: LATER}
    assert locks.of_new_object(ctx, LOCKING, given) == Lock("COMPLIANCE", SECOND + 1)


def test_whoever_locks_says_what_it_is() -> None:
    named = Claim("CRC32", "x", None, named=True)
    default = Claim("CRC64NVME", None, None, named=False)

    assert refused(lambda: locks.require_digest(default, {}, "Object")) == "InvalidRequest"
    assert refused(lambda: locks.require_digest(named, {}, "Object")) == ""
    assert refused(lambda: locks.require_digest(default, {"ContentMD5": "x"}, "Part")) == ""


# what an object carries


@pytest.mark.parametrize(
    ("encoding", "kept"),
    [
        ("gzip", "gzip"),
        ("aws-chunked", None),
        ("aws-chunked,gzip", "gzip"),
        ("gzip, aws-chunked, br", "gzip,br"),
        ("aws-chunked,,", None),
        ("", None),
    ],
)
def test_a_coding_of_the_transfer_is_not_kept(encoding: str, kept: str | None) -> None:
    made = attributes.details({"ContentEncoding": encoding}, {}, "utf-8")

    assert made.headers.get("ContentEncoding") == kept


def test_what_an_object_carries() -> None:
    members = {
        "CacheControl": "no-cache",
        "ContentType": "",
        "Expires": NOON,
        "Metadata": {"Colour": "green", "": "x"},
    }
    made = attributes.details(members, {}, "utf-8")
    assert made.headers == {
        "CacheControl": "no-cache",
        "Expires": "Tue, 03 Feb 2026 12:00:00 GMT",
        "MissingMeta": "1",
    }
    assert made.metadata == {"colour": "green"}
    assert attributes.details({"Expires": NOON}, {"expires": "soon"}, "utf-8").headers == {
        "Expires": "soon"
    }
    assert attributes.details({}, {}, "utf-8") == Details()
    assert attributes.shown(Details({"CacheControl": "x"}, {"a": "b"})) == {
        "ContentType": "binary/octet-stream",
        "CacheControl": "x",
        "Metadata": {"a": "b"},
    }
    assert attributes.shown(Details({"ContentType": "text/plain"}))["ContentType"] == "text/plain"


@pytest.mark.parametrize(
    ("value", "code"), [("v" * 2047, ""), ("v" * 2048, "MetadataTooLarge"), ("é" * 1023, "")]
)
def test_metadata_has_two_kib(value: str, code: str) -> None:
    assert refused(lambda: attributes.user_metadata({"k": value})) == code


@pytest.mark.parametrize(
    ("location", "code"),
    [
        (None, ""),
        ("/a", ""),
        ("http://a", ""),
        ("https://a", ""),
        ("/" + "a" * 2047, ""),
        ("/" + "a" * 2048, "InvalidRedirectLocation"),
        ("", "InvalidRedirectLocation"),
        ("ftp://a", "InvalidRedirectLocation"),
    ],
)
def test_a_website_leads_to_a_path_or_a_url(location: str | None, code: str) -> None:
    assert refused(lambda: attributes.check_redirect(location)) == code


# finding


@pytest.mark.parametrize(("given", "code"), [(None, ""), ("", "InvalidArgument"), ("null", "")])
def test_the_version_that_is_meant(given: str | None, code: str) -> None:
    assert refused(lambda: finding.wanted_version({"VersionId": given})) == code
    if not code:
        assert finding.wanted_version({"VersionId": given}) == given


# records


def test_where_the_bytes_of_a_version_are() -> None:
    assert version().read_segments() == [Segment(7, 0, 10)]
    assert version(blob=None).read_segments() == []
    several = [Segment(1, 2, 3), Segment(4, 0, 5)]
    assert version(segments=pack(several)).read_segments() == several
    assert version().read_details() == Details()
    assert version().read_tags() == version().read_parts() == []
    assert version().read_lock() == Lock()
    assert version().read_sealed() is None


def test_a_copy_has_not_what_is_the_versions_own() -> None:
    restore = Restore(ready=1, until=2, days=1, tier="Bulk")
    details = Details({"a": "b"}, {"c": "d"}, {"e": "f"}, restore, 9)

    assert details.of_a_copy() == Details({"a": "b"}, {"c": "d"}, {"e": "f"})


# times and clocks


def test_times_are_whole_seconds_in_utc() -> None:
    assert times.moment(SECOND) == NOON
    assert times.iso(SECOND) == "2026-02-03T12:00:00.000Z"
    assert times.seconds(NOON + timedelta(milliseconds=999)) == SECOND


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("90s", timedelta(seconds=90)),
        ("5m", timedelta(minutes=5)),
        ("12h", timedelta(hours=12)),
        ("31d", timedelta(days=31)),
        ("1d2h3m4s", timedelta(days=1, hours=2, minutes=3, seconds=4)),
        ("36525d", timedelta(days=36525)),
        ("0" * 39 + "s", timedelta()),
    ],
)
def test_a_duration(text: str, length: timedelta) -> None:
    assert duration(text) == length


@pytest.mark.parametrize(
    "text", ["", "5", "5x", "4s3m", "-1s", "36526d", "0" * 40 + "s", "\uff11s"]
)
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no duration|longer than a hundred years"):
        duration(text)


def test_a_clock_is_moved_and_reset() -> None:
    clock = Clock(lambda: NOON, timedelta(hours=1))
    assert clock() == NOON + timedelta(hours=1)
    clock.move(timedelta(minutes=5))
    clock.move(-timedelta(minutes=1))
    assert clock() == NOON + timedelta(hours=1, minutes=4)
    clock.reset()
    assert clock() == NOON + timedelta(hours=1)


def test_a_clock_is_moved_by_what_a_file_says(tmp_path: Path) -> None:
    """A file that is half written leaves it where it was; one that is there again is read again."""
    file = tmp_path / "clock"
    clock = FileClock(file, lambda: NOON)
    moved = []
    for stamp, text in enumerate(["1h", "2h", "nonsense", "3h"], start=1):
        file.write_text(text + "\n")
        os.utime(file, ns=(stamp * 10**9, stamp * 10**9))
        moved.append((clock() - NOON, clock() - NOON))
    file.unlink()

    hours = [timedelta(hours=n) for n in (1, 2, 2, 3)]
    assert moved == [(one, one) for one in hours]
    assert clock() == NOON + timedelta(hours=3)


# the order of what is judged


@pytest.mark.parametrize(
    ("operation", "first"),
    [
        ("PutBucketAccelerateConfiguration", "state"),
        ("PutObject", "values"),
        ("PutBucketVersioning", "values"),
        ("GetObject", "values"),
    ],
)
def test_which_is_judged_first_is_the_operations(operation: str, first: str) -> None:
    seen: list[str] = []
    order.judge(operation, lambda: seen.append("values"), lambda: seen.append("state"))

    assert seen[0] == first
    assert sorted(seen) == ["state", "values"]
