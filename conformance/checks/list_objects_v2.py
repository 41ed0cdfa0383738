"""Checks of List objects in a bucket, version 2 of the listing."""

from __future__ import annotations

import re
from typing import Any

from conformance.trial import Trial, check, that

PAGES = ("aws-s3api", "boto3", "raw")  # aws s3 ls joins all pages itself
MANY_PAGES = 20
SHA256_OF_X = "LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE="


def _store(t: Trial, *names: str) -> list[str]:
    """Objects of these names under the check's prefix; their keys."""
    return [t.given.object(name, name.encode()).key for name in names]


@check("list-objects-v2", proved_by=["list-v2-last-missing"])
def every_key_is_listed(t: Trial) -> None:
    """A listing shows every key, sorted."""
    keys = _store(t, "c", "a", "b/x")

    got = t.call("ListObjectsV2", Prefix=t.prefix)

    t.expect.ok(got)
    t.expect.member(got, "Contents[].Key", sorted(keys))


@check("list-objects-v2", proved_by=["list-v2-size-wrong"], verified="aws-recorded 2026-02")
def entry_has_size_etag_and_storage_class(t: Trial) -> None:
    """An entry has the object's size in bytes, its quoted ETag and its storage class."""
    stored = t.given.object("ten", b"0123456789")

    got = t.call("ListObjectsV2", Prefix=t.prefix)

    t.expect.member(got, "Contents[0].[Size, ETag, StorageClass]", [10, stored.etag, "STANDARD"])


@check("list-objects-v2", proved_by=["list-v2-prefix-ignored"])
def prefix_selects_keys(t: Trial) -> None:
    """`prefix` limits the listing to keys that start with it, be it a folder or not."""
    _store(t, "app/x", "apple", "banana")

    got = t.call("ListObjectsV2", Prefix=t.key("app"))

    t.expect.member(got, "Contents[].Key", [t.key("app/x"), t.key("apple")])


@check("list-objects-v2", proved_by=["list-v2-delimiter-ignored"], verified="aws-recorded 2026-02")
def delimiter_groups_keys(t: Trial) -> None:
    """`delimiter` turns keys that have it after the prefix into common prefixes."""
    _store(t, "a/1", "a/2", "b/1", "top")

    got = t.call("ListObjectsV2", Prefix=t.prefix, Delimiter="/")

    t.expect.member(got, "CommonPrefixes[].Prefix", [t.key("a/"), t.key("b/")])
    t.expect.member(got, "Contents[].Key", [t.key("top")])


@check(
    "list-objects-v2",
    proved_by=["list-v2-key-count-without-prefixes"],
    verified="aws-recorded 2026-02",
)
def key_count_counts_keys_and_common_prefixes(t: Trial) -> None:
    """KeyCount is the number of keys and common prefixes of the page together."""
    _store(t, "a/1", "a/2", "b/1", "top")

    got = t.call("ListObjectsV2", Prefix=t.prefix, Delimiter="/")

    t.expect.member(got, "KeyCount", 3)


@check("list-objects-v2", proved_by=["list-v2-token-ignored"], only=PAGES)
def pages_join_to_the_whole_listing(t: Trial) -> None:
    """Following NextContinuationToken gives every key once, in order, no page longer than asked."""
    keys = _store(t, "1", "2", "3", "4", "5")

    seen: list[str] = []
    sizes: list[int] = []
    asked: dict[str, Any] = {"Prefix": t.prefix, "MaxKeys": 2}
    for _ in range(MANY_PAGES):
        page = t.call("ListObjectsV2", **asked)
        listed = [entry["Key"] for entry in page.members.get("Contents") or []]
        sizes.append(len(listed))
        seen += listed
        if not page.members.get("IsTruncated"):
            break
        asked["ContinuationToken"] = page.need("NextContinuationToken")

    t.expect.equal(seen, keys, "keys, page by page")
    t.expect.equal(sizes, [2, 2, 1], "sizes of the pages")


