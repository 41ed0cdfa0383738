"""Checks of requests that come at the same time: one wins, nothing is mixed, nothing is lost.

Each race is run a stated number of rounds; a correct server passes however the race goes.
"""

from __future__ import annotations

from conformance.checks.given_etags import md5_etag
from conformance.checks.given_requests import md5
from conformance.checks.given_uploads import given_part, given_upload
from conformance.checks.racing import (
    RACERS,
    REFUSED,
    ROUNDS,
    TRIES,
    at_once,
    one_won,
    path,
    request,
)
from conformance.trial import Answer, Trial, check

RAW = ("raw",)
GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide"
WRITES = f"{GUIDE}/conditional-writes.html"
CONSISTENCY = f"{GUIDE}/Welcome.html#ConsistencyModel"
LONG = 48 * 1024  # bytes, more than a packet


def bodies_of(number: int) -> list[bytes]:
    """Different bodies, each of one byte value and of a length of its own."""
    return [bytes([97 + at]) * (LONG + at) for at in range(number)]


def _completion(t: Trial, name: str, body: bytes, **headers: str) -> bytes:
    """The request that completes an upload of one part with this body."""
    upload = given_upload(t, name)
    return completion_of(t, name, upload, given_part(t, name, upload, 1, body), **headers)


def completion_of(t: Trial, name: str, upload: str, etag: str, **headers: str) -> bytes:
    document = (
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber>"
        f"<ETag>{etag}</ETag></Part></CompleteMultipartUpload>"
    )
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return request(
        t,
        "POST",
        path(t, name),
        query=f"uploadId={upload}",
        headers=named,
        body=document.encode(),
    )


@check(
    "conditional-write",
    proved_by=["put-if-none-match-decided-too-early"],
    only=RAW,
    spec=WRITES,
    requests=20,
)
def one_of_many_first_writers_wins(t: Trial) -> None:
    """Four PUTs with `If-None-Match: *` at once, three rounds: one 200, the others 412 or 409."""
    for number in range(ROUNDS):
        name = f"once-{number}"
        bodies = bodies_of(RACERS)
        star = {"If-None-Match": "*"}

        answers = at_once(
            t, [request(t, "PUT", path(t, name), headers=star, body=one) for one in bodies]
        )

        won = one_won(t, answers)
        if won is not None:
            t.expect.body(t.look("GetObject", Key=name), bodies[won])


@check(
    "conditional-write",
    proved_by=["put-if-match-decided-too-early"],
    only=RAW,
    spec=WRITES,
    requests=20,
)
def one_of_many_overwriters_wins(t: Trial) -> None:
    """Four PUTs with If-Match and the same ETag at once, three rounds: one 200, the others 412."""
    for number in range(ROUNDS):
        name = f"compared-{number}"
        stored = t.given.object(name, b"before")
        bodies = bodies_of(RACERS)
        seen = {"If-Match": stored.etag}

        answers = at_once(
            t, [request(t, "PUT", path(t, name), headers=seen, body=one) for one in bodies]
        )

        won = one_won(t, answers)
        if won is not None:
            t.expect.body(t.look("GetObject", Key=name), bodies[won])


@check(
    "conditional-write",
    proved_by=["complete-if-none-match-decided-too-early"],
    only=RAW,
    spec=WRITES,
    requests=40,
)
def one_of_many_completions_wins(t: Trial) -> None:
    """Four uploads of a key completed at once with `If-None-Match: *`: one 200, three rounds."""
    for number in range(ROUNDS):
        name = f"joined-{number}"
        bodies = [b"part %d" % at for at in range(RACERS)]

        answers = at_once(t, [_completion(t, name, one, If_None_Match="*") for one in bodies])

        won = one_won(t, answers)
        if won is not None:
            t.expect.body(t.look("GetObject", Key=name), bodies[won])


@check(
    "conditional-write",
    proved_by=["delete-if-match-decided-too-early"],
    only=RAW,
    spec=WRITES,
    requests=5 * TRIES,
)
def one_of_delete_and_put_wins(t: Trial) -> None:
    """DELETE and PUT at once with If-Match and the same ETag: one succeeds, in each round.

    The DELETE that was first makes the PUT a 404. Two that race meet seldom, so there are many
    rounds, until one shows that both were done: what a run says is not to be luck.
    """
    for number in range(TRIES):
        name = f"either-{number}"
        stored = t.given.object(name, b"before")
        seen = {"If-Match": stored.etag}

        answers = at_once(
            t,
            [
                request(t, "DELETE", path(t, name), headers=seen),
                request(t, "PUT", path(t, name), headers=seen, body=b"after"),
            ],
        )

        won = one_won(t, answers, (404, *REFUSED))
        if won is None:
            return
        got = t.look("GetObject", Key=name)
        if won == 0:
            t.expect.error(got, 404, "NoSuchKey")
        elif won == 1:
            t.expect.body(got, b"after")


