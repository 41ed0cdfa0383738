"""What a server has loaded: nothing that only some requests need, until one of them comes."""

from __future__ import annotations

import subprocess
import sys
from urllib.request import Request, urlopen

# http.server, which the transport derives from, brings email and http.client itself.
HEAVY = ("boto3", "botocore", "cryptography", "duckdb", "sqlglot", "xxhash")

PROGRAM = f"""
import sys
from server_ref.commands import serve

with serve.S3Server(anonymous=True) as s3:
    print(s3.url, flush=True)
    for _ in sys.stdin:
        print(*(name for name in {HEAVY!r} if name in sys.modules), flush=True)
"""


def test_heavy_modules_are_loaded_by_the_first_request_that_needs_them() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        stdin, stdout = process.stdin, process.stdout
        url = stdout.readline().strip()

        def send(method: str, path: str, body: bytes | None = None, **headers: str) -> bytes:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            with urlopen(Request(f"{url}{path}", body, named, method=method)) as answer:
                data: bytes = answer.read()
            return data

        def loaded() -> list[str]:
            print(file=stdin, flush=True)
            return stdout.readline().split()

        assert loaded() == []
        send("PUT", "/bucket")
        send("PUT", "/bucket/key", b"plain")
        assert send("GET", "/bucket/key") == b"plain"
        assert b"<Key>key</Key>" in send("GET", "/bucket?list-type=2")
        assert loaded() == []
        send("PUT", "/bucket/sealed", b"secret", x_amz_server_side_encryption="aws:kms")
        assert loaded() == ["cryptography"]
        stdin.close()