@check("list-objects-v2", proved_by=["list-v2-end-is-truncated"], verified="aws-recorded 2026-02")
def whole_listing_has_no_token(t: Trial) -> None:
    """A listing that is complete says IsTruncated false and gives no token; another gives one."""
    _store(t, "1", "2")
    part = t.look("ListObjectsV2", Bucket=t.bucket, Prefix=t.prefix, MaxKeys=1)
    t.expect.member(part, "IsTruncated", True)

    got = t.call("ListObjectsV2", Prefix=t.prefix)

    t.expect.member(got, "IsTruncated", False)
    t.expect.member(got, "NextContinuationToken", None)


@check(
    "list-objects-v2",
    proved_by=["list-v2-start-after-ignored"],
    only=PAGES,
    verified="aws-recorded 2026-02",
)
def start_after_skips_up_to_a_key(t: Trial) -> None:
    """`start-after` starts the listing after that key, be it there or not, and is echoed."""
    _store(t, "1", "2", "3")

    got = t.call("ListObjectsV2", Prefix=t.prefix, StartAfter=t.key("1x"))

    t.expect.member(got, "Contents[].Key", [t.key("2"), t.key("3")])
    t.expect.member(got, "StartAfter", t.key("1x"))


@check(
    "list-objects-v2",
    proved_by=["list-v2-start-after-wins"],
    only=PAGES,
    verified="aws-recorded 2026-02",
)
def token_wins_over_start_after(t: Trial) -> None:
    """With a continuation token `start-after` has no effect."""
    _store(t, "1", "2", "3", "4")
    alone = t.look("ListObjectsV2", Prefix=t.prefix, StartAfter=t.key("3"))
    t.expect.member(alone, "Contents[].Key", [t.key("4")])  # without a token it has one
    token = t.call("ListObjectsV2", Prefix=t.prefix, MaxKeys=1).need("NextContinuationToken")

    got = t.call("ListObjectsV2", Prefix=t.prefix, ContinuationToken=token, StartAfter=t.key("3"))

    t.expect.member(got, "Contents[].Key", [t.key("2"), t.key("3"), t.key("4")])
    t.expect.wording.member(got, "StartAfter", None)


@check(
    "list-objects-v2",
    proved_by=["list-v2-empty-token-accepted"],
    only=("raw",),
    verified="aws-recorded 2026-02",
    level="should",
)
def empty_token_is_refused(t: Trial) -> None:
    """An empty `continuation-token`: 400 InvalidArgument."""
    got = t.raw("GET", f"/{t.bucket}", query="list-type=2&continuation-token=")

    t.expect.error(got, 400, "InvalidArgument", ArgumentName="continuation-token")


@check(
    "list-objects-v2",
    proved_by=["list-v2-owner-always"],
    only=PAGES,
    verified="aws-recorded 2026-02",
    level="should",
)
def owner_is_shown_when_asked_for(t: Trial) -> None:
    """Entries name their owner with `fetch-owner=true` only."""
    _store(t, "owned")

    plain = t.call("ListObjectsV2", Prefix=t.prefix)
    owned = t.call("ListObjectsV2", Prefix=t.prefix, FetchOwner=True)

    t.expect.member(plain, "Contents[0].Owner", None)
    t.expect.member(owned, "Contents[0].Owner.ID", re.compile(".+"))


@check(
    "list-objects-v2",
    proved_by=["list-v2-common-prefix-twice"],
    only=PAGES,
    verified="aws-recorded 2026-02",
)
def common_prefix_is_on_one_page_only(t: Trial) -> None:
    """A common prefix counts as one entry, and the next page skips every key under it."""
    _store(t, "sub/1", "sub/2", "z")
    first = t.call("ListObjectsV2", Prefix=t.prefix, Delimiter="/", MaxKeys=1)
    t.expect.member(first, "CommonPrefixes[].Prefix", [t.key("sub/")])

    second = t.call(
        "ListObjectsV2",
        Prefix=t.prefix,
        Delimiter="/",
        ContinuationToken=first.need("NextContinuationToken"),
    )

    t.expect.member(second, "CommonPrefixes[].Prefix", None)
    t.expect.member(second, "Contents[].Key", [t.key("z")])


