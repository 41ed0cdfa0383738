"""Checks of S3 Select: what a query finds in CSV, JSON and Parquet, and the events it comes in.

The result is read from the event stream as it crossed the wire, for every client alike.
"""

from __future__ import annotations

import gzip
import json
from base64 import b64decode
from typing import Any

from conformance.trial import Answer, Trial, check

_PEOPLE = b"name,age\nAda,36\nAlan,41\nGrace,85\n"
_HEADER = {"CSV": {"FileHeaderInfo": "USE"}}
_LINES = {"JSON": {"Type": "LINES"}}
_DOCUMENT = {"JSON": {"Type": "DOCUMENT"}}
_RECORDS = b'{"id": 1, "deep": {"n": 10}}\n{"id": 2, "deep": {"n": 20}}\n'
# three rows: id, name and age of the people above
PARQUET = b64decode(
    "UEFSMRUAFSQVJCwVBhUAFQYVBgAAAgAAAAYBAQAAAAIAAAADAAAAFQAVPBU8LBUGFQAVBhUGAAACAAAABgEDAAAA"
    "QWRhBAAAAEFsYW4FAAAAR3JhY2UVABUkFSQsFQYVABUGFQYAAAIAAAAGASQAAAApAAAAVQAAABUCGUw1ABgNZHVj"
    "a2RiX3NjaGVtYRUGABUCJQIYAmlkJSIAFQwlAhgEbmFtZSUAABUCJQIYA2FnZSUiABYGGRwZPCYAHBUCGRUAGRgC"
    "aWQVABYGFkYWRiYIPBgEAwAAABgEAQAAABYAKAQDAAAAGAQBAAAAEREAGRwVABUAFQIAAAAmABwVDBkVABkYBG5h"
    "bWUVABYGFl4WXiZOPBgFR3JhY2UYA0FkYRYAKAVHcmFjZRgDQWRhEREAGRwVABUAFQIAAAAmABwVAhkVABkYA2Fn"
    "ZRUAFgYWRhZGJqwBPBgEVQAAABgEJAAAABYAKARVAAAAGAQkAAAAEREAGRwVABUAFQIAAAAW6gEWBiYIFuoBACgo"
    "RHVja0RCIHZlcnNpb24gdjIuMC4xIChidWlsZCA4ZDc4MTE0ZTkwKRk8HAAAHAAAHAAAAEcBAABQQVIx"
)


def _select(t: Trial, name: str, sql: str, source: dict[str, Any], **more: Any) -> Answer:
    return t.call(
        "SelectObjectContent",
        Key=name,
        ExpressionType="SQL",
        Expression=sql,
        InputSerialization=source,
        **{"OutputSerialization": {"CSV": {}}, **more},
    )


def _events(got: Answer) -> list[dict[str, Any]]:
    events = got.members.get("Payload")
    return events if isinstance(events, list) else []


def _result(got: Answer) -> bytes:
    """All records of an answer, as they were written."""
    return b"".join(
        event["Records"].get("Payload", b"") for event in _events(got) if "Records" in event
    )


def _expect(t: Trial, got: Answer, result: bytes) -> None:
    t.expect.ok(got)
    t.expect.equal(_result(got), result, "the records", of=got)


@check("select-csv", proved_by=["select-where-ignored"])
def where_and_columns_by_name(t: Trial) -> None:
    """Columns of the header, and only the records that meet WHERE."""
    t.given.object("people", _PEOPLE)

    sql = "SELECT s.name FROM S3Object s WHERE CAST(s.age AS INT) > 40"
    got = _select(t, "people", sql, _HEADER)

    _expect(t, got, b"Alan\nGrace\n")


@check("select-csv", proved_by=["select-header-is-data"])
def header_is_no_record(t: Trial) -> None:
    """With FileHeaderInfo IGNORE the first line is not read; columns are _1, _2, …"""
    t.given.object("people", _PEOPLE)

    ignore = {"CSV": {"FileHeaderInfo": "IGNORE"}}
    got = _select(t, "people", "SELECT s._2 FROM S3Object s", ignore)

    _expect(t, got, b"36\n41\n85\n")


