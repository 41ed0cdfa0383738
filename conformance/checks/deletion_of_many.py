"""Checks of DeleteObjects: conditions of single keys, its bounds, two at the same time."""

from __future__ import annotations

from conformance.checks.given_requests import md5
from conformance.checks.racing import RACERS, ROUNDS, at_once, request
from conformance.trial import Trial, check

RAW = ("raw",)
SDK = ("boto3", "raw")
API = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html"
CONDITIONS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html"
OTHER = '"00000000000000000000000000000000"'


def _document(keys: list[str]) -> bytes:
    named = "".join(f"<Object><Key>{key}</Key></Object>" for key in keys)
    return f"<Delete>{named}</Delete>".encode()


@check(
    "delete-objects",
    proved_by=["deletion-of-many-on-any-etag"],
    only=SDK,
    spec=CONDITIONS,
    level="should",
)
def key_may_be_deleted_on_its_etag(t: Trial) -> None:
    """An Object with an ETag: of another ETag it is one Error PreconditionFailed, and it stays."""
    first, second = t.given.object("first", b"first"), t.given.object("second", b"second")
    wanted = [{"Key": first.key, "ETag": OTHER}, {"Key": second.key, "ETag": second.etag}]

    got = t.call("DeleteObjects", Delete={"Objects": wanted})

    t.expect.member(got, "Errors[].[Key, Code]", [[first.key, "PreconditionFailed"]])
    t.expect.member(got, "Deleted[].Key", [second.key])
    t.expect.body(t.look("GetObject", Key="first"), b"first")
    t.expect.error(t.look("GetObject", Key="second"), 404, "NoSuchKey")


@check("delete-objects", proved_by=["deletion-of-fewer-than-1000"], only=SDK, spec=API)
def thousand_keys_are_deleted_at_once(t: Trial) -> None:
    """A request that names 1,000 keys is done, though most of them were never there."""
    stored = [t.given.object(f"k-{number:03}", b"x") for number in (0, 999)]
    keys = [t.key(f"k-{number:03}") for number in range(1000)]

    got = t.call("DeleteObjects", Delete={"Objects": [{"Key": key} for key in keys]})

    t.expect.member(got, "length(Deleted)", 1000)
    listed = t.look("ListObjectsV2", Prefix=t.prefix)
    t.expect.no_keys(listed)
    t.expect.equal(len(stored), 2, "objects that were there before")


@check("delete-objects", proved_by=["deletions-at-once-refused"], only=RAW, spec=API, requests=40)
def deletions_of_the_same_keys_at_once_are_all_done(t: Trial) -> None:
    """Four deletions of the same keys at once, three rounds: each tells all as Deleted."""
    for number in range(ROUNDS):
        names = [f"{number}-{letter}" for letter in "abc"]
        for name in names:
            t.given.object(name, b"x")
        keys = sorted(t.key(name) for name in names)
        body = _document(keys)
        one = request(
            t,
            "POST",
            f"/{t.bucket}",
            query="delete=",
            headers={"Content-MD5": md5(body)},
            body=body,
        )

        for got in at_once(t, [one] * RACERS):
            t.expect.status(got, 200)
            t.expect.true(b"<Error>" not in got.wire_body, "no key is an Error", of=got)
            for key in keys:
                told = f"<Key>{key}</Key>".encode()
                t.expect.true(told in got.wire_body, f"{key} is told as Deleted", of=got)

    t.expect.no_keys(t.look("ListObjectsV2", Prefix=t.prefix))


@check("delete-objects", proved_by=["deletion-of-many-makes-one-marker"], only=RAW, spec=API)
def deletions_at_once_make_a_marker_each(t: Trial) -> None:
    """Four deletions of a key at once, with versioning: four markers, and the version is there."""
    bucket = t.given.versioned_bucket()
    version = t.given.object("key", b"kept", Bucket=bucket).need_version_id()
    body = _document(["key"])
    headers = {"Content-MD5": md5(body)}
    one = request(t, "POST", f"/{bucket}", query="delete=", headers=headers, body=body)

    for got in at_once(t, [one] * RACERS):
        t.expect.status(got, 200)

    listed = t.look("ListObjectVersions", Bucket=bucket)
    t.expect.member(listed, "length(DeleteMarkers)", RACERS)
    kept = t.look("GetObject", Bucket=bucket, Key="key", VersionId=version)
    t.expect.body(kept, b"kept")