@check("put-object", proved_by=["put-mixes-what-came-before"], only=RAW, spec=CONSISTENCY)
def puts_at_once_leave_one_whole_object(t: Trial) -> None:
    """Four PUTs of a key at once, three rounds: the object is one of them, length and ETag too."""
    for _ in range(ROUNDS):
        bodies = bodies_of(RACERS)

        answers = at_once(t, [request(t, "PUT", path(t, "key"), body=one) for one in bodies])

        for answer in answers:
            t.expect.status(answer, 200)
        got = t.look("GetObject", Key="key")
        _is_one_of(t, got, bodies)


def _is_one_of(t: Trial, got: Answer, bodies: list[bytes]) -> None:
    """The answer is one of the objects: its bytes, and the length and ETag of just these."""
    t.expect.status(got, 200)
    whole = got.body in bodies
    t.expect.true(
        whole, f"the body of {len(got.body or b'')} bytes is one that was written", of=got
    )
    if whole:
        t.expect.header(got, "ETag", md5_etag(got.body or b""))
        t.expect.header(got, "Content-Length", str(len(got.body or b"")))


@check("get-object", proved_by=["get-tells-the-etag-before"], only=RAW, spec=CONSISTENCY)
def reader_sees_old_or_new(t: Trial) -> None:
    """Reads while the object is overwritten: old or new, never mixed; ETag and length agree."""
    old, new = bodies_of(2)
    for _ in range(ROUNDS):
        t.given.object("key", old)
        read = request(t, "GET", path(t, "key"))

        answers = at_once(t, [request(t, "PUT", path(t, "key"), body=new), *[read] * RACERS])

        t.expect.status(answers[0], 200)
        for got in answers[1:]:
            _is_one_of(t, got, [old, new])
        _is_one_of(t, t.look("GetObject", Key="key"), [new])


@check("get-object-range", proved_by=["range-of-another-object"], only=RAW, spec=CONSISTENCY)
def range_is_of_the_object_its_etag_names(t: Trial) -> None:
    """A range read with If-Match while the object is overwritten: those bytes of it, or 412."""
    old, new = bodies_of(2)
    for _ in range(ROUNDS):
        stored = t.given.object("key", old)
        part = {"Range": "bytes=10-1009", "If-Match": stored.etag}
        read = request(t, "GET", path(t, "key"), headers=part)

        answers = at_once(t, [read, request(t, "PUT", path(t, "key"), body=new), read, read])

        for got in (answers[0], *answers[2:]):
            t.expect.status(got, (206, 412))
            if got.status == 206:
                t.expect.body(got, old[10:1010])
        t.expect.header(t.look("GetObject", Key="key", Range="bytes=0-0"), "ETag", md5_etag(new))


@check("copy-object", proved_by=["copy-tells-the-etag-before"], only=RAW, spec=CONSISTENCY)
def copy_is_of_old_or_new(t: Trial) -> None:
    """Copies while the source is overwritten are whole, and each answers the ETag of its bytes."""
    old, new = bodies_of(2)
    for number in range(ROUNDS):
        t.given.object("from", old)
        source = {"x-amz-copy-source": t.source("from")}
        names = [f"to-{number}-{at}" for at in range(2)]
        copies = [request(t, "PUT", path(t, name), headers=source) for name in names]

        answers = at_once(t, [copies[0], request(t, "PUT", path(t, "from"), body=new), copies[1]])

        for name, answer in zip(names, (answers[0], answers[2]), strict=True):
            t.expect.status(answer, 200)
            got = t.look("GetObject", Key=name)
            _is_one_of(t, got, [old, new])
            t.expect.member(answer, "CopyObjectResult.ETag", got.headers.get("ETag"))


@check("list-objects-v2", proved_by=["v2-listing-loses-a-key-to-a-write"], only=RAW)
def listing_has_what_nobody_touches(t: Trial) -> None:
    """Listings while other keys come and go have every key that nobody touches, in order, once."""
    still = [t.given.object(f"{name}-still").key for name in "bdf"]
    listing = request(
        t, "GET", f"/{t.bucket}", query=f"list-type=2&prefix={t.prefix.replace('/', '%2F')}"
    )
    for number in range(ROUNDS):
        gone = f"e-{number}"
        t.given.object(gone)
        changes = [
            request(t, "PUT", path(t, f"c-{number}"), body=b"x"),
            request(t, "DELETE", path(t, gone)),
        ]

        answers = at_once(t, [listing, *changes, listing])

        for got in (answers[0], answers[3], t.wire(listing).first):
            t.expect.status(got, 200)
            keys = [one["Key"] for one in got.members.get("Contents") or []]
            t.expect.equal([one for one in keys if one in still], still, "untouched keys", of=got)
            t.expect.equal(keys, sorted(set(keys)), "keys, in order and once", of=got)