@check("select-csv", proved_by=["select-counts-one-less"])
def aggregates(t: Trial) -> None:
    """COUNT and SUM are of all records."""
    t.given.object("people", _PEOPLE)

    sql = "SELECT COUNT(*), SUM(CAST(s.age AS INT)) FROM S3Object s"
    got = _select(t, "people", sql, _HEADER)

    _expect(t, got, b"3,162\n")


@check("select-csv", proved_by=["select-limit-ignored"])
def limit(t: Trial) -> None:
    """LIMIT ends the result."""
    t.given.object("people", _PEOPLE)

    got = _select(t, "people", "SELECT s.name FROM S3Object s LIMIT 2", _HEADER)

    _expect(t, got, b"Ada\nAlan\n")


@check("select-csv", proved_by=["select-quotes-as-needed"])
def quotes_always(t: Trial) -> None:
    """With QuoteFields ALWAYS every field of the result is quoted."""
    t.given.object("people", _PEOPLE)

    always = {"CSV": {"QuoteFields": "ALWAYS"}}
    sql = "SELECT * FROM S3Object LIMIT 1"
    got = _select(t, "people", sql, _HEADER, OutputSerialization=always)

    _expect(t, got, b'"Ada","36"\n')


@check("select-csv", proved_by=["select-field-delimiter-ignored"])
def delimiters_of_the_object(t: Trial) -> None:
    """Fields and records are split at the delimiters that were given."""
    t.given.object("odd", b"a;b|c;d|")

    odd = {"CSV": {"FieldDelimiter": ";", "RecordDelimiter": "|"}}
    got = _select(t, "odd", "SELECT s._2 FROM S3Object s", odd)

    _expect(t, got, b"b\nd\n")


@check("select-csv", proved_by=["select-compression-ignored"])
def gzip_is_read(t: Trial) -> None:
    """An object of CompressionType GZIP is decompressed first."""
    t.given.object("people.gz", gzip.compress(_PEOPLE))

    packed = {**_HEADER, "CompressionType": "GZIP"}
    got = _select(t, "people.gz", "SELECT s.name FROM S3Object s LIMIT 1", packed)

    _expect(t, got, b"Ada\n")


@check("select-csv", proved_by=["select-scan-range-ignored"])
def scan_range_has_the_records_that_begin_in_it(t: Trial) -> None:
    """A record belongs to the range that its first byte is in, and comes whole."""
    t.given.object("four", b"aa\nbb\ncc\ndd\n")

    got = _select(
        t, "four", "SELECT * FROM S3Object", {"CSV": {}}, ScanRange={"Start": 3, "End": 6}
    )

    _expect(t, got, b"bb\ncc\n")


@check("select-csv", proved_by=["select-no-stats", "select-no-end"])
def stream_ends_with_stats_and_end(t: Trial) -> None:
    """The last two events are Stats, with the bytes read and returned, and End."""
    t.given.object("people", _PEOPLE)

    got = _select(t, "people", "SELECT s.name FROM S3Object s", _HEADER)

    t.expect.ok(got)
    kinds = [next(iter(event), "") for event in _events(got)]
    t.expect.equal(kinds[-2:], ["Stats", "End"], "the last events")
    details = [event["Stats"].get("Details", {}) for event in _events(got) if "Stats" in event]
    t.expect.equal([one.get("BytesReturned") for one in details], [15], "BytesReturned")


@check("select-csv", proved_by=["select-checksum-wrong"])
def frames_have_good_checksums(t: Trial) -> None:
    """Every frame's CRCs are right: what reads them finds records and an end."""
    t.given.object("people", _PEOPLE)

    got = _select(t, "people", "SELECT * FROM S3Object", _HEADER)

    t.expect.ok(got)
    t.expect.true(any("End" in event for event in _events(got)), "an End event was read")


