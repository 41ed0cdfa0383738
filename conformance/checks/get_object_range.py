"""Checks of GET object with a Range header or a part number. Ten digits are the object."""

from __future__ import annotations

from conformance.trial import Trial, check

DIGITS = b"0123456789"


def _given_digits(t: Trial) -> None:
    """The object of a check that a range is ignored: others are not, it is seen."""
    t.given.object("digits", DIGITS)
    t.expect.status(t.look("GetObject", Key="digits", Range="bytes=2-5"), 206)


@check("get-object-range", proved_by=["range-ignored"], verified="aws-recorded 2026-02")
def first_bytes_are_answered_with_206(t: Trial) -> None:
    """`bytes=0-8` answers 206 with those nine bytes and says where they lie."""
    t.given.object("digits", DIGITS)

    got = t.call("GetObject", Key="digits", Range="bytes=0-8")

    t.expect.status(got, 206)
    t.expect.header(got, "Content-Range", "bytes 0-8/10")
    t.expect.header(got, "Content-Length", "9")
    t.expect.body(got, b"012345678")


@check("get-object-range", proved_by=["range-end-exclusive"], verified="aws-recorded 2026-02")
def one_byte_can_be_asked_for(t: Trial) -> None:
    """`bytes=1-1` is one byte: both ends belong to the range."""
    t.given.object("digits", DIGITS)

    got = t.call("GetObject", Key="digits", Range="bytes=1-1")

    t.expect.status(got, 206)
    t.expect.header(got, "Content-Range", "bytes 1-1/10")
    t.expect.body(got, b"1")


@check("get-object-range", proved_by=["range-open-end-short"], verified="aws-recorded 2026-02")
def open_range_reaches_to_the_end(t: Trial) -> None:
    """`bytes=1-` answers everything but the first byte."""
    t.given.object("digits", DIGITS)

    got = t.call("GetObject", Key="digits", Range="bytes=1-")

    t.expect.status(got, 206)
    t.expect.header(got, "Content-Range", "bytes 1-9/10")
    t.expect.body(got, b"123456789")


@check("get-object-range", proved_by=["range-suffix-off-by-one"], verified="aws-recorded 2026-02")
def suffix_range_returns_the_tail(t: Trial) -> None:
    """`bytes=-2` answers 206 with the last two bytes."""
    t.given.object("digits", DIGITS)

    got = t.call("GetObject", Key="digits", Range="bytes=-2")

    t.expect.status(got, 206)
    t.expect.header(got, "Content-Range", "bytes 8-9/10")
    t.expect.body(got, b"89")


@check("get-object-range", proved_by=["range-long-suffix-refused"], verified="aws-recorded 2026-02")
def suffix_longer_than_the_object_is_the_object(t: Trial) -> None:
    """`bytes=-15` of ten bytes answers 206 with all ten."""
    t.given.object("digits", DIGITS)

    got = t.call("GetObject", Key="digits", Range="bytes=-15")

    t.expect.status(got, 206)
    t.expect.header(got, "Content-Range", "bytes 0-9/10")
    t.expect.body(got, DIGITS)


@check("get-object-range", proved_by=["range-end-not-clipped"], verified="aws-recorded 2026-02")
def end_past_the_object_is_clipped(t: Trial) -> None:
    """`bytes=0-100` of ten bytes answers 206 with what there is."""
    t.given.object("digits", DIGITS)

    got = t.call("GetObject", Key="digits", Range="bytes=0-100")

    t.expect.status(got, 206)
    t.expect.header(got, "Content-Range", "bytes 0-9/10")
    t.expect.body(got, DIGITS)


@check("get-object-range", proved_by=["range-past-end-ignored"], verified="aws-recorded 2026-02")
def start_past_the_end_is_refused(t: Trial) -> None:
    """A range that starts past the end: 416 InvalidRange, with the size and the range asked for."""
    t.given.object("digits", DIGITS)

    got = t.call("GetObject", Key="digits", Range="bytes=100-200")

    t.expect.error(got, 416, "InvalidRange", ActualObjectSize="10", RangeRequested="bytes=100-200")


@check(
    "get-object-range",
    proved_by=["range-zero-suffix-ignored"],
    verified="aws-recorded 2026-02",
    level="should",
)
def suffix_of_no_bytes_is_refused(t: Trial) -> None:
    """`bytes=-0` asks for nothing: 416 InvalidRange."""
    t.given.object("digits", DIGITS)

    got = t.call("GetObject", Key="digits", Range="bytes=-0")

    t.expect.error(got, 416, "InvalidRange", ActualObjectSize="10", RangeRequested="bytes=-0")


@check(
    "get-object-range",
    proved_by=["range-invalid-refused"],
    verified="aws-recorded 2026-02",
    level="should",
)
def range_that_makes_no_sense_is_ignored(t: Trial) -> None:
    """A range that cannot be read (`bytes=1-0`, `bytes=-1-`, `bytes=0--1`, `bytes=-`) is ignored.

    The answer is the whole object with 200 and without Content-Range.
    """
    _given_digits(t)

    for nonsense in ("bytes=1-0", "bytes=-1-", "bytes=0--1", "bytes=-"):
        got = t.call("GetObject", Key="digits", Range=nonsense)

        t.expect.status(got, 200)
        t.expect.no_header(got, "Content-Range")
        t.expect.body(got, DIGITS)


