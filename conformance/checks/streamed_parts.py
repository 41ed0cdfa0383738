"""Checks of aws-chunked bodies where they are not those of a plain PUT of one object."""

from __future__ import annotations

from dataclasses import replace

from conformance.checks.given_uploads import given_upload, named_parts
from conformance.checks.streaming_bodies import TRAILERS, Streamed, with_trailer
from conformance.trial import Trial, check, that

RAW = ("raw",)
INTEGRITY = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html"
FRAMING = "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"


@check("streaming-bodies", proved_by=["streamed-part-keeps-its-framing"], only=RAW, spec=TRAILERS)
def part_may_come_in_chunks(t: Trial) -> None:
    """UploadPart with a trailer checksum: the part has the chunks' bytes alone."""
    upload = given_upload(t, "joined", ChecksumAlgorithm="CRC32")
    stream = replace(with_trailer(b"streamed"), query=f"partNumber=1&uploadId={upload}")

    got = stream.put(t, "joined")

    t.expect.status(got, 200)
    parts = t.look("ListParts", Key="joined", UploadId=upload)
    t.expect.member(parts, "Parts[].Size", [len(b"streamed")])
    named = named_parts((1, got.need_etag()))
    named["Parts"][0]["ChecksumCRC32"] = got.need_header("x-amz-checksum-crc32")
    done = t.given.call(
        "CompleteMultipartUpload", Key="joined", UploadId=upload, MultipartUpload=named
    )
    t.expect.ok(done)
    t.expect.body(t.look("GetObject", Key="joined"), b"streamed")


@check("streaming-bodies", proved_by=["unknown-trailer-accepted"], only=RAW, verified="reported")
def unknown_trailer_is_refused(t: Trial) -> None:
    """`x-amz-trailer` that names something else than a checksum: 400, and nothing is stored."""
    # versity/versitygw measured it against Amazon (its integration tests)
    for name in ("x-amz-meta-late", "x-amz-checksum-crc31"):
        stream = replace(with_trailer(b"body"), announced=name, trailer=f"{name}:AAAAAA==".encode())
        t.expect.error(stream.put(t, "trailed"), 400, "InvalidRequest")

    t.expect.no_keys(t.given.call("ListObjectsV2", Prefix=t.prefix))
    t.tells_absent()


@check("streaming-bodies", proved_by=["stream-needs-a-trailer"], only=RAW, verified="reported")
def unsigned_stream_may_have_no_trailer(t: Trial) -> None:
    """An unsigned stream that announces no trailer is stored: its chunks' bytes alone."""
    # versity/versitygw's integration tests have it, beside those measured against Amazon
    got = replace(with_trailer(b"plain"), announced="", trailer=b"").put(t, "plain")

    t.expect.status(got, 200)
    t.expect.body(t.look("GetObject", Key="plain"), b"plain")


@check("streaming-bodies", proved_by=["aws-chunked-kept-before-others"], only=RAW)
def framing_may_be_named_first(t: Trial) -> None:
    """Of `aws-chunked,gzip` the object keeps `gzip`, and reads have no other coding."""
    got = replace(with_trailer(b"packed"), encoding="aws-chunked,gzip").put(t, "packed")

    t.expect.status(got, 200)
    head = t.look("HeadObject", Key="packed")
    t.expect.header(
        head, "Content-Encoding", that("gzip, and no more", lambda coding: coding.strip() == "gzip")
    )


