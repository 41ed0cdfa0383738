"""Checks of prefix and delimiter of a listing, of any characters and any length."""

from __future__ import annotations

from conformance.trial import Trial, check

PAGED = ("boto3", "raw")


def _grouped(t: Trial, delimiter: str, prefixes: list[str], keys: list[str]) -> None:
    got = t.call("ListObjectsV2", Bucket=t.bucket, Prefix=t.prefix, Delimiter=delimiter)
    t.expect.member(got, "CommonPrefixes[].Prefix", [t.key(name) for name in prefixes] or None)
    t.expect.member(got, "Contents[].Key", [t.key(name) for name in keys] or None)


@check("list-objects-v2", proved_by=["v2-delimiter-is-a-slash"], only=PAGED, level="should")
def delimiter_is_any_character(t: Trial) -> None:
    """A delimiter may be a letter, a dot, a blank, a percent sign, a line feed or of two bytes."""
    for delimiter in ("m", ".", " ", "%", "\n", "é"):
        name = f"{ord(delimiter[0])}"
        t.given.object(f"{name}/x{delimiter}1")
        t.given.object(f"{name}/x{delimiter}2")
        t.given.object(f"{name}/y")

        got = t.call(
            "ListObjectsV2",
            Bucket=t.bucket,
            Prefix=t.key(f"{name}/"),
            Delimiter=delimiter,
            EncodingType="url",
        )

        t.expect.member(got, "length(CommonPrefixes)", 1)
        t.expect.member(got, "length(Contents)", 1)
        t.expect.member(got, "KeyCount", 2)


@check("list-objects-v2", proved_by=["v2-delimiter-is-one-character"], only=PAGED, level="should")
def delimiter_may_be_a_word(t: Trial) -> None:
    """A delimiter of several characters groups by all of them, up to its first place in a key."""
    for name in ("a--b--c", "a-b", "x--"):
        t.given.object(name)

    _grouped(t, "--", ["a--", "x--"], ["a-b"])


@check("list-objects-v2", proved_by=["v2-empty-folder-name-hidden"], only=PAGED)
def key_may_begin_with_the_delimiter(t: Trial) -> None:
    """A key that begins with the delimiter, after the prefix, is in a common prefix of just it."""
    for name in ("/1", "/2", "top"):
        t.given.object(name)

    _grouped(t, "/", ["/"], ["top"])


@check("list-objects-v2", proved_by=["v2-folder-object-hidden"], only=PAGED)
def object_named_like_the_prefix_is_a_key(t: Trial) -> None:
    """With prefix `dir/` the object `dir/` itself is a key of the listing, no common prefix."""
    for name in ("dir/", "dir/1", "dir/sub/1"):
        t.given.object(name)

    got = t.call("ListObjectsV2", Bucket=t.bucket, Prefix=t.key("dir/"), Delimiter="/")

    t.expect.member(got, "Contents[].Key", [t.key("dir/"), t.key("dir/1")])
    t.expect.member(got, "CommonPrefixes[].Prefix", [t.key("dir/sub/")])


@check("list-objects-v2", proved_by=["v2-prefix-needs-its-slash"], only=PAGED)
def prefix_without_its_slash_is_a_common_prefix(t: Trial) -> None:
    """With prefix `dir` and delimiter `/`, what is below `dir/` is the common prefix `dir/`."""
    for name in ("dir/1", "dir2", "dirt/1"):
        t.given.object(name)

    got = t.call("ListObjectsV2", Bucket=t.bucket, Prefix=t.key("dir"), Delimiter="/")

    t.expect.member(got, "CommonPrefixes[].Prefix", [t.key("dir/"), t.key("dirt/")])
    t.expect.member(got, "Contents[].Key", [t.key("dir2")])


@check("list-objects-v2", proved_by=["v2-prefix-is-a-pattern"], only=PAGED)
def prefix_has_case(t: Trial) -> None:
    """A prefix matches bytes: `A` is not `a`, and `_` and `*` stand for themselves."""
    for name in ("Ab", "ab", "_x", "yx", "*z"):
        t.given.object(name)

    for prefix, expected in (("A", "Ab"), ("_", "_x"), ("*", "*z")):
        got = t.call("ListObjectsV2", Bucket=t.bucket, Prefix=t.key(prefix))
        t.expect.member(got, "Contents[].Key", [t.key(expected)])


@check("list-objects-v2", proved_by=["v2-unknown-prefix-is-an-error"], only=PAGED)
def prefix_of_no_key_lists_nothing(t: Trial) -> None:
    """A prefix that no key has: 200 with no keys, not truncated."""
    t.given.object("there")

    control = t.call("ListObjectsV2", Bucket=t.bucket, Prefix=t.prefix)
    got = t.call("ListObjectsV2", Bucket=t.bucket, Prefix=t.key("nothing/"), Delimiter="/")

    t.expect.member(control, "length(Contents)", 1)
    t.expect.ok(got)
    t.expect.member(got, "IsTruncated", False)
    t.expect.member(got, "[Contents, CommonPrefixes]", [None, None])


@check("list-objects", proved_by=["v1-unused-delimiter-hides-keys"], only=PAGED)
def delimiter_in_no_key_changes_nothing(t: Trial) -> None:
    """A delimiter that is in no key: every key is listed, and there are no common prefixes."""
    for name in ("a", "b"):
        t.given.object(name)
    grouped = t.look("ListObjects", Bucket=t.bucket, Prefix=t.prefix, Delimiter="a")
    t.expect.member(grouped, "CommonPrefixes[].Prefix", [t.key("a")])  # delimiters do group

    got = t.call("ListObjects", Bucket=t.bucket, Prefix=t.prefix, Delimiter="|")

    t.expect.member(got, "Contents[].Key", [t.key("a"), t.key("b")])
    t.expect.member(got, "CommonPrefixes", None)


@check(
    "list-multipart-uploads",
    proved_by=["uploads-delimiter-is-one-character"],
    only=PAGED,
    level="should",
)
def uploads_are_grouped_by_any_delimiter(t: Trial) -> None:
    """A delimiter of two characters groups uploads up to its first place after the prefix."""
    for name in ("a::b", "a:b"):
        t.given.call("CreateMultipartUpload", Key=name)

    got = t.call("ListMultipartUploads", Bucket=t.bucket, Prefix=t.prefix, Delimiter="::")

    t.expect.member(got, "CommonPrefixes[].Prefix", [t.key("a::")])
    t.expect.member(got, "Uploads[].Key", [t.key("a:b")])
