"""What a signature has to cover and how it may be written, as others measured it at S3.

https://github.com/brekkylab/backlot has the measurements, in the code of its server.
"""

from __future__ import annotations

import datetime
import hmac
import time
from base64 import b64encode
from hashlib import sha1, sha256
from urllib.parse import quote

import pytest
import requests
from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from server_ref.server import S3Server
from tests.server.conftest import OWNER, send

EMPTY = sha256(b"").hexdigest()


def _get(
    server: S3Server,
    bucket: str,
    headers: dict[str, str],
    *,
    unsigned: tuple[str, ...] = (),
    scheme: str = "AWS4-HMAC-SHA256",
) -> requests.Response:
    """A signed GET of the bucket; ``unsigned`` headers are sent, and not signed."""
    moment = datetime.datetime.now(datetime.UTC).strftime("%Y%m%dT%H%M%SZ")
    sent = {"host": server.url.removeprefix("http://"), "x-amz-date": moment, **headers}
    names = sorted(name for name in sent if name not in unsigned)
    lines = "".join(f"{name}:{sent[name]}\n" for name in names)
    payload = sent.get("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
    canonical = f"GET\n/{bucket}\n\n{lines}\n{';'.join(names)}\n{payload}"
    scope = (moment[:8], server.region, "s3", "aws4_request")
    key = f"AWS4{OWNER.secret_key}".encode()
    for piece in scope:
        key = hmac.digest(key, piece.encode(), "sha256")
    digest = sha256(canonical.encode()).hexdigest()
    text = f"{scheme}\n{moment}\n{'/'.join(scope)}\n{digest}"
    sent["Authorization"] = (
        f"{scheme} Credential={OWNER.access_key}/{'/'.join(scope)},"
        f"SignedHeaders={';'.join(names)},"
        f"Signature={hmac.new(key, text.encode(), sha256).hexdigest()}"
    )
    return requests.get(f"{server.url}/{bucket}", headers=sent, timeout=30)


def test_the_digest_of_a_body_is_signed(server: S3Server, bucket: str) -> None:
    given = {"x-amz-content-sha256": EMPTY, "content-md5": "1B2M2Y8AsgTpgAmY7PhCfg=="}
    assert _get(server, bucket, given).status_code == 200
    answer = _get(server, bucket, given, unsigned=("content-md5",))
    assert answer.status_code == 403
    assert "<HeadersNotSigned>content-md5</HeadersNotSigned>" in answer.text


def test_the_header_of_the_hash_is_signed_as_the_hash_is(server: S3Server, bucket: str) -> None:
    given = {"x-amz-content-sha256": EMPTY}
    assert _get(server, bucket, given, unsigned=("x-amz-content-sha256",)).status_code == 200
    assert _get(server, bucket, {"x-amz-content-sha256": EMPTY.upper()}).status_code == 200


@pytest.mark.parametrize("scheme", ["aws4-hmac-sha256", "Aws4-Hmac-Sha256"])
def test_the_scheme_is_signed_as_it_is_written(server: S3Server, bucket: str, scheme: str) -> None:
    given = {"x-amz-content-sha256": EMPTY}
    assert _get(server, bucket, given, scheme=scheme).status_code == 200


def test_a_url_is_signed_over_what_its_hash_says(server: S3Server, bucket: str) -> None:
    signer = S3SigV4QueryAuth(
        Credentials(OWNER.access_key, OWNER.secret_key), "s3", server.region, 60
    )
    signer.payload = lambda _: "garbage"
    made = AWSRequest("GET", f"{server.url}/{bucket}")
    signer.add_auth(made)
    answer = requests.get(made.url, headers={"x-amz-content-sha256": "garbage"}, timeout=30)
    assert answer.status_code == 200


def test_a_signature_alone_is_nobody_s(server: S3Server, open_bucket: str) -> None:
    answer = send(server, "GET", f"/{open_bucket}?X-Amz-Signature=x")
    assert (answer.status, b"<Code>AccessDenied</Code>" in answer.body) == (403, True)


def test_an_authorization_that_says_nothing_is_none(server: S3Server, open_bucket: str) -> None:
    assert send(server, "GET", f"/{open_bucket}", Authorization="").status == 403
    answer = send(server, "GET", f"/{open_bucket}", Authorization="x")
    assert b"one and only one" in answer.body


@pytest.mark.parametrize("credential", ["key:", "key:a:b", "garbage"])
def test_the_header_of_version_2_has_one_colon(
    server: S3Server, bucket: str, credential: str
) -> None:
    answer = send(server, "GET", f"/{bucket}", Authorization=f"AWS {credential}")
    assert b"Expected AwsAccessKeyId:signature" in answer.body


@pytest.mark.parametrize(("expires", "status"), [("2147483647", 200), ("2147483648", 403)])
def test_a_url_of_version_2_ends_in_32_bits(
    server: S3Server, bucket: str, expires: str, status: int
) -> None:
    text = f"GET\n\n\n{expires}\n/{bucket}"
    signature = b64encode(hmac.new(OWNER.secret_key.encode(), text.encode(), sha1).digest())
    query = f"AWSAccessKeyId={OWNER.access_key}&Expires={expires}&Signature={quote(signature)}"
    answer = requests.get(f"{server.url}/{bucket}?{query.replace('/', '%2F')}", timeout=30)
    assert answer.status_code == status
    assert ("Invalid date (should be seconds since epoch)" in answer.text) == (status == 403)


def test_a_url_that_is_not_valid_yet_says_when_it_is(server: S3Server, bucket: str) -> None:
    then = int(time.time()) + 3600
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(then))
    scope = quote(f"{OWNER.access_key}/{moment[:8]}/{server.region}/s3/aws4_request", safe="")
    query = (
        f"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={scope}&X-Amz-Date={moment}"
        "&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=0"
    )
    text = requests.get(f"{server.url}/{bucket}?{query}", timeout=30).text
    ends = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(then + 60))
    assert f"<X-Amz-Date>{then * 1000}</X-Amz-Date><Expires>{ends}</Expires>" in text