@check("list-objects-v2", proved_by=["list-v2-max-keys-0-is-all"], only=PAGES, level="should")
def max_keys_0_is_an_empty_page(t: Trial) -> None:
    """`max-keys=0` answers no key and is not truncated."""
    _store(t, "1")

    got = t.call("ListObjectsV2", Prefix=t.prefix, MaxKeys=0)

    t.expect.member(got, "[KeyCount, IsTruncated]", [0, False])
    t.expect.member(got, "Contents", None)


@check(
    "list-objects-v2",
    proved_by=["list-v2-encoding-ignored"],
    only=PAGES,
    verified="aws-recorded 2026-02",
)
def encoding_type_url_encodes_keys(t: Trial) -> None:
    """With `encoding-type=url` keys come percent-encoded; slashes stay."""
    _store(t, "date=2026/é")

    got = t.call("ListObjectsV2", Prefix=t.prefix, EncodingType="url")

    t.expect.member(got, "EncodingType", "url")
    t.expect.member(
        got,
        "Contents[0].Key",
        that(
            "a key that ends in date%3D2026/%C3%A9",
            lambda key: str(key).endswith("date%3D2026/%C3%A9"),
        ),
    )


@check(
    "list-objects-v2",
    proved_by=["list-v2-encoding-unchecked"],
    only=PAGES,
    verified="aws-recorded 2026-02",
    level="should",
)
def unknown_encoding_type_is_refused(t: Trial) -> None:
    """An `encoding-type` other than url: 400 InvalidArgument."""
    got = t.call("ListObjectsV2", Prefix=t.prefix, EncodingType="value")

    t.expect.error(got, 400, "InvalidArgument", ArgumentName="encoding-type", ArgumentValue="value")


@check(
    "list-objects-v2",
    proved_by=["list-v2-missing-bucket-is-a-key"],
    verified="aws-recorded 2026-02",
)
def missing_bucket_is_no_such_bucket(t: Trial) -> None:
    """A listing of a bucket that does not exist: 404 NoSuchBucket with its name."""
    name = t.bucket_name()

    t.expect.error(t.call("ListObjectsV2", Bucket=name), 404, "NoSuchBucket", BucketName=name)


@check("list-objects-v2", proved_by=["list-v2-sorted-as-utf-16"])
def keys_sort_by_their_bytes(t: Trial) -> None:
    """Keys sort by their UTF-8 bytes: capitals, small letters, then the rest; not by UTF-16."""
    names = ["B", "a", "b", "~", "é", "｡", "😀"]
    _store(t, *reversed(names))

    got = t.call("ListObjectsV2", Prefix=t.prefix)

    t.expect.member(got, "Contents[].Key", [t.key(name) for name in names])


@check("list-objects-v2", proved_by=["list-v2-folder-key-hidden"])
def key_that_ends_in_a_slash_is_a_key(t: Trial) -> None:
    """An object whose key ends in `/` is listed as that key."""
    _store(t, "folder/", "folder/file")

    got = t.call("ListObjectsV2", Prefix=t.prefix)

    t.expect.member(got, "Contents[].Key", [t.key("folder/"), t.key("folder/file")])


@check("list-objects-v2", proved_by=["list-v2-deleted-stays"])
def deleted_key_is_not_listed(t: Trial) -> None:
    """A key that was deleted is not in the next listing: listings are strongly consistent."""
    _store(t, "gone", "kept")
    t.given.call("DeleteObject", Key="gone")

    got = t.call("ListObjectsV2", Prefix=t.prefix)

    t.expect.member(got, "Contents[].Key", [t.key("kept")])


@check(
    "list-objects-v2",
    proved_by=["entries-without-checksum"],
    only=("aws-s3api", "boto3", "raw"),
    spec="https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html",
    level="should",
)
def entry_tells_how_it_was_summed(t: Trial) -> None:
    """An entry has the algorithm of the object's checksum, and whether it is of the whole."""
    t.given.object("summed", b"x", ChecksumAlgorithm="SHA256", ChecksumSHA256=SHA256_OF_X)

    got = t.call("ListObjectsV2", Prefix=t.key("summed"))

    t.expect.member(got, "Contents[].ChecksumAlgorithm[]", ["SHA256"])
    t.expect.member(got, "Contents[].ChecksumType", ["FULL_OBJECT"])
