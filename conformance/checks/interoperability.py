"""Checks between clients: what one of them writes, each of the others reads as the same object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from conformance.trial import Answer, ClientCannotError, Trial, check

CONTENT = bytes(range(256)) + "größe und maß\r\n".encode()
REDIRECTS = frozenset({301, 302, 307, 308})
NAME = "größe & maß + 100% 日本.txt"


def read_by_the_others(t: Trial, **members: Any) -> Iterator[Answer]:
    """GetObject by every other client of the run that has a way to say it.

    One that stays with a redirect has not come to the object; that is for its own rows.
    """
    read = 0
    for name in t.others:
        try:
            got = t.call_by(name, "GetObject", **members)
        except ClientCannotError:
            continue
        if got.status in REDIRECTS:
            continue
        looked_at = len(t.expect.noted)
        yield got
        read += len(t.expect.noted) > looked_at  # else that client could not show it
    if not read:
        raise ClientCannotError("no other client of this run can read it")


@check("interoperability", proved_by=["body-differs-by-client"])
def every_client_reads_the_same_bytes(t: Trial) -> None:
    """Bytes that this client writes are what each of the others reads."""
    t.expect.ok(t.call("PutObject", Key="between", Body=CONTENT))

    for got in read_by_the_others(t, Key="between"):
        t.expect.ok(got)
        t.expect.body(got, CONTENT)


@check("interoperability", proved_by=["etag-differs-by-client"])
def every_client_sees_the_same_etag(t: Trial) -> None:
    """The ETag that the PUT answered is the one each of the others is answered."""
    put = t.call("PutObject", Key="between", Body=CONTENT)
    t.expect.ok(put)

    for got in read_by_the_others(t, Key="between"):
        t.expect.header(got, "ETag", put.need_etag())


@check("interoperability", proved_by=["metadata-differs-by-client"])
def every_client_sees_the_same_metadata(t: Trial) -> None:
    """Content type and metadata that this client gives are what each of the others is answered."""
    put = t.call(
        "PutObject",
        Key="between",
        Body=CONTENT,
        ContentType="text/x-between",
        Metadata={"colour": "green"},
    )
    t.expect.ok(put)

    for got in read_by_the_others(t, Key="between"):
        t.expect.header(got, "Content-Type", "text/x-between")
        t.expect.header(got, "x-amz-meta-colour", "green")


@check("interoperability", proved_by=["date-differs-by-client"])
def every_client_sees_the_same_date(t: Trial) -> None:
    """Last-Modified is the same for all: that of a HEAD right after the PUT."""
    t.expect.ok(t.call("PutObject", Key="between", Body=CONTENT))
    written = t.given.call("HeadObject", Key="between").need_header("Last-Modified")

    for got in read_by_the_others(t, Key="between"):
        t.expect.header(got, "Last-Modified", written)


@check("interoperability", proved_by=["key-differs-by-client"])
def every_client_means_the_same_key(t: Trial) -> None:
    """A name with spaces, `&`, `+`, `%` and letters of any script is one key for all of them."""
    t.expect.ok(t.call("PutObject", Key=NAME, Body=CONTENT))

    listed = t.look("ListObjectsV2", Prefix=t.prefix)
    t.expect.member(listed, "Contents[].Key", [t.key(NAME)])
    for got in read_by_the_others(t, Key=NAME):
        t.expect.ok(got)
        t.expect.body(got, CONTENT)


@check("interoperability", proved_by=["overwrite-hidden-by-client"])
def every_client_reads_what_was_written_last(t: Trial) -> None:
    """After this client overwrote an object each of the others reads the new one."""
    t.given.object("between", b"the one before")

    t.expect.ok(t.call("PutObject", Key="between", Body=CONTENT))

    for got in read_by_the_others(t, Key="between"):
        t.expect.body(got, CONTENT)