@check(
    "get-object-range",
    proved_by=["range-first-of-several"],
    verified="aws-recorded 2026-02",
    level="should",
)
def several_ranges_are_answered_with_the_whole_object(t: Trial) -> None:
    """Several ranges in one header are not supported: 200 and the whole object."""
    _given_digits(t)

    got = t.call("GetObject", Key="digits", Range="bytes=0-1,3-4,7-9")

    t.expect.status(got, 200)
    t.expect.no_header(got, "Content-Range")
    t.expect.body(got, DIGITS)


@check(
    "get-object-range",
    proved_by=["range-unit-optional"],
    verified="aws-recorded 2026-02",
    level="should",
)
def range_without_its_unit_is_ignored(t: Trial) -> None:
    """`0-8` without `bytes=` is no range: 200 and the whole object."""
    _given_digits(t)

    got = t.call("GetObject", Key="digits", Range="0-8")

    t.expect.status(got, 200)
    t.expect.body(got, DIGITS)


@check(
    "get-object-range",
    proved_by=["range-checksum-sent"],
    verified="aws-recorded 2026-02",
    only=("raw", "boto3"),
)
def partial_answer_has_no_checksum_of_the_whole(t: Trial) -> None:
    """A part of an object comes without the whole object's checksum: it could not be verified."""
    t.given.object("digits", DIGITS, ChecksumCRC32="poTHxg==")
    whole = t.look("GetObject", Key="digits", ChecksumMode="ENABLED")
    t.expect.header(whole, "x-amz-checksum-crc32", "poTHxg==")

    got = t.call("GetObject", Key="digits", Range="bytes=0-8", ChecksumMode="ENABLED")

    t.expect.status(got, 206)
    t.expect.no_header(got, "x-amz-checksum-crc32")


@check("get-object-range", proved_by=["range-of-missing-key-416"], verified="aws-recorded 2026-02")
def range_of_a_missing_key_is_a_missing_key(t: Trial) -> None:
    """A range of an object that is not there: 404 NoSuchKey."""
    _given_digits(t)
    t.expect.error(t.call("GetObject", Key="no-digits", Range="bytes=0-8"), 404, "NoSuchKey")


@check(
    "get-object-range",
    proved_by=["part-number-ignored"],
    verified="aws-recorded 2026-02",
    level="should",
)
def part_1_of_a_simple_object_is_all_of_it(t: Trial) -> None:
    """`partNumber=1` of an object that is not multipart: 206 with all of it."""
    t.given.object("simple", b"test-123")

    got = t.call("GetObject", Key="simple", PartNumber=1)

    t.expect.status(got, 206)
    t.expect.header(got, "Content-Range", "bytes 0-7/8")
    t.expect.body(got, b"test-123")


@check(
    "get-object-range",
    proved_by=["part-number-ignored"],
    verified="aws-recorded 2026-02",
    level="should",
)
def part_2_of_a_simple_object_is_refused(t: Trial) -> None:
    """`partNumber=2` of an object that is not multipart: 416 InvalidPartNumber."""
    t.given.object("simple", b"test-123")

    got = t.call("GetObject", Key="simple", PartNumber=2)

    t.expect.error(got, 416, "InvalidPartNumber", ActualPartCount="1", PartNumberRequested="2")


@check(
    "get-object-range",
    proved_by=["part-and-range-accepted"],
    verified="aws-recorded 2026-02",
    level="should",
)
def range_and_part_number_exclude_each_other(t: Trial) -> None:
    """Range and partNumber in one request: 400 InvalidRequest."""
    t.given.object("simple", b"test-123")

    got = t.call("GetObject", Key="simple", PartNumber=1, Range="bytes=0-8")

    t.expect.error(got, 400, "InvalidRequest")


@check(
    "get-object-range",
    proved_by=["range-headers-lost"],
    spec="https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html",
)
def range_has_the_headers_of_its_object(t: Trial) -> None:
    """A 206 has the object's type, language and metadata, and says that ranges work."""
    kept = {"ContentType": "text/plain", "ContentLanguage": "en-US", "Metadata": {"a": "b"}}
    t.given.object("digits", DIGITS, **kept)

    got = t.call("GetObject", Key="digits", Range="bytes=0-3")

    t.expect.status(got, 206)
    t.expect.header(got, "Content-Type", "text/plain")
    t.expect.header(got, "Content-Language", "en-US")
    t.expect.header(got, "x-amz-meta-a", "b")
    t.expect.header(got, "Accept-Ranges", "bytes")


@check("get-object-range", proved_by=["far-ranges-begin-early"])
def range_in_the_middle_of_a_large_object(t: Trial) -> None:
    """Two MiB from the fourth MiB of eight: 206 with those bytes."""
    mib = 1024 * 1024
    content = b"".join(bytes([at % 256]) * 4096 for at in range(8 * mib // 4096))
    t.given.object("large", content)

    got = t.call("GetObject", Key="large", Range=f"bytes={3 * mib}-{5 * mib - 1}")

    t.expect.status(got, 206)
    t.expect.header(got, "Content-Range", f"bytes {3 * mib}-{5 * mib - 1}/{8 * mib}")
    t.expect.true(got.body == content[3 * mib : 5 * mib], "the bytes of the range", of=got)
