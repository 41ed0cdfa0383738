"""The `curl` client: any operation of the model as one command line of the real curl.

It follows redirects (`-L`) and signs with `--aws-sigv4`; what curl signs wrongly is curl's, and
said so. A presigned URL is opened as it stands, by ``request``.
"""

from __future__ import annotations

import hashlib
import re
import shlex
import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from conformance.clients.base import Answer, ClientCannotError
from conformance.clients.command_line import CommandLineClient, content_of, secret_file
from conformance.clients.integrity import blocks_of, integrity_headers
from conformance.clients.serialise import Payload, serialise
from conformance.clients.warm import Finished
from conformance.endpoint.signing import UNSIGNED_PAYLOAD, Sign, sign_in_query
from conformance.evidence.curl_trace import read_trace
from conformance.evidence.exchanges import read_exchanges, refused_exchange
from conformance.evidence.recorder import LONGEST, MOST_RECEIVED
from conformance.evidence.tripwire import Hosts
from matrix.service_model import operation_model, streaming_output

_HOST_LABEL = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
NOT_REACHED = 7  # curl's exit code where it could not connect
_OLDEST = (7, 87)  # the first that signs for S3 with x-amz-content-sha256


class CurlClient(CommandLineClient):
    """curl with a configuration file of its own (the user's `.curlrc` is not read)."""

    name = "curl"
    family = "tools"
    usual = False
    program_name = "curl"
    variable = "S3COMPAT_CURL"
    preload = ()
    refusals = re.compile(r"^curl: \((?:2|3|4|26|43|48)\)|option .* (?:is unknown|requires)", re.M)

    @classmethod
    def version(cls) -> str:
        line = super().version()
        found = re.match(r"curl (\d+)\.(\d+)", line)
        if found is None or (int(found[1]), int(found[2])) < _OLDEST:
            raise ClientCannotError(f"{line}: curl 7.87 or later signs for S3")
        return " ".join(line.split()[:2])

    def configure(self) -> None:
        lines = []
        credentials = self.endpoint.credentials
        if credentials is not None:
            lines.append(f"user = {_quoted(f'{credentials.access_key}:{credentials.secret_key}')}")
            lines.append(f'aws-sigv4 = "aws:amz:{self.endpoint.region}:s3"')
            if credentials.session_token is not None:
                header = f"x-amz-security-token: {credentials.session_token}"
                lines.append(f"header = {_quoted(header)}")
        secret_file(self.home / "signing", "\n".join(lines) + "\n")

    def endpoint_options(self) -> list[str]:
        if self.endpoint.secure and self.endpoint.insecure:
            return ["-k"]
        if self.endpoint.secure and self.endpoint.ca_bundle:
            return ["--cacert", self.endpoint.ca_bundle]
        return []

    def hidden_options(self) -> list[str]:
        # -q: no .curlrc; an HTTP error is a failure, as a script needs it
        held = ["--max-time", f"{LONGEST:g}", "--max-filesize", str(MOST_RECEIVED)]
        return ["-q", "--trace", str(self.home / "trace"), "--noproxy", "*", *held]

    def shown(self, arguments: Sequence[str]) -> str:
        signed = ["--config", str(self.home / "signing")]
        user = (
            f"--aws-sigv4 aws:amz:{self.endpoint.region}:s3 "
            '--user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"'
        )
        return "curl " + shlex.join(arguments).replace(shlex.join(signed), user)

    def call(self, operation: str, parameters: Mapping[str, Any]) -> Answer:
        made = serialise(operation, parameters)
        headers = made.headers | integrity_headers(operation_model(operation), parameters, made)
        url = self._url(made.path, _as_signed(made.query))
        delivered = content_of(self.outfile())
        arguments = [*self._options(made.method, headers, made.body, signed=True), url]
        return self.say(
            operation,
            arguments,
            parameters,
            delivered=delivered if streaming_output(operation) else lambda: None,
        )

    def cli(self, argv: Sequence[str], *, stdin: bytes = b"") -> Answer:
        """``argv`` is what follows `curl`; the URL comes last."""
        return self.say("curl", argv, {}, stdin=stdin)

    def request(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        sign: Sign = "header",
        expires: int = 300,
        **beyond: Any,
    ) -> Answer:
        """A request by hand, as ``raw`` has it; "query" opens a presigned URL as it stands.

        ``path`` and ``query`` are encoded; ``expires`` is in seconds. Raises ClientCannotError
        for what would take more than curl's own signature.
        """
        if beyond:
            raise ClientCannotError(f"curl has no way to say {', '.join(beyond)}")
        url = self._url(path, query)
        headers = dict(headers or {})
        if sign == "query" and self.endpoint.credentials is not None:
            signed_headers = [("Host", urlsplit(url).netloc), *headers.items()]
            url = sign_in_query(
                method,
                url,
                signed_headers,
                credentials=self.endpoint.credentials,
                region=self.endpoint.region,
                at=None,
                payload_hash=UNSIGNED_PAYLOAD,
                expires=expires,
            )
        delivered = content_of(self.outfile())
        arguments = [*self._options(method, headers, body, signed=sign == "header"), url]
        return self.say(f"{method} {path}", arguments, {}, delivered=delivered)

    def open(self, url: str, *, method: str = "GET", body: bytes = b"") -> Answer:
        delivered = content_of(self.outfile())
        arguments = [*self._options(method, {}, body, signed=False), url]
        return self.say(f"{method} of a URL", arguments, {}, delivered=delivered)

    def run(self, arguments: Sequence[str], stdin: bytes = b"") -> Finished:
        trace = self.outfile("trace")
        began = time.time()
        url = next((word for word in reversed(arguments) if "://" in word), self.endpoint.url)
        hosts = Hosts(self.endpoint.hosts)
        if (elsewhere := _outside(hosts, url)) is not None:
            return Finished(NOT_REACHED, "", "", [refused_exchange(elsewhere, began)])
        finished = super().run([*self._held(url), *arguments], stdin)
        recorded = read_exchanges(read_trace(trace, url, began)) if trace.exists() else []
        if recorded and (answer := recorded[-1].exchange.response) is not None:
            place = next(
                (value for name, value in answer.headers if name.lower() == "location"), ""
            )
            if finished.exit_code == NOT_REACHED and (elsewhere := _outside(hosts, place)):
                recorded.append(refused_exchange(elsewhere, time.time()))
        return Finished(finished.exit_code, finished.stdout, finished.stderr, recorded)

    def _held(self, url: str) -> list[str]:
        """Keeps curl from every host but the endpoint's: what else it asks for is not there.

        https://curl.se/docs/manpage.html#--connect-to
        """
        words = []
        parts = urlsplit(url)  # its host may be below the endpoint's, and only this one is named
        name = parts.hostname or ""
        own = f"[{name}]" if ":" in name else name
        port = parts.port or (443 if parts.scheme == "https" else 80)
        for one in (f"{own}:{port}", *self.endpoint.hosts):
            host, _, at = one.rpartition(":")
            at = "" if at == "*" else at
            words += ["--connect-to", f"{host}:{at}:{host}:{at}"]
        return [*words, "--connect-to", "::127.0.0.1:1"]

    def _options(
        self, method: str, headers: Mapping[str, str], body: Payload, *, signed: bool
    ) -> list[str]:
        words = ["-sS", "-L", "--fail-with-body", "--path-as-is"]
        words += ["--head"] if method == "HEAD" else ["-X", method]
        if signed and self.endpoint.credentials is not None:
            words += ["--config", str(self.home / "signing")]
            headers = {"x-amz-content-sha256": _sha256(body), **headers}
        if method in {"PUT", "POST"} or not _is_empty(body):
            words += ["--data-binary", f"@{self.place('body', body)}"]
            headers = {"Content-Type": "", **headers}  # curl would say it is a form
        for name, value in headers.items():
            if "\r" in value or "\n" in value:
                raise ClientCannotError("curl cannot send a line break in a header")
            words += ["-H", f"{name}: {value}" if value else f"{name}:"]
        return [*words, "-o", str(self.home / "out")]

    def _url(self, path: str, query: str) -> str:
        base = self.endpoint.url.rstrip("/")
        if self.endpoint.addressing == "virtual":
            bucket, slash, key = path.lstrip("/").partition("/")
            if _HOST_LABEL.fullmatch(bucket):
                scheme, _, rest = base.partition("://")
                base, path = f"{scheme}://{bucket}.{rest}", f"/{key}" if slash else "/"
        return f"{base}{path}" + (f"?{query}" if query else "")


def _outside(hosts: Hosts, url: str) -> str | None:
    """``host:port`` of a URL that may not be reached; None where it may, or is none."""
    parts = urlsplit(url)
    if not parts.hostname:
        return None
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return None if hosts.allows(parts.hostname, port) else f"{parts.hostname}:{port}"


def _is_empty(body: Payload) -> bool:
    return body == b"" if isinstance(body, bytes) else body.seek(0, 2) == 0


def _as_signed(query: str) -> str:
    """The query in the order and form that is signed: curl before 8.2 signs it as it is given.

    https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
    """
    parts = (part if "=" in part else f"{part}=" for part in query.split("&") if part)
    return "&".join(sorted(parts, key=lambda part: part.partition("=")[::2]))  # by name


def _sha256(body: Payload) -> str:
    digest = hashlib.sha256()
    for block in blocks_of(body):
        digest.update(block)
    return digest.hexdigest()


def _quoted(text: str) -> str:
    """A value in curl's configuration file (https://curl.se/docs/manpage.html#-K)."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