@check("delete-object", proved_by=["list-v2-deleted-stays"], only=RAW, spec=CONSISTENCY)
def delete_and_put_leave_all_or_nothing(t: Trial) -> None:
    """PUT and DELETE at once, three rounds: the whole object or none, and a listing agrees."""
    for number in range(ROUNDS):
        name = f"either-{number}"
        t.given.object(name, b"before")

        answers = at_once(
            t,
            [
                request(t, "PUT", path(t, name), body=b"after"),
                request(t, "DELETE", path(t, name)),
            ],
        )

        for answer in answers:
            t.expect.status(answer, (200, 204))
        got = t.look("GetObject", Key=name)
        listed = t.look("ListObjectsV2", Bucket=t.bucket, Prefix=t.key(name))
        if got.good:
            t.expect.body(got, b"after")
            t.expect.member(listed, "Contents[].Size", [5])
        else:
            t.expect.error(got, 404, "NoSuchKey")
            t.expect.member(listed, "Contents", None)


@check("object-versions", proved_by=["version-lost-to-another-put"], only=RAW, requests=30)
def puts_at_once_make_a_version_each(t: Trial) -> None:
    """Four PUTs of a key at once, with versioning: four versions, each with its bytes."""
    bucket = t.given.versioned_bucket()
    bodies = bodies_of(RACERS)

    answers = at_once(t, [request(t, "PUT", path(t, "key", bucket), body=one) for one in bodies])

    ids = [answer.need_version_id() for answer in answers]
    listed = t.look("ListObjectVersions", Bucket=bucket)
    t.expect.member(listed, "sort(Versions[].VersionId)", sorted(ids))
    t.expect.member(listed, "length(Versions[?IsLatest])", 1)
    for version, body in zip(ids, bodies, strict=True):
        t.expect.body(t.look("GetObject", Bucket=bucket, Key="key", VersionId=version), body)


@check("object-versions", proved_by=["marker-replaces-the-marker-before"], only=RAW)
def deletes_at_once_leave_the_versions(t: Trial) -> None:
    """Four DELETEs of a key at once, with versioning: four markers; the version is still there."""
    bucket = t.given.versioned_bucket()
    kept = t.given.object("key", b"kept", Bucket=bucket).need_version_id()

    answers = at_once(t, [request(t, "DELETE", path(t, "key", bucket))] * RACERS)

    ids = [answer.need_version_id() for answer in answers]
    listed = t.look("ListObjectVersions", Bucket=bucket)
    t.expect.member(listed, "sort(DeleteMarkers[].VersionId)", sorted(set(ids)))
    t.expect.member(listed, "length(DeleteMarkers)", RACERS)
    t.expect.member(listed, "Versions[].VersionId", [kept])


@check("object-tagging", proved_by=["tags-are-added"], only=RAW)
def taggings_at_once_leave_one_set(t: Trial) -> None:
    """Tag sets put at once, three rounds: the object has one of them whole, never some of each."""
    sets = [[("who", str(at)), (f"only-{at}", "x")] for at in range(RACERS)]
    for _ in range(ROUNDS):
        t.given.object("key", b"x")
        puts = []
        for one in sets:
            tags = "".join(f"<Tag><Key>{k}</Key><Value>{v}</Value></Tag>" for k, v in one)
            document = f"<Tagging><TagSet>{tags}</TagSet></Tagging>".encode()
            digest = {"Content-MD5": md5(document)}
            where = path(t, "key")
            puts.append(request(t, "PUT", where, query="tagging", headers=digest, body=document))

        for answer in at_once(t, puts):
            t.expect.status(answer, (200, 409))

        got = t.look("GetObjectTagging", Key="key")
        found = sorted((tag["Key"], tag["Value"]) for tag in got.members.get("TagSet") or [])
        t.expect.true(found in [sorted(one) for one in sets], f"{found} is one of the sets", of=got)
        t.expect.body(t.look("GetObject", Key="key"), b"x")


@check("create-bucket", proved_by=["bucket-is-listed-twice"], only=RAW)
def creations_at_once_make_one_bucket(t: Trial) -> None:
    """A bucket created three times at once is one bucket: listed once, and it takes an object."""
    bucket = t.bucket_name()

    answers = at_once(t, [request(t, "PUT", f"/{bucket}", body=t.location_document())] * 3)

    t.expect.true(any(one.good for one in answers), "one creation succeeds", of=answers[0])
    for answer in answers:
        t.expect.status(answer, (200, 409))
    listed = t.look("ListBuckets")
    t.expect.member(listed, f"Buckets[?Name=='{bucket}'].Name", [bucket])
    t.expect.ok(t.look("PutObject", Bucket=bucket, Key="key", Body=b"x"))
