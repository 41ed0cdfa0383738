"""Checks between clients of what several of them make together, and of what is kept with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from conformance.checks.given_uploads import FIVE_MIB, named_parts
from conformance.checks.interoperability import NAME, read_by_the_others
from conformance.trial import Answer, ClientCannotError, Trial, check

API = ("aws-s3api", "boto3", "raw")
MAKERS = ("aws-s3", "boto3", "s5cmd", "rclone")  # of URLs with a signature of version 4
LARGE = 8 * 1024 * 1024 + 1  # what `aws s3 cp` sends in parts
VALUE = 'a=b; c, "d" %20 + ~'
SUMS = {  # of b"between"
    "ChecksumCRC32": "31oYBw==",
    "ChecksumCRC32C": "OCxZcg==",
    "ChecksumSHA1": "cJY0BRRxOFqtoyNWhCmDvu/0sGU=",
    "ChecksumSHA256": "+7J/vcT03QTiFpOjtWwxHNN/dDF0wbrU/CdGdgVCbCg=",
    "ChecksumCRC64NVME": "Q37YSB4ML8s=",
}


def _by_each(t: Trial, operation: str, **members: Any) -> Iterator[tuple[str, Answer]]:
    """Each other client of the run that has a way to say it, and what it was answered."""
    said = 0
    for name in t.others:
        try:
            got = t.call_by(name, operation, **members)
        except ClientCannotError:
            continue
        looked_at = len(t.expect.noted)
        yield name, got
        said += len(t.expect.noted) > looked_at  # else that client could not show it
    if not said:
        raise ClientCannotError("no other client of this run can say it")


@check("interoperability", proved_by=["body-differs-by-client"])
def every_client_reads_a_large_object(t: Trial) -> None:
    """8 MiB and a byte, however this client sends them, are read whole by each of the others."""
    content = bytes(range(256)) * (LARGE // 256) + b"!"
    t.expect.ok(t.call("PutObject", Key="large", Body=content))

    for got in read_by_the_others(t, Key="large"):
        t.expect.ok(got)
        t.expect.true(got.body == content, f"the {LARGE} bytes of the PUT", of=got)


@check("interoperability", proved_by=["empty-object-differs-by-client"])
def every_client_reads_an_empty_object(t: Trial) -> None:
    """An object of no bytes that this client writes is one for each of the others."""
    t.tells_absent()
    t.expect.ok(t.call("PutObject", Key="empty", Body=b""))

    for got in read_by_the_others(t, Key="empty"):
        t.expect.ok(got)
        t.expect.body(got, b"")


@check("interoperability", proved_by=["metadata-differs-by-client"])
def every_client_sees_the_same_punctuation(t: Trial) -> None:
    """Metadata with quotes, `%`, `=` and `;` is the same text for each of the others."""
    t.expect.ok(t.call("PutObject", Key="between", Body=b"x", Metadata={"a-b.c": VALUE}))

    for got in read_by_the_others(t, Key="between"):
        t.expect.header(got, "x-amz-meta-a-b.c", VALUE)


@check("interoperability", proved_by=["checksum-differs-by-client"], only=API)
def every_client_is_told_the_same_checksum(t: Trial) -> None:
    """A checksum of each algorithm that this client gives is what each of the others is told."""
    for member, value in SUMS.items():
        t.expect.ok(t.call("PutObject", Key=member, Body=b"between", **{member: value}))

        for _, got in _by_each(t, "GetObject", Key=member, ChecksumMode="ENABLED"):
            name = f"x-amz-checksum-{member.removeprefix('Checksum').lower()}"
            t.expect.header(got, name, value)
            t.expect.body(got, b"between")


@check("interoperability", proved_by=["upload-hidden-by-client"], only=API)
def every_client_adds_a_part(t: Trial) -> None:
    """An upload that this client began takes a part of each of the others, and ends here."""
    upload = t.call("CreateMultipartUpload", Key="joined").need("UploadId")
    parts: list[tuple[int, str]] = []
    content = b"x" * FIVE_MIB
    about = {"Key": "joined", "UploadId": upload}
    names = [name for name in t.others if name in API]
    for number, name in enumerate(names, start=1):
        body = content if number < len(names) else b"the end"
        got = t.call_by(name, "UploadPart", **about, PartNumber=number, Body=body)
        parts.append((number, got.need("ETag")))
    if not parts:
        raise ClientCannotError("no other client of this run sends parts")

    done = t.call("CompleteMultipartUpload", **about, MultipartUpload=named_parts(*parts))
    t.expect.ok(done)

    got = t.look("HeadObject", Key="joined")
    t.expect.header(got, "Content-Length", str((len(parts) - 1) * FIVE_MIB + 7))
    t.expect.header(got, "ETag", f'"{done.need("ETag").strip(chr(34))}"')


@check("interoperability", proved_by=["upload-hidden-by-client"], only=API)
def every_client_sees_the_parts(t: Trial) -> None:
    """A part that this client sent is listed to each of the others, with number, size and ETag."""
    upload = t.call("CreateMultipartUpload", Key="joined").need("UploadId")
    about = {"Key": "joined", "UploadId": upload}
    etag = t.call("UploadPart", **about, PartNumber=3, Body=b"a part").need("ETag")

    for _, got in _by_each(t, "ListParts", **about):
        t.expect.member(got, "Parts[].[PartNumber, Size, ETag]", [[3, 6, etag]])


@check("interoperability", proved_by=["copy-differs-by-client"])
def every_client_copies_it(t: Trial) -> None:
    """What this client wrote, under an odd name, each of the others copies as it is."""
    t.expect.ok(t.call("PutObject", Key=NAME, Body=b"between", ContentType="text/x-between"))

    for number, (_, got) in enumerate(_copies(t)):
        t.expect.ok(got)
        copy = t.look("GetObject", Key=f"copy-{number}")
        t.expect.body(copy, b"between")
        if got.asked("x-amz-metadata-directive") != "REPLACE":
            t.expect.header(copy, "Content-Type", "text/x-between")


def _copies(t: Trial) -> Iterator[tuple[str, Answer]]:
    number = 0
    for name in t.others:
        try:
            got = t.call_by(name, "CopyObject", Key=f"copy-{number}", CopySource=t.source(NAME))
        except ClientCannotError:
            continue
        number += 1
        yield name, got
    if not number:
        raise ClientCannotError("no other client of this run copies")


@check("interoperability", proved_by=["version-differs-by-client"], only=API)
def every_client_reads_the_same_version(t: Trial) -> None:
    """The id of a version that this client wrote names that version for each of the others."""
    bucket = t.given.versioned_bucket()
    about = {"Bucket": bucket, "Key": "between"}
    first = t.call("PutObject", **about, Body=b"first").need_version_id()
    t.expect.ok(t.call("PutObject", **about, Body=b"second"))

    for _, got in _by_each(t, "GetObject", **about, VersionId=first):
        t.expect.body(got, b"first")
        t.expect.header(got, "x-amz-version-id", first)


@check("interoperability", proved_by=["listing-differs-by-client"], only=API)
def every_client_goes_on_with_the_page(t: Trial) -> None:
    """A token that this client was answered leads each of the others to the next page."""
    names = [t.key(name) for name in ("a", "b c", "d+e", "ü")]
    for name in names:
        t.given.object(name, b"x", Bucket=t.bucket)
    about = {"Bucket": t.bucket, "Prefix": t.prefix}
    token = t.call("ListObjectsV2", **about, MaxKeys=2).need("NextContinuationToken")

    for _, got in _by_each(t, "ListObjectsV2", **about, ContinuationToken=token):
        t.expect.member(got, "Contents[].Key", names[2:])


@check("interoperability", proved_by=["deletion-ignored-by-client"], only=API)
def every_client_deletes_it(t: Trial) -> None:
    """What this client wrote, under an odd name, each of the others can delete."""
    deleted = 0
    for number, name in enumerate(t.others):
        key = f"{number} {NAME}"
        t.expect.ok(t.call("PutObject", Key=key, Body=b"x"))
        try:
            t.expect.ok(t.call_by(name, "DeleteObject", Key=key))
        except ClientCannotError:
            continue
        deleted += 1
        t.expect.status(t.look("HeadObject", Key=key), 404)
    if not deleted:
        raise ClientCannotError("no other client of this run deletes")


@check("interoperability", proved_by=["presigned-get-refused"], only=MAKERS)
def url_of_this_client_opens_what_every_client_wrote(t: Trial) -> None:
    """A URL that this client presigns opens what each of the others wrote, under an odd name."""
    written = 0
    for number, name in enumerate(t.others):
        key = f"{number} {NAME}"
        try:
            t.expect.ok(t.call_by(name, "PutObject", Key=key, Body=b"by %d" % number))
        except ClientCannotError:
            continue
        written += 1
        t.expect.body(t.open(t.presign("GetObject", Key=key)), b"by %d" % number)
    if not written:
        raise ClientCannotError("no other client of this run writes")


@check("interoperability", proved_by=["presigned-put-refused"], only=("boto3",))
def every_client_reads_what_came_by_a_url(t: Trial) -> None:
    """What somebody put by a URL that this client presigned is read by each of the others."""
    t.expect.status(t.open(t.presign("PutObject", Key=NAME), method="PUT", body=b"by a URL"), 200)

    for got in read_by_the_others(t, Key=NAME):
        t.expect.body(got, b"by a URL")


@check("interoperability", proved_by=["presigned-get-refused"], only=MAKERS)
def url_of_this_client_is_opened_by_every_client(t: Trial) -> None:
    """A URL that this client presigns is opened by each of the others that can open one."""
    t.given.object(NAME, b"for whoever has the URL")
    url, opened = t.presign("GetObject", Key=NAME), 0
    for name in t.others:
        try:
            got = t.open_by(name, url)
        except ClientCannotError:
            continue
        opened += 1
        t.expect.status(got, 200)
        t.expect.body(got, b"for whoever has the URL")
    if not opened:
        raise ClientCannotError("no other client of this run opens URLs")


@check("interoperability", proved_by=["presigned-put-refused"], only=("boto3",))
def url_of_this_client_takes_what_every_client_sends(t: Trial) -> None:
    """A URL that this client presigns for an upload takes one of each that can send to a URL."""
    sent = 0
    for number, name in enumerate(t.others):
        key, body = f"{number} {NAME}", b"by %d" % number
        url = t.presign("PutObject", Key=key)
        try:
            t.expect.status(t.open_by(name, url, method="PUT", body=body), 200)
        except ClientCannotError:
            continue
        sent += 1
        t.expect.body(t.look("GetObject", Key=key), body)
    if not sent:
        raise ClientCannotError("no other client of this run sends to a URL")
