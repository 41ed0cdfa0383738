"""Checks of uploads in parts whose requests come at the same time.

Each race is run a stated number of rounds; a correct server passes however the race goes.
"""

from __future__ import annotations

from typing import Any

from conformance.checks.given_etags import md5_etag
from conformance.checks.given_uploads import given_part, given_upload, named_parts
from conformance.checks.races import bodies_of, completion_of
from conformance.checks.racing import ROUNDS, at_once, path, request
from conformance.trial import Trial, check

RAW = ("raw",)


@check("multipart-upload", proved_by=["abort-takes-the-object"], only=RAW, requests=30)
def one_of_completion_and_abort_wins(t: Trial) -> None:
    """Completion and abort at once, three rounds: the object whole, or no object and 404."""
    for number in range(ROUNDS):
        name = f"joined-{number}"
        upload = given_upload(t, name)
        etag = given_part(t, name, upload, 1, b"joined")

        done, aborted = at_once(
            t,
            [
                completion_of(t, name, upload, etag),
                request(t, "DELETE", path(t, name), query=f"uploadId={upload}"),
            ],
        )

        got = t.look("GetObject", Key=name)
        if done.good and done.code is None:
            t.expect.body(got, b"joined")
        else:
            t.expect.error(done, 404, "NoSuchUpload")
            t.expect.status(aborted, 204)
            t.expect.error(got, 404, "NoSuchKey")
        t.expect.error(t.look("ListParts", Key=name, UploadId=upload), 404, "NoSuchUpload")


@check("multipart-upload", proved_by=["completion-makes-two-versions"], only=RAW, requests=40)
def completions_at_once_make_one_version(t: Trial) -> None:
    """An upload completed twice at once, three rounds: it makes one version."""
    bucket = t.given.versioned_bucket()
    for number in range(ROUNDS):
        key = f"joined-{number}"
        asked: dict[str, Any] = {"Bucket": bucket, "Key": key}
        upload = t.given.call("CreateMultipartUpload", **asked).need("UploadId")
        part = t.given.call("UploadPart", **asked, UploadId=upload, PartNumber=1, Body=b"joined")
        document = (
            "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber>"
            f"<ETag>{part.need('ETag')}</ETag></Part></CompleteMultipartUpload>"
        )
        completion = request(
            t, "POST", path(t, key, bucket), query=f"uploadId={upload}", body=document.encode()
        )

        answers = at_once(t, [completion, completion])

        t.expect.true(any(one.good for one in answers), "a completion succeeds", of=answers[0])
        for one in answers:
            if not one.good:
                t.expect.error(one, (404, 409), one.code)
        listed = t.look("ListObjectVersions", Bucket=bucket, Prefix=key)
        t.expect.member(listed, "length(Versions)", 1)
        t.expect.body(t.look("GetObject", **asked), b"joined")


@check("multipart-upload", proved_by=["parts-of-the-last-number-lost"], only=RAW, requests=20)
def parts_sent_at_once_are_all_there(t: Trial) -> None:
    """Four parts sent at once: all are listed with their sizes, whatever the order they came in."""
    upload = given_upload(t, "joined")
    parts = [
        request(
            t,
            "PUT",
            path(t, "joined"),
            query=f"partNumber={number}&uploadId={upload}",
            body=b"x" * number,
        )
        for number in (1, 2, 3, 4)
    ]

    for answer in at_once(t, parts):
        t.expect.status(answer, 200)

    listed = t.look("ListParts", Key="joined", UploadId=upload)
    t.expect.member(listed, "Parts[].[PartNumber, Size]", [[n, n] for n in (1, 2, 3, 4)])


@check("multipart-upload", proved_by=["part-uploaded-twice-listed-twice"], only=RAW, requests=30)
def part_sent_twice_at_once_is_one_of_them(t: Trial) -> None:
    """One part number sent twice at once, three rounds: one part, that joins as one of the two."""
    bodies = bodies_of(2)
    for number in range(ROUNDS):
        name = f"joined-{number}"
        upload = given_upload(t, name)
        query = f"partNumber=1&uploadId={upload}"

        at_once(t, [request(t, "PUT", path(t, name), query=query, body=one) for one in bodies])

        listed = t.look("ListParts", Key=name, UploadId=upload)
        t.expect.member(listed, "Parts[].PartNumber", [1])
        etag = listed.need("Parts[0].ETag")
        done = t.look(
            "CompleteMultipartUpload",
            Key=name,
            UploadId=upload,
            MultipartUpload=named_parts((1, etag)),
        )
        t.expect.ok(done)
        got = t.look("GetObject", Key=name)
        t.expect.true(got.body in bodies, "the object is one of the parts", of=got)
        t.expect.equal(etag, md5_etag(got.body or b""), "the part's ETag", of=listed)
