"""Hostile requests, made from a number: the same number, the same bytes. Nothing is sent here."""

from __future__ import annotations

import random
from collections.abc import Callable

METHODS = ("GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", "PATCH", "get", "", "TRACE", "G\tT")
SEGMENTS = (
    "fuzz", "fuzz-other", "key", "dir/", "..", ".", "%2e%2e", "%2F", "%00", "%", "%zz", "%ff%fe",
    "a%20b", "+", "é", "\ud83d".encode("utf-8", "replace").decode(), "~", "//", "\\", "'", '"',
    "<x>", "&amp;", "%0d%0aX: y", "k" * 1025, "B_A.D", "192.168.0.1", "xn--a", "", " ",
)  # fmt: skip
QUERY_NAMES = (
    "acl", "accelerate", "analytics", "attributes", "bucket-region", "continuation-token", "cors",
    "delete", "delimiter", "encoding-type", "encryption", "fetch-owner", "id", "inventory",
    "key-marker", "legal-hold", "lifecycle", "list-type", "location", "logging", "marker",
    "max-buckets", "max-keys", "max-parts", "max-uploads", "metrics", "notification",
    "object-lock", "ownershipControls", "part-number-marker", "partNumber", "policy",
    "policyStatus", "prefix", "publicAccessBlock", "renameObject", "replication",
    "requestPayment", "response-cache-control", "response-content-disposition",
    "response-expires", "restore", "retention", "select", "select-type", "session",
    "start-after", "tagging", "torrent", "upload-id-marker", "uploadId", "uploads",
    "version-id-marker", "versionId", "versioning", "versions", "website", "x-id",
    "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-Signature",
    "X-Amz-SignedHeaders", "AWSAccessKeyId", "Signature", "Expires", "nonsense",
)  # fmt: skip
VALUES = (
    "", "0", "1", "-1", "2", "1000", "1001", "10001", "99999999999999999999", "1e3", "NaN", "true",
    "url", "null", "a", "/", "%2F", "é", "\x7f", "\x00", "'", '"', "<", "]]>", "%0d%0aSet-Cookie:x",
    "bytes=0-", "bytes=-0", "bytes=5-1", "bytes=a-b", "bytes=0-0,2-3",
    "bytes=-99999999999999999999",
    "*", '"etag"', "W/\"x\"", "Thu, 01 Jan 1970 00:00:00 GMT", "2026-11-24T00:00:00Z", "tomorrow",
    "/fuzz/key", "fuzz/key?versionId=x", "/../../etc/passwd", "%2e%2e/fuzz/key", "fuzz", "REPLACE",
    "COPY", "public-read", "private", "SHA256", "CRC32", "CRC64NVME", "COMPOSITE", "AES256",
    "aws:kms", "STANDARD", "a=b", "a=b&a=b", "=", "&", "A" * 3000, "id=\"x\"", "GOVERNANCE",
    "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=0",
    "AWS a:b", "Bearer x", "UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
)  # fmt: skip
HEADER_NAMES = (
    "Authorization", "Content-MD5", "Content-Type", "Content-Encoding", "Content-Disposition",
    "Cache-Control", "Expires", "Range", "If-Match", "If-None-Match", "If-Modified-Since",
    "If-Unmodified-Since", "Expect", "Origin", "Access-Control-Request-Method", "Date", "Cookie",
    "Access-Control-Request-Headers", "Transfer-Encoding", "Content-Length", "Connection", "Host",
    "X-Amz-Date", "x-amz-content-sha256", "x-amz-decoded-content-length", "x-amz-trailer",
    "x-amz-acl", "x-amz-grant-read", "x-amz-copy-source", "x-amz-copy-source-range",
    "x-amz-copy-source-if-match", "x-amz-metadata-directive", "x-amz-tagging-directive",
    "x-amz-tagging", "x-amz-meta-a", "x-amz-meta-", "x-amz-storage-class", "x-amz-mp-object-size",
    "x-amz-checksum-crc32", "x-amz-checksum-sha256", "x-amz-checksum-algorithm",
    "x-amz-checksum-type", "x-amz-sdk-checksum-algorithm", "x-amz-checksum-mode",
    "x-amz-server-side-encryption", "x-amz-server-side-encryption-customer-algorithm",
    "x-amz-server-side-encryption-customer-key", "x-amz-object-lock-mode",
    "x-amz-object-lock-retain-until-date", "x-amz-object-lock-legal-hold",
    "x-amz-bypass-governance-retention", "x-amz-expected-bucket-owner", "x-amz-request-payer",
    "x-amz-website-redirect-location", "x-amz-object-attributes", "x-amz-security-token",
    "x-amz-rename-source", "x-amz-if-match-size", "x-amz-object-ownership", "X" * 300,
)  # fmt: skip
_NS = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
XML = (
    f"<Delete {_NS}><Object><Key>key</Key></Object><Quiet>true</Quiet></Delete>",
    f"<CompleteMultipartUpload {_NS}><Part><PartNumber>1</PartNumber><ETag>x</ETag></Part>"
    "</CompleteMultipartUpload>",
    f"<VersioningConfiguration {_NS}><Status>Enabled</Status></VersioningConfiguration>",
    f"<CreateBucketConfiguration {_NS}><LocationConstraint>eu-west-1</LocationConstraint>"
    "</CreateBucketConfiguration>",
    f"<Tagging {_NS}><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>",
    f"<CORSConfiguration {_NS}><CORSRule><AllowedMethod>GET</AllowedMethod>"
    "<AllowedOrigin>*</AllowedOrigin></CORSRule></CORSConfiguration>",
    f"<LifecycleConfiguration {_NS}><Rule><ID>r</ID><Filter/><Status>Enabled</Status>"
    "<Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>",
    f"<AccessControlPolicy {_NS}><Owner><ID>x</ID></Owner><AccessControlList/>"
    "</AccessControlPolicy>",
    f"<WebsiteConfiguration {_NS}><IndexDocument><Suffix>i.html</Suffix></IndexDocument>"
    "</WebsiteConfiguration>",
    f"<ObjectLockConfiguration {_NS}><ObjectLockEnabled>Enabled</ObjectLockEnabled>"
    "</ObjectLockConfiguration>",
    f"<Retention {_NS}><Mode>GOVERNANCE</Mode><RetainUntilDate>2030-01-01T00:00:00Z"
    "</RetainUntilDate></Retention>",
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*",'
    '"Action":"s3:GetObject","Resource":"arn:aws:s3:::fuzz/*"}]}',
)
_HOSTILE_XML = (
    '<!DOCTYPE a [<!ENTITY b "c">]><Delete><Object><Key>&b;</Key></Object></Delete>',
    '<!DOCTYPE a SYSTEM "file:///etc/passwd"><Tagging/>',
    "<a>" * 5000,
    "\ufeff<Tagging/>",
    "<Tagging>\x00</Tagging>",
    '<?xml version="1.0" encoding="utf-16"?><Tagging/>',
    '<x:Tagging xmlns:x="urn:other"/>',
)


