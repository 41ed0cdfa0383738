"""Amazon's published requests of Signature Version 4, and what it takes to verify them."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from types import MappingProxyType

from server_ref.auth.credentials import Keyring, make_account
from server_ref.auth.gate import Authenticator
from server_ref.auth.moments import parse_amz_date
from server_ref.auth.strictness import Strictness
from server_ref.gate.addressing import Addressing
from server_ref.identity import Credential
from server_ref.request import Request
from server_ref.settings import Settings

ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE"
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
EMPTY = sha256(b"").hexdigest()
WHEN = "20130524T000000Z"
NOW = float(parse_amz_date(WHEN) or 0)
SCOPE = "20130524/us-east-1/s3/aws4_request"


class Bytes:
    """A request body in memory that hands out small pieces."""

    trailers: Mapping[str, str] = MappingProxyType({})

    def __init__(self, data: bytes, piece: int = 1000) -> None:
        self.data, self.piece = data, piece
        self.length: int | None = len(data)

    def read(self, size: int = 1 << 18, /) -> bytes:
        size = min(size, self.piece)
        data, self.data = self.data[:size], self.data[size:]
        return data


def authenticator(strict: Strictness | None = None, region: str = "us-east-1") -> Authenticator:
    keyring = Keyring((Credential(ACCESS_KEY, SECRET_KEY, make_account("111122223333")),))
    return Authenticator(keyring, region, strict or Strictness(), anonymous=False)


def request(
    method: str, target: str, headers: dict[str, str], body: bytes = b"", host: str = ""
) -> Request:
    host = host or "examplebucket.s3.amazonaws.com"
    made = Request(
        method, target, None, None, {}, {"host": host, **headers}, Bytes(body), host=host
    )
    Addressing(Settings()).locate(made)
    return made


def authorization(signed: str, signature: str) -> str:
    return (
        f"AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/{SCOPE},SignedHeaders={signed},"
        f"Signature={signature}"
    )


def header_signed(
    method: str,
    target: str,
    signed: str,
    signature: str,
    extra: dict[str, str] | None = None,
    payload_hash: str = EMPTY,
    body: bytes = b"",
) -> Request:
    headers = {
        "x-amz-date": WHEN,
        "x-amz-content-sha256": payload_hash,
        "authorization": authorization(signed, signature),
        **(extra or {}),
    }
    return request(method, target, headers, body)


EXAMPLES = {
    "GET object": lambda: header_signed(
        "GET",
        "/test.txt",
        "host;range;x-amz-content-sha256;x-amz-date",
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        {"range": "bytes=0-9"},
    ),
    "PUT object": lambda: header_signed(
        "PUT",
        "/test$file.text",
        "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        {"date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"},
        "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
        b"Welcome to Amazon S3.",
    ),
    "GET bucket lifecycle": lambda: header_signed(
        "GET",
        "/?lifecycle",
        "host;x-amz-content-sha256;x-amz-date",
        "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
    ),
    "List objects": lambda: header_signed(
        "GET",
        "/?max-keys=2&prefix=J",
        "host;x-amz-content-sha256;x-amz-date",
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
    ),
    "presigned GET": lambda: request(
        "GET",
        "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
        "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
        "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
        "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
        {},
    ),
}
