"""Checks of keys that file systems, URL libraries and web frameworks are known to change."""

from __future__ import annotations

from urllib.parse import unquote_plus

from conformance.trial import Trial, check

API = ("aws-s3api", "boto3", "raw")
SDK = ("boto3", "raw")
KEYS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html"


def _come_back(t: Trial, *names: str) -> None:
    """Each is written by the client, found in a listing as it stands, and read with its bytes."""
    for name in names:
        t.expect.ok(t.call("PutObject", Key=name, Body=name.encode()))
    listed = t.look("ListObjectsV2", Bucket=t.bucket, Prefix=t.prefix, EncodingType="url")
    keys = [unquote_plus(one["Key"]) for one in listed.members.get("Contents") or []]
    t.expect.equal(sorted(keys), sorted(map(t.key, names)), "keys, listed", of=listed)
    for name in names:
        got = t.call("GetObject", Key=name)
        t.expect.ok(got)
        t.expect.body(got, name.encode())


@check("put-object", proved_by=["key-cut-at-a-semicolon"], only=API, spec=KEYS)
def reserved_characters_are_part_of_a_key(t: Trial) -> None:
    """`?`, `#`, `;`, `&`, `=`, `:`, `@`, `$`, `,`, `!`, quotes and brackets are kept in a key."""
    _come_back(t, "a;b=c", "a?b=c&d", "a#b", "a:b@c,d$e!f", "a'b\"c`d", "(a)[b]{c}<d>", "a|b^c~d*e")


@check("put-object", proved_by=["key-backslash-is-a-slash"], only=API, spec=KEYS)
def backslash_is_no_slash(t: Trial) -> None:
    """`a\\b` and `a/b` are two keys."""
    _come_back(t, "a\\b", "a/b")


@check("put-object", proved_by=["key-trimmed"], only=SDK, spec=KEYS)
def blanks_and_dots_at_the_ends_are_kept(t: Trial) -> None:
    """Blanks before and after, and dots at the end, are part of a key."""
    _come_back(t, " before", "after ", "dot.", "dots...", "a. /b", "plain")


@check("put-object", proved_by=["key-dot-segments-removed"], only=SDK, spec=KEYS)
def dot_segments_inside_a_key_are_kept(t: Trial) -> None:
    """`a/./b`, `a/../b` and `.hidden` are keys as they stand: S3 has no folders to climb."""
    _come_back(t, "a/./b", "a/b", "c/../b", ".hidden", "d/...")


@check("put-object", proved_by=["key-leading-slash-lost"], only=SDK, spec=KEYS)
def key_may_begin_with_a_slash(t: Trial) -> None:
    """`/a`, `//a` and `a` are three keys of a bucket."""
    bucket = t.given.bucket()
    for key in ("/a", "//a", "a"):
        t.expect.ok(t.call("PutObject", Bucket=bucket, Key=key, Body=key.encode()))

    t.expect.member(t.look("ListObjectsV2", Bucket=bucket), "Contents[].Key", ["//a", "/a", "a"])
    for key in ("/a", "//a", "a"):
        t.expect.body(t.call("GetObject", Bucket=bucket, Key=key), key.encode())


@check(
    "put-object", proved_by=["key-control-characters-refused"], only=SDK, spec=KEYS, level="should"
)
def control_characters_are_part_of_a_key(t: Trial) -> None:
    """Line feed, tab and other control characters are kept; a listing shows them url-encoded."""
    _come_back(t, "a\nb", "a\tb", "a\rb", "a\x01b", "a\x7fb")


@check("put-object", proved_by=["key-beyond-the-bmp-lost"], only=API, spec=KEYS)
def every_script_is_kept(t: Trial) -> None:
    """Letters of any script, emoji and characters of four bytes are kept in a key."""
    _come_back(t, "größe", "日本語", "שלום", "नमस्ते", "😀/👩‍👩‍👧", "𐍈", "\u200bzero")


@check("put-object", proved_by=["key-below-an-object-refused"], only=API, spec=KEYS)
def object_and_folder_may_have_one_name(t: Trial) -> None:
    """`a` and `a/b` are both objects, whichever was written first, and `a/` is a third."""
    _come_back(t, "a", "a/b", "c/d", "c", "a/", "c/d/e/f", "c/d/e")


@check("delete-object", proved_by=["delete-of-a-folder-takes-its-keys"], only=API)
def deleting_a_folder_object_leaves_its_keys(t: Trial) -> None:
    """DELETE of `dir/` removes that object, and nothing below it; so does DELETE of `dir`."""
    for name in ("dir", "dir/", "dir/a", "dir/b/c"):
        t.given.object(name, b"x")

    for name in ("dir/", "dir"):
        t.expect.ok(t.call("DeleteObject", Key=name))

    listed = t.look("ListObjectsV2", Bucket=t.bucket, Prefix=t.prefix)
    t.expect.member(listed, "Contents[].Key", [t.key("dir/a"), t.key("dir/b/c")])


