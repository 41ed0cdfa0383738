"""Every client asked once, on a machine full of other people's credentials; what they looked for.

Run as a program, in a network namespace of its own where the metadata addresses answer; it prints
JSON: what was asked of anybody but the endpoint, and what each client got.
"""

from __future__ import annotations

import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

ADDRESSES = ("169.254.169.254", "169.254.170.2")
STOLEN = "the-role-of-this-machine-secret"
asked: list[str] = []


class Metadata(http.server.BaseHTTPRequestHandler):
    """Hands out a role, as EC2, ECS, STS and an SSO portal do."""

    def _any(self) -> None:
        asked.append(f"{self.command} {self.headers.get('Host')} {self.path}")
        document = {
            "Code": "Success",
            "AccessKeyId": "ASIASTOLEN",
            "SecretAccessKey": STOLEN,
            "Token": STOLEN,
            "Expiration": "2099-01-01T00:00:00Z",
        }
        body = json.dumps(document).encode()
        if self.path.startswith("/latest/api/token"):
            body = b"token-of-the-metadata-service"
        elif self.path.endswith("/security-credentials/"):
            body = b"role"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _any  # noqa: N815 -- http.server's names

    def log_message(self, *_: Any) -> None:
        """Nothing on the terminal."""


def _listen(address: str, port: int) -> int:
    server = http.server.ThreadingHTTPServer((address, port), Metadata)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def _other_peoples_credentials(port: int) -> Path:
    """Put them everywhere an SDK or CLI looks; returns the file that a credential_process makes."""
    home = Path(tempfile.mkdtemp())
    (home / ".aws").mkdir()
    mark = home / "credential-process-ran"
    here = f"http://127.0.0.1:{port}"
    program = f"sh -c 'touch {mark}'"
    (home / ".aws" / "config").write_text(
        f"[default]\nregion = eu-west-1\ncredential_process = {program}\nendpoint_url = {here}\n"
        f"[profile other]\ncredential_process = {program}\nservices = s\n"
        f"[services s]\ns3 =\n  endpoint_url = {here}\n"
        f"[sso-session x]\nsso_start_url = {here}\nsso_region = us-east-1\n"
    )
    (home / ".aws" / "credentials").write_text(
        "[other]\naws_access_key_id = OTHER\naws_secret_access_key = other-secret-key\n"
    )
    (home / ".s3cfg").write_text(f"[default]\nhost_base = 127.0.0.1:{port}\nhost_bucket = x\n")
    (home / ".curlrc").write_text(f'proxy = "{here}"\n')
    token = home / "token"
    token.write_text("web identity")
    os.environ.update(
        HOME=str(home),
        AWS_PROFILE="other",
        AWS_ROLE_ARN="arn:aws:iam::1:role/r",
        AWS_WEB_IDENTITY_TOKEN_FILE=str(token),
        AWS_CONTAINER_CREDENTIALS_FULL_URI=f"{here}/container",
        AWS_EC2_METADATA_SERVICE_ENDPOINT=here,
        AWS_ENDPOINT_URL=here,
        AWS_ENDPOINT_URL_S3=here,
        AWS_ENDPOINT_URL_STS=here,
        HTTP_PROXY=here,
        http_proxy=here,
        ALL_PROXY=here,
    )
    return mark


def main() -> None:
    """Ask by every client; argv[1] says which, argv[2] whether there is a namespace."""
    clients = sys.argv[1].split(",")
    if sys.argv[2] == "namespace":
        for command in ("link set lo up", *(f"addr add {one}/32 dev lo" for one in ADDRESSES)):
            subprocess.run(["ip", *command.split()], check=True)
        for one in ADDRESSES:
            _listen(one, 80)
    mark = _other_peoples_credentials(_listen("127.0.0.1", 0))
    from conformance.clients import discover
    from conformance.endpoint.endpoint import Credentials, Endpoint
    from server_ref.server import S3Server

    got: dict[str, list[int]] = {}
    with S3Server(durability="relaxed") as server:
        session = server.add_session()
        permanent = Credentials(server.access_key, server.secret_key)
        temporary = Credentials(session.access_key, session.secret_key, session.token)
        for number, keys in enumerate((permanent, temporary, None)):
            for name in clients:
                if name == "s3cmd" and keys is None:
                    continue
                endpoint = Endpoint(server.url, credentials=keys)
                client = discover()[name](endpoint, Path(tempfile.mkdtemp()))
                bucket = {"Bucket": f"alone-{number}-{name.replace('+', '-')}"}
                if name in ("pyarrow", "rust", "opendal"):
                    discover()["raw"](endpoint, Path(tempfile.mkdtemp())).call(
                        "CreateBucket", bucket
                    )
                    members: list[Any] = [("PutObject", {**bucket, "Key": "k", "Body": b"x"})]
                elif name in ("browser",):
                    members = [("ListBuckets", {})]
                else:
                    members = [
                        ("CreateBucket", bucket),
                        ("PutObject", {**bucket, "Key": "k", "Body": b"x"}),
                    ]
                which = ("permanent", "temporary", "anonymous")[number]
                got[f"{name} {which}"] = [client.call(*one).status for one in members]
                client.close()
    print(json.dumps({"asked": asked, "ran": mark.exists(), "got": got}))


if __name__ == "__main__":
    main()