@check("select-csv", proved_by=["select-bad-sql-is-empty"])
def expression_that_is_no_sql_is_refused(t: Trial) -> None:
    """What cannot be parsed is answered 400, and no stream begins; what can be is done."""
    t.given.object("people", _PEOPLE)
    t.expect.ok(_select(t, "people", "SELECT * FROM S3Object", _HEADER))

    got = _select(t, "people", "SELECT * FROM S3Object WHERE (", _HEADER)

    t.expect.error(got, 400, None)


@check("select-csv", proved_by=["select-two-formats-taken"])
def two_input_formats_are_refused(t: Trial) -> None:
    """CSV and JSON at once is 400 ObjectSerializationConflict."""
    t.given.object("people", _PEOPLE)

    got = _select(t, "people", "SELECT * FROM S3Object", {**_HEADER, **_LINES})

    t.expect.error(got, 400, "ObjectSerializationConflict")


@check("select-csv", proved_by=["select-other-type-taken"])
def expression_type_is_sql(t: Trial) -> None:
    """Any other ExpressionType is 400 InvalidExpressionType."""
    t.given.object("people", _PEOPLE)

    got = t.call(
        "SelectObjectContent",
        Key="people",
        ExpressionType="XQUERY",
        Expression="SELECT * FROM S3Object",
        InputSerialization=_HEADER,
        OutputSerialization={"CSV": {}},
    )

    t.expect.error(got, 400, "InvalidExpressionType")


@check("select-csv", proved_by=["select-absent-is-empty"])
def absent_object_is_not_found(t: Trial) -> None:
    """A key that is not there is 404 NoSuchKey."""
    got = _select(t, "absent", "SELECT * FROM S3Object", _HEADER)

    t.expect.error(got, 404, "NoSuchKey")


@check("select-json", proved_by=["select-where-ignored", "select-json-paths-end-early"])
def paths_into_lines(t: Trial) -> None:
    """A path goes into the record, in the list of columns and in WHERE."""
    t.given.object("records", _RECORDS)

    sql = "SELECT s.id, s.deep.n FROM S3Object s WHERE s.deep.n > 10"
    got = _select(t, "records", sql, _LINES)

    _expect(t, got, b"2,20\n")


@check("select-json", proved_by=["select-path-of-source-ignored"])
def elements_of_a_document(t: Trial) -> None:
    """`S3Object[*].people[*]` has a record for each element of the array."""
    document = json.dumps({"people": [{"n": 1}, {"n": 2}]}).encode()
    t.given.object("document", document)

    got = _select(t, "document", "SELECT p.n FROM S3Object[*].people[*] p", _DOCUMENT)

    _expect(t, got, b"1\n2\n")


@check("select-json", proved_by=["select-json-output-is-csv"])
def json_out_names_its_members(t: Trial) -> None:
    """A result as JSON is a line of JSON a record, with names from the list of columns."""
    t.given.object("records", _RECORDS)

    sql = "SELECT s.id, s.deep.n AS depth FROM S3Object s"
    got = _select(t, "records", sql, _LINES, OutputSerialization={"JSON": {}})

    t.expect.ok(got)
    lines = _result(got).decode("utf-8", "replace").splitlines()
    t.expect.equal(
        [_loaded(line) for line in lines],
        [{"id": 1, "depth": 10}, {"id": 2, "depth": 20}],
        "the records",
    )


def _loaded(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return line


@check("select-parquet", proved_by=["select-parquet-refused", "select-where-ignored"])
def columns_of_parquet(t: Trial) -> None:
    """Columns have the names and types of the file."""
    t.given.object("people.parquet", PARQUET)

    sql = "SELECT s.name, s.age FROM S3Object s WHERE s.age > 40"
    got = _select(t, "people.parquet", sql, {"Parquet": {}})

    _expect(t, got, b"Alan,41\nGrace,85\n")
