"""The `browser` client: headless Chromium opens a listing, as a person does in the address bar.

It reads lists of buckets and of objects and nothing else. Where requests have to be signed it opens
a presigned URL.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from conformance.clients.answers import make_answer
from conformance.clients.base import Answer, Client, ClientCannotError
from conformance.clients.programs import program_version
from conformance.clients.serialise import serialise
from conformance.endpoint.signing import UNSIGNED_PAYLOAD, sign_in_query
from conformance.evidence.forwarder import Forwarder

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
VARIABLE = "S3COMPAT_CHROMIUM"
LISTINGS = ("ListBuckets", "ListObjects", "ListObjectsV2")
TIMEOUT = 120.0  # seconds for one page
EXPIRES = 300  # seconds a presigned URL is good for


class BrowserClient(Client):
    """Chromium without a window, with a profile of its own for each page."""

    name = "browser"
    family = "tools"
    usual = False

    @classmethod
    def version(cls) -> str:
        return program_version(_program())

    def call(self, operation: str, parameters: Mapping[str, Any]) -> Answer:
        if operation not in LISTINGS:
            raise ClientCannotError(f"the address bar of a browser has no way to say {operation}")
        if self.endpoint.secure:
            raise ClientCannotError("what a browser sends over TLS cannot be recorded from outside")
        made = serialise(operation, parameters)
        if made.headers:
            raise ClientCannotError(f"the address bar takes no header {', '.join(made.headers)}")
        plain = f"{self.endpoint.url.rstrip('/')}{made.path}"
        plain += f"?{made.query}" if made.query else ""
        with Forwarder(self.endpoint) as forwarder, tempfile.TemporaryDirectory() as profile:
            arguments = self._arguments(forwarder.port, profile, self._signed(plain))
            try:
                done = subprocess.run(
                    arguments, capture_output=True, timeout=TIMEOUT, check=False, text=True
                )
            except subprocess.TimeoutExpired as problem:
                raise ClientCannotError(f"Chromium did not end: {problem}") from problem
            recorded = [
                one
                for one in forwarder.exchanges()
                if "/favicon.ico" not in one.exchange.request.start_line
            ]
        answer = make_answer(
            endpoint=self.endpoint,
            client=self.name,
            operation=operation,
            recorded=recorded,
            succeeded=done.returncode == 0,
            parameters=parameters,
            command=shlex.join(["chromium", "--headless", "--dump-dom", plain]),
            exit_code=done.returncode,
            stdout=done.stdout,
        )
        answer.succeeded = answer.succeeded and 200 <= answer.status < 300  # else an error's page
        return answer

    def _signed(self, url: str) -> str:
        if self.endpoint.credentials is None:
            return url
        return sign_in_query(
            "GET",
            url,
            [("Host", urlsplit(url).netloc)],
            credentials=self.endpoint.credentials,
            region=self.endpoint.region,
            at=None,
            payload_hash=UNSIGNED_PAYLOAD,
            expires=EXPIRES,
        )

    def _arguments(self, port: int, profile: str, url: str) -> list[str]:
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        return [
            str(_program()),
            "--headless",
            *sandbox,
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--no-proxy-server",
            f"--user-data-dir={profile}",
            f"--host-resolver-rules=MAP * 127.0.0.1:{port}",
            "--dump-dom",
            url,
        ]


def _program() -> Path:
    given = os.environ.get(VARIABLE)
    if given:
        return Path(given)
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        raise ClientCannotError(f"no Chromium; apt-get install chromium, or set {VARIABLE}")
    return Path(found)
