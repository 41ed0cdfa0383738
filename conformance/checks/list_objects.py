"""Checks of List objects in a bucket, version 1 of the listing."""

from __future__ import annotations

import re

from conformance.trial import Trial, check

ENCODING = ("aws-s3api", "boto3", "raw")


def _store(t: Trial, *names: str) -> list[str]:
    """Objects of these names under the check's prefix; their keys."""
    return [t.given.object(name, name.encode()).key for name in names]


@check("list-objects", proved_by=["list-v1-last-missing"])
def every_key_is_listed(t: Trial) -> None:
    """A listing shows every key, sorted."""
    keys = _store(t, "c", "a", "b/x")

    got = t.call("ListObjects", Prefix=t.prefix)

    t.expect.ok(got)
    t.expect.member(got, "Contents[].Key", sorted(keys))


@check("list-objects", proved_by=["list-v1-etag-unquoted"], verified="aws-recorded 2026-02")
def entry_has_the_etag_of_the_put(t: Trial) -> None:
    """An entry's ETag is the one PUT answered, quotes included."""
    stored = t.given.object("tagged", b"some bytes")

    got = t.call("ListObjects", Prefix=t.prefix)

    t.expect.member(got, "Contents[0].ETag", stored.etag)


@check("list-objects", proved_by=["list-v1-size-wrong"])
def entry_has_the_size_in_bytes(t: Trial) -> None:
    """An entry's Size is the number of bytes of the object."""
    t.given.object("ten", b"0123456789")

    t.expect.member(t.call("ListObjects", Prefix=t.prefix), "Contents[0].Size", 10)


@check(
    "list-objects",
    proved_by=["list-v1-owner-missing"],
    verified="aws-recorded 2026-02",
    level="should",
)
def entry_names_its_owner(t: Trial) -> None:
    """In version 1 every entry names its owner."""
    _store(t, "owned")

    got = t.call("ListObjects", Prefix=t.prefix)

    t.expect.member(got, "Contents[0].Owner.ID", re.compile(".+"))


@check("list-objects", proved_by=["list-v1-prefix-ignored"])
def prefix_selects_keys(t: Trial) -> None:
    """`prefix` limits the listing to keys that start with it, be it a folder or not."""
    _store(t, "app/x", "apple", "banana")

    got = t.call("ListObjects", Prefix=t.key("app"))

    t.expect.member(got, "Contents[].Key", [t.key("app/x"), t.key("apple")])


@check("list-objects", proved_by=["list-v1-delimiter-ignored"], verified="aws-recorded 2026-02")
def delimiter_groups_keys(t: Trial) -> None:
    """`delimiter` turns keys that have it after the prefix into common prefixes."""
    _store(t, "a/1", "a/2", "b/1", "top")

    got = t.call("ListObjects", Prefix=t.prefix, Delimiter="/")

    t.expect.member(got, "CommonPrefixes[].Prefix", [t.key("a/"), t.key("b/")])
    t.expect.member(got, "Contents[].Key", [t.key("top")])


@check("list-objects", proved_by=["list-v1-max-keys-ignored"], only=ENCODING)
def max_keys_ends_the_page(t: Trial) -> None:
    """`max-keys` limits a page, and IsTruncated says that there is more."""
    _store(t, "1", "2", "3")

    got = t.call("ListObjects", Prefix=t.prefix, MaxKeys=2)

    t.expect.member(got, "Contents[].Key", [t.key("1"), t.key("2")])
    t.expect.member(got, "IsTruncated", True)


@check("list-objects", proved_by=["list-v1-marker-inclusive"], only=ENCODING)
def marker_is_where_the_last_page_ended(t: Trial) -> None:
    """A listing with `marker` starts after that key, not with it."""
    _store(t, "1", "2", "3")

    got = t.call("ListObjects", Prefix=t.prefix, Marker=t.key("1"))

    t.expect.member(got, "Contents[].Key", [t.key("2"), t.key("3")])


@check(
    "list-objects",
    proved_by=["list-v1-next-marker-always"],
    only=ENCODING,
    verified="aws-recorded 2026-02",
    level="should",
)
def next_marker_comes_with_a_delimiter_only(t: Trial) -> None:
    """A cut listing has NextMarker when a delimiter was sent, and none otherwise."""
    _store(t, "1", "2")

    plain = t.call("ListObjects", Prefix=t.prefix, MaxKeys=1)
    grouped = t.call("ListObjects", Prefix=t.prefix, MaxKeys=1, Delimiter="/")

    t.expect.wording.member(plain, "NextMarker", None)  # who pages has no harm from it
    t.expect.member(grouped, "NextMarker", t.key("1"))


@check(
    "list-objects",
    proved_by=["list-v1-common-prefix-twice"],
    only=ENCODING,
    verified="aws-recorded 2026-02",
)
def listing_resumes_after_a_whole_common_prefix(t: Trial) -> None:
    """NextMarker may be a common prefix; the next page skips every key under it."""
    _store(t, "sub/1", "sub/2", "z")
    first = t.call("ListObjects", Prefix=t.prefix, Delimiter="/", MaxKeys=1)
    t.expect.member(first, "CommonPrefixes[].Prefix", [t.key("sub/")])
    t.expect.member(first, "NextMarker", t.key("sub/"))

    second = t.call("ListObjects", Prefix=t.prefix, Delimiter="/", Marker=t.key("sub/"))

    t.expect.member(second, "CommonPrefixes[].Prefix", None)
    t.expect.member(second, "Contents[].Key", [t.key("z")])