def _xml(chance: random.Random) -> bytes:
    text = chance.choice(XML)
    for _ in range(chance.randrange(3)):
        if not text:
            break
        cut, end = sorted(chance.sample(range(len(text) + 1), 2))
        text = chance.choice(
            (
                text[:cut] + text[end:],
                text[:end] + text[cut:],
                text[:cut] + chance.choice(VALUES) + text[cut:],
            )
        )
    return (chance.choice(_HOSTILE_XML) if chance.random() < 0.15 else text).encode()


def _chunked(chance: random.Random) -> bytes:
    pieces: list[bytes] = []
    for _ in range(chance.randrange(4)):
        size = chance.choice((0, 1, 5, 300, 70000))
        said = chance.choice((f"{size:x}", f"{size:X}", f"{size + 1:x}", "-1", "g", "f" * 17, ""))
        extra = chance.choice(("", ";chunk-signature=" + "0" * 64, ";chunk-signature=", ";x"))
        pieces.append(f"{said}{extra}\r\n".encode() + b"x" * size + chance.choice((b"\r\n", b"")))
    end = chance.choice(
        (
            b"0\r\n\r\n",
            b"0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n",
            b"0;chunk-signature=" + b"0" * 64 + b"\r\n\r\n",
            b"0\r\nx: y\r\nx-amz-trailer-signature:0\r\n\r\n",
            b"",
        )
    )
    return b"".join(pieces) + end


def _bytes(chance: random.Random) -> bytes:
    return chance.randbytes(chance.choice((0, 1, 17, 2000)))


def _mangle(chance: random.Random, data: bytes) -> bytes:
    damaged = bytearray(data)
    for _ in range(chance.randrange(1, 6)):
        if not damaged:
            break
        at = chance.randrange(len(damaged))
        match chance.randrange(4):
            case 0:
                damaged[at] = chance.randrange(256)
            case 1:
                del damaged[at : at + chance.randrange(1, 20)]
            case 2:
                damaged[at:at] = chance.randbytes(chance.randrange(1, 8))
            case _:
                damaged[at:at] = damaged[at : at + chance.randrange(1, 60)]
    return bytes(damaged)


def case(number: int, host: str) -> bytes:
    """The bytes of one hostile connection; mostly well-formed HTTP around a hostile middle."""
    chance = random.Random(number)
    bodies: tuple[Callable[[random.Random], bytes], ...] = (_xml, _xml, _chunked, _bytes)
    body = chance.choice(bodies)(chance) if chance.random() < 0.7 else b""
    method = chance.choice(METHODS[:5] if chance.random() < 0.9 else METHODS)
    depth = chance.choice((0, 1, 2, 2, 2, 3))
    first = ["fuzz"] if depth and chance.random() < 0.8 else []
    path = "/" + "/".join(first + [chance.choice(SEGMENTS) for _ in range(depth - len(first))])
    pairs = [
        name if chance.random() < 0.3 else f"{name}={chance.choice(VALUES)}"
        for name in chance.sample(QUERY_NAMES, chance.choice((0, 0, 1, 1, 2, 4)))
    ]
    target = path + ("?" + "&".join(pairs) if pairs else "")
    target = target.replace(" ", "%20") if chance.random() < 0.95 else target
    headers = [("Host", host), ("Content-Length", str(len(body)))]
    headers += [
        (name, chance.choice(VALUES).replace("\x00", "") if chance.random() < 0.9 else "\x00")
        for name in chance.sample(HEADER_NAMES, chance.choice((0, 0, 1, 2, 3, 6)))
    ]
    if chance.random() < 0.05:
        headers = headers[1:]
    if chance.random() < 0.05:
        headers = [pair for pair in headers if pair[0] != "Content-Length"]
    version = chance.choice(("HTTP/1.1",) * 12 + ("HTTP/1.0", "HTTP/2.0", "HTTP/1.9", "", "FTP/1"))
    head = f"{method} {target} {version}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in headers) + "\r\n"
    data = head.encode("utf-8", "surrogatepass") + body
    return _mangle(chance, data) if chance.random() < 0.15 else data
