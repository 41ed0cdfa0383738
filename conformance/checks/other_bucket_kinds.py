"""Checks of what belongs to other kinds of buckets, sent to one of general purpose.

Amazon's reference says that these are for directory buckets, or are served no more. What a bucket
of general purpose answers it does not say; so the codes are observed. That an object is neither
lost nor replaced by nothing is what anybody depends on.
"""

from __future__ import annotations

from urllib.parse import quote

from conformance.trial import Trial, check

_API = "https://docs.aws.amazon.com/AmazonS3/latest/API"


@check("rename-object", proved_by=["rename-writes-nothing"])
def object_is_under_one_of_the_two_names(t: Trial) -> None:
    """Renamed or refused, the object is whole: under the new name after 2xx, else under the old.

    A server that does not know `?renameObject` may take the request for a PUT of no bytes.
    """
    old = t.given.object("old", b"content")

    got = t.call("RenameObject", Key="new", RenameSource=f"/{t.bucket}/{old.key}")

    done = 200 <= got.status < 300
    t.expect.body(t.look("GetObject", Key="new" if done else "old"), b"content")
    t.expect.error(t.look("GetObject", Key="old" if done else "new"), 404, "NoSuchKey")


@check("rename-object", proved_by=["rename-over-a-key-does-nothing"])
def object_of_the_new_name_is_not_emptied(t: Trial) -> None:
    """Where the new name is taken, it has what was renamed after 2xx, else what it had."""
    old = t.given.object("old", b"content")
    t.given.object("new", b"there before")

    got = t.call("RenameObject", Key="new", RenameSource=f"/{t.bucket}/{old.key}")

    done = 200 <= got.status < 300
    t.expect.body(t.look("GetObject", Key="new"), b"content" if done else b"there before")


@check(
    "other-bucket-kinds",
    proved_by=["session-of-any-bucket"],
    only=("raw",),
    verified="observed",
)
def session_lists_the_objects(t: Trial) -> None:
    """`?session` of a bucket that is no directory bucket is passed over: its objects are listed."""
    # Measured for https://github.com/brekkylab/backlot; Amazon's reference does not say it.
    stored = t.given.object("object", b"content")

    got = t.raw("GET", f"/{t.bucket}", query=f"prefix={quote(t.prefix, safe='')}&session=")

    t.expect.status(got, 200)
    listed = got.body or b""
    t.expect.true(b"<ListBucketResult" in listed, "a list of objects is answered", of=got)
    t.expect.true(stored.key.encode() in listed, "the object is in the list", of=got)


@check(
    "other-bucket-kinds",
    proved_by=["torrent-is-the-object"],
    only=("raw",),
    verified="observed",
    spec=f"{_API}/API_GetObjectTorrent.html",
)
def torrent_is_refused(t: Trial) -> None:
    """`?torrent` is refused with 405, and is not answered with the object."""
    t.given.object("object", b"content")

    t.expect.status(t.call("GetObjectTorrent", Key="object"), 405)


@check(
    "other-bucket-kinds",
    proved_by=["response-of-nobody-is-taken"],
    only=("raw",),
    verified="observed",
    spec=f"{_API}/API_WriteGetObjectResponse.html",
)
def response_of_a_function_is_refused(t: Trial) -> None:
    """WriteGetObjectResponse has an endpoint of its own; sent to the bucket's it is refused."""
    t.given.object("here", b"x")  # it does not refuse everything

    got = t.raw("POST", "/WriteGetObjectResponse", headers={"x-amz-request-route": "r"})

    t.expect.status(got, (400, 403, 404, 405))


@check(
    "other-bucket-kinds",
    proved_by=["root-lists-no-buckets"],
    only=("raw",),
    verified="observed",
    spec=f"{_API}/API_ListDirectoryBuckets.html",
)
def directory_buckets_are_not_listed_here(t: Trial) -> None:
    """Directory buckets have an endpoint of their own; here the same request is ListBuckets."""
    bucket = t.given.bucket()

    got = t.raw("GET", "/", query="max-directory-buckets=1000")

    t.expect.status(got, 200)
    t.expect.true(
        f"<Name>{bucket}</Name>".encode() in got.wire_body, "the bucket is listed", of=got
    )