@check("list-objects", proved_by=["list-v1-max-keys-0-is-all"], only=ENCODING, level="should")
def max_keys_0_is_an_empty_page(t: Trial) -> None:
    """`max-keys=0` answers no key and is not truncated."""
    _store(t, "1")

    got = t.call("ListObjects", Prefix=t.prefix, MaxKeys=0)

    t.expect.status(got, 200)
    t.expect.member(got, "Contents", None)
    t.expect.member(got, "IsTruncated", False)


@check("list-objects", proved_by=["list-v1-max-keys-unchecked"], only=("raw",), level="should")
def max_keys_must_be_a_number(t: Trial) -> None:
    """`max-keys` that is not a number: 400 InvalidArgument."""
    got = t.raw("GET", f"/{t.bucket}", query="max-keys=many")

    t.expect.error(got, 400, "InvalidArgument", ArgumentName="max-keys")


@check(
    "list-objects", proved_by=["list-v1-missing-bucket-is-a-key"], verified="aws-recorded 2026-02"
)
def missing_bucket_is_no_such_bucket(t: Trial) -> None:
    """A listing of a bucket that does not exist: 404 NoSuchBucket with its name."""
    name = t.bucket_name()

    t.expect.error(t.call("ListObjects", Bucket=name), 404, "NoSuchBucket", BucketName=name)


@check("list-objects", proved_by=["list-v1-sorted-as-utf-16"])
def keys_sort_by_their_bytes(t: Trial) -> None:
    """Keys sort by their UTF-8 bytes: capitals, small letters, then the rest; not by UTF-16."""
    names = ["B", "a", "b", "~", "é", "｡", "😀"]
    _store(t, *reversed(names))

    got = t.call("ListObjects", Prefix=t.prefix)

    t.expect.member(got, "Contents[].Key", [t.key(name) for name in names])


@check(
    "list-objects",
    proved_by=["list-v1-encoding-unchecked"],
    only=ENCODING,
    verified="aws-recorded 2026-02",
    level="should",
)
def unknown_encoding_type_is_refused(t: Trial) -> None:
    """An `encoding-type` other than url, an empty one too: 400 InvalidArgument."""
    got = t.call("ListObjects", Prefix=t.prefix, EncodingType="value")

    t.expect.error(got, 400, "InvalidArgument", ArgumentName="encoding-type", ArgumentValue="value")


@check(
    "list-objects",
    proved_by=["list-v1-delimiter-decoded-twice"],
    only=ENCODING,
    verified="aws-recorded 2026-02",
    level="should",
)
def percent_encoded_delimiter_is_literal(t: Trial) -> None:
    """The delimiter `%2F` is three characters: it groups nothing at `/`, and is echoed encoded."""
    _store(t, "a/1")

    got = t.call("ListObjects", Prefix=t.prefix, Delimiter="%2F", EncodingType="url")

    t.expect.member(got, "CommonPrefixes", None)
    t.expect.member(got, "length(Contents)", 1)
    t.expect.member(got, "Delimiter", "%252F")


@check(
    "list-objects",
    proved_by=["list-v1-empty-delimiter-echoed"],
    only=("raw",),
    verified="aws-recorded 2026-02",
)
def empty_delimiter_is_none(t: Trial) -> None:
    """An empty `delimiter` groups nothing and is not echoed."""
    _store(t, "a/1")

    got = t.raw("GET", f"/{t.bucket}", query=f"delimiter=&prefix={t.prefix.replace('/', '%2F')}")

    t.expect.status(got, 200)
    t.expect.true(t.key("a/1").encode() in got.wire_body, "the key is listed")
    told = re.search(rb"<Delimiter>[^<]", got.wire_body)
    t.expect.true(told is None, "no Delimiter is told", of=got)
    t.expect.wording.true(b"<Delimiter" not in got.wire_body, "there is no Delimiter element")


@check(
    "list-objects",
    proved_by=["list-v1-echo-missing"],
    only=ENCODING,
    verified="aws-recorded 2026-02",
    level="should",
)
def answer_repeats_the_question(t: Trial) -> None:
    """Name, Prefix, Marker and MaxKeys come back as they were understood."""
    got = t.call("ListObjects", Prefix=t.prefix, Marker=t.key("m"), MaxKeys=7)

    t.expect.member(got, "[Name, Prefix, Marker, MaxKeys]", [t.bucket, t.prefix, t.key("m"), 7])


@check(
    "list-objects",
    proved_by=["empty-marker-refused"],
    only=("raw",),
    verified="aws-recorded 2026-02",
)
def empty_marker_is_the_beginning(t: Trial) -> None:
    """An empty `marker` lists from the first key."""
    _store(t, "a")

    got = t.raw("GET", f"/{t.bucket}", query=f"marker=&prefix={t.prefix.replace('/', '%2F')}")

    t.expect.status(got, 200)
    t.expect.true(t.key("a").encode() in got.wire_body, "the key is listed", of=got)
    t.expect.wording.true(  # an absent Marker and an empty one are the same to who pages
        b"<Marker></Marker>" in got.wire_body or b"<Marker/>" in got.wire_body,
        "an empty Marker is answered",
        of=got,
    )
