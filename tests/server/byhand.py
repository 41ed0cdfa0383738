"""Signed requests by hand: path, headers and declared payload as they stand, nothing tidied up."""

from __future__ import annotations

import http.client
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from server_ref.identity import Credential
from server_ref.server import S3Server


@dataclass(frozen=True)
class Answer:
    """One answer as it came, the error of its body with it."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def error(self) -> dict[str, str]:
        """Code, Message and the further members; empty where the body is no error."""
        if not self.body.startswith(b"<?xml") or b"<Error>" not in self.body:
            return {}
        return {one.tag: one.text or "" for one in ElementTree.fromstring(self.body)}


class _Signer(S3SigV4Auth):
    """Signs what is declared as the payload, where something is."""

    declared = ""

    def payload(self, request: Any) -> str:
        return self.declared or str(super().payload(request))


def ask(
    server: S3Server,
    method: str,
    path: str,
    body: bytes = b"",
    *,
    by: Credential | None = None,
    payload: str = "",
    **headers: str,
) -> Answer:
    """Send it and read the answer; ``_`` in header names stands for ``-``.

    ``payload`` is what x-amz-content-sha256 says; "" for the digest of the body.
    """
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    request = AWSRequest(method, server.url + path, data=body, headers=given)
    access_key, secret_key = (
        (by.access_key, by.secret_key) if by else (server.access_key, server.secret_key)
    )
    signer = _Signer(Credentials(access_key, secret_key), "s3", server.region)
    signer.declared = payload
    signer.add_auth(request)
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=30)
    try:
        connection.request(method, path, body or None, dict(request.headers.items()))
        answer = connection.getresponse()
        return Answer(answer.status, dict(answer.getheaders()), answer.read())
    finally:
        connection.close()