@check("streaming-bodies", proved_by=["aws-chunked-kept-of-an-upload"], only=RAW)
def framing_is_no_coding_of_an_upload(t: Trial) -> None:
    """`Content-Encoding: aws-chunked` of CreateMultipartUpload is not kept on the object."""
    path = f"/{t.bucket}/{t.key('joined')}"
    begun = t.raw("POST", path, query="uploads", headers={"Content-Encoding": "aws-chunked"})
    t.expect.status(begun, 200)
    upload = t.look("ListMultipartUploads", Prefix=t.key("joined")).need("Uploads[0].UploadId")
    etag = t.given.call("UploadPart", Key="joined", UploadId=upload, PartNumber=1, Body=b"x")
    t.given.call(
        "CompleteMultipartUpload",
        Key="joined",
        UploadId=upload,
        MultipartUpload=named_parts((1, etag.need("ETag"))),
    )

    head = t.look("HeadObject", Key="joined")

    t.expect.status(head, 200)
    t.expect.equal(head.headers.get("Content-Encoding", ""), "", "Content-Encoding", of=head)
    t.tells_absent()


@check(
    "http-framing", proved_by=["chunked-transfer-is-500"], only=RAW, spec=FRAMING, level="should"
)
def chunked_transfer_alone_is_not_implemented(t: Trial) -> None:
    """PUT with Transfer-Encoding: chunked and no aws-chunked: 501 NotImplemented naming it."""
    made = t.signed(
        "PUT",
        f"/{t.bucket}/{t.key('chunked')}",
        headers={"Transfer-Encoding": "chunked"},
        payload_hash="UNSIGNED-PAYLOAD",
        after={"Connection": "close"},
    )
    head = made.partition(b"\r\n\r\n")[0]

    got = t.wire(head + b"\r\n\r\n1\r\nx\r\n0\r\n\r\n").first

    t.expect.error(got, 501, "NotImplemented", Header="Transfer-Encoding")
    t.expect.error(t.look("GetObject", Key="chunked"), 404, "NoSuchKey")


@check("http-framing", proved_by=["streams-not-chunked-in-transfer"], only=RAW, verified="reported")
def stream_may_be_chunked_in_transfer(t: Trial) -> None:
    """An aws-chunked body may come with Transfer-Encoding: chunked: its length is announced."""
    # aws/aws-sdk-cpp#3411: its people say that S3 takes both; ceph/s3-tests#501 has a test of it
    made = t.signed(
        "PUT",
        f"/{t.bucket}/{t.key('streamed')}",
        headers={
            "Transfer-Encoding": "chunked",
            "Content-Encoding": "aws-chunked",
            "x-amz-decoded-content-length": "4",
        },
        payload_hash="STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        after={"Connection": "close"},
    )
    head = made.partition(b"\r\n\r\n")[0]
    inner = b"4\r\nbody\r\n0\r\n\r\n"

    got = t.wire(head + b"\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(inner), inner)).first

    t.expect.status(got, 200)
    t.expect.body(t.look("GetObject", Key="streamed"), b"body")


def _plain(t: Trial, name: str, body: bytes) -> None:
    t.expect.status(Streamed((body,)).put(t, name), 200)


@check("streaming-bodies", proved_by=["etag-is-of-the-framing"], only=RAW)
def etag_is_of_the_bytes_not_of_the_framing(t: Trial) -> None:
    """An object that came in chunks has ETag and size of the same sent plain."""
    plain = t.given.object("plain", b"the same")

    _plain(t, "streamed", b"the same")

    got = t.look("HeadObject", Key="streamed")
    t.expect.header(got, "ETag", plain.etag)
    t.expect.header(got, "Content-Length", "8")


@check(
    "streaming-bodies",
    proved_by=["checksum-is-of-the-framing"],
    only=RAW,
    level="should",
    spec=INTEGRITY,
)
def checksum_is_of_the_bytes_not_of_the_framing(t: Trial) -> None:
    """An object sent in chunks without a checksum gets the CRC64NVME of the same sent plain."""
    t.given.object("plain", b"the same")

    _plain(t, "streamed", b"the same")

    one, other = (
        t.look("HeadObject", Key=name, ChecksumMode="ENABLED") for name in ("plain", "streamed")
    )
    summed = one.need_header("x-amz-checksum-crc64nvme")
    t.expect.header(other, "x-amz-checksum-crc64nvme", summed)