@check("delete-object", proved_by=["delete-leaves-an-empty-folder"], only=API)
def folder_goes_with_its_last_key(t: Trial) -> None:
    """When the last key below `dir/` is deleted, no `dir/` is left in any listing."""
    t.given.object("dir/sub/only", b"x")
    t.given.object("stays", b"x")

    t.expect.ok(t.call("DeleteObject", Key="dir/sub/only"))

    flat = t.look("ListObjectsV2", Bucket=t.bucket, Prefix=t.prefix)
    t.expect.member(flat, "Contents[].Key", [t.key("stays")])
    folders = t.look("ListObjectsV2", Bucket=t.bucket, Prefix=t.prefix, Delimiter="/")
    t.expect.member(folders, "CommonPrefixes", None)


@check("delete-object", proved_by=["delete-takes-keys-that-begin-so"], only=API)
def deletion_is_of_one_key_not_of_a_prefix(t: Trial) -> None:
    """DELETE of `log` leaves `log1`, `log/1` and `Log`."""
    for name in ("log", "log1", "log/1", "Log"):
        t.given.object(name, b"x")

    t.expect.ok(t.call("DeleteObject", Key="log"))

    listed = t.look("ListObjectsV2", Bucket=t.bucket, Prefix=t.prefix)
    t.expect.member(listed, "Contents[].Key", [t.key(n) for n in ("Log", "log/1", "log1")])


@check("get-object", proved_by=["get-of-a-folder-finds-its-object"], only=API)
def folder_is_no_object(t: Trial) -> None:
    """GET and HEAD of `dir` and `dir/`, where only `dir/a` was written: 404."""
    t.given.object("dir/a", b"x")

    for name in ("dir", "dir/"):
        t.expect.error(t.call("GetObject", Key=name), 404, "NoSuchKey")
        t.expect.error(t.call("HeadObject", Key=name), 404, None)


@check("put-object", proved_by=["folder-object-has-no-content"], only=SDK)
def key_that_ends_in_a_slash_has_content(t: Trial) -> None:
    """An object `dir/` keeps its bytes, its type and its metadata like any other."""
    t.expect.ok(
        t.call(
            "PutObject", Key="dir/", Body=b"not empty", ContentType="text/x", Metadata={"a": "b"}
        )
    )

    got = t.look("GetObject", Key="dir/")
    t.expect.body(got, b"not empty")
    t.expect.header(got, "Content-Type", "text/x")
    t.expect.header(got, "x-amz-meta-a", "b")


@check("put-object", proved_by=["key-is-a-servers-own-path"], only=SDK)
def words_that_servers_use_are_keys(t: Trial) -> None:
    """Keys at the top of a bucket such as `favicon.ico`, `metrics`, `acl` or `null` are objects."""
    bucket = t.given.bucket()
    names = ("favicon.ico", "robots.txt", "health", "metrics", "admin", "acl", "uploads", "null")
    for name in names:
        t.expect.ok(t.call("PutObject", Bucket=bucket, Key=name, Body=name.encode()))

    for name in names:
        t.expect.body(t.call("GetObject", Bucket=bucket, Key=name), name.encode())
    listed = t.look("ListObjectsV2", Bucket=bucket)
    t.expect.member(listed, "Contents[].Key", sorted(names))


@check("put-object", proved_by=["key-segments-limited-to-255"], only=SDK, spec=KEYS)
def segments_of_a_key_may_be_long(t: Trial) -> None:
    """What stands between two slashes may be longer than a file's name: 300 bytes, then more."""
    long = "s" * 300
    _come_back(t, f"{long}/x", f"x/{long}", "/".join("abcdefgh" * 4))


@check("create-bucket", proved_by=["bucket-name-of-63-refused"], only=SDK)
def name_of_63_characters_is_accepted(t: Trial) -> None:
    """A bucket's name may have 63 characters."""
    bucket = t.bucket_name(length=63)
    t.expect.equal(len(bucket), 63, "characters of the name")

    t.expect.ok(t.call("CreateBucket", **t.located({"Bucket": bucket})))

    t.expect.ok(t.look("HeadBucket", Bucket=bucket))
    t.tells_absent()


@check("create-bucket", proved_by=["bucket-name-with-dots-refused"], only=SDK)
def name_may_have_dots(t: Trial) -> None:
    """A bucket's name may have dots between its letters, and its objects are written and read."""
    bucket = t.bucket_name(".with.dots")

    t.expect.ok(t.call("CreateBucket", **t.located({"Bucket": bucket})))

    t.expect.ok(t.call("PutObject", Bucket=bucket, Key="key", Body=b"x"))
    t.expect.body(t.look("GetObject", Bucket=bucket, Key="key"), b"x")


@check(
    "create-bucket", proved_by=["bucket-names-of-others-accepted"], only=("raw",), level="should"
)
def names_that_s3_keeps_for_itself_are_refused(t: Trial) -> None:
    """Names with two dots in a row, or that end as aliases of S3 do: 400 InvalidBucketName."""
    for ending in ("..x", "-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3", "-"):
        got = t.raw("PUT", f"/{t.bucket_name(ending)}")

        t.expect.error(got, 400, "InvalidBucketName")


@check("create-bucket", proved_by=["bucket-names-with-an-address-refused"], only=SDK)
def name_may_hold_an_address(t: Trial) -> None:
    """A name that has an IP address in it, and is none, is a bucket's name."""
    bucket = t.bucket_name("-192.168.5.4")

    t.expect.ok(t.call("CreateBucket", **t.located({"Bucket": bucket})))

    t.expect.ok(t.look("HeadBucket", Bucket=bucket))
    t.tells_absent()
